namespace OhlcvConnector.Trading;

/// <summary>An order of a paper account, as it is at a moment.</summary>
/// <param name="Id">Number, from 1.</param>
/// <param name="Series">Number of its series, from 0.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="PlacedMs">Time from which it may fill, Unix epoch milliseconds UTC.</param>
/// <param name="Parent">Number of the order whose stop loss or take profit it is; null for none.</param>
/// <param name="State">State.</param>
/// <param name="Filled">Quantity that has filled.</param>
/// <param name="Trigger">Price that wakes it now, after trailing; null for none.</param>
/// <param name="Reason">Why it was rejected or cancelled; null for none.</param>
public sealed record PaperOrder(
    int Id, int Series, OrderRequest Request, long PlacedMs, int? Parent, OrderState State, decimal Filled, decimal? Trigger, string? Reason);

/// <summary>A fill of a paper account.</summary>
/// <param name="Number">Number, from 1.</param>
/// <param name="Order">The order; null for a liquidation.</param>
/// <param name="Series">Number of its series, from 0.</param>
/// <param name="TimeMs">Open time of the candle that it happened in, Unix epoch milliseconds UTC.</param>
/// <param name="Quantity">Quantity, positive when it was bought.</param>
/// <param name="Price">Price, spread and slippage included.</param>
/// <param name="Fee">Commission.</param>
/// <param name="Reason">Why.</param>
public sealed record PaperFill(
    int Number, int? Order, int Series, long TimeMs, decimal Quantity, decimal Price, decimal Fee, FillReason Reason);

/// <summary>A closed trade of a paper account; the figures are those of <see cref="Trade"/>.</summary>
/// <param name="Number">Number, from 1.</param>
/// <param name="Series">Number of its series, from 0.</param>
/// <param name="Quantity">Quantity, positive for a long trade.</param>
/// <param name="EntryMs">Open time of the candle of the entry.</param>
/// <param name="EntryPrice">Price of the entry.</param>
/// <param name="ExitMs">Open time of the candle of the exit.</param>
/// <param name="ExitPrice">Price of the exit.</param>
/// <param name="Fees">Commission of both sides.</param>
/// <param name="Profit">Profit after fees.</param>
/// <param name="Return">Profit as a share of the entry's value.</param>
/// <param name="Reason">Why it was closed.</param>
public sealed record PaperTrade(
    int Number, int Series, decimal Quantity, long EntryMs, decimal EntryPrice, long ExitMs, decimal ExitPrice, decimal Fees, decimal Profit, decimal Return,
    FillReason Reason);

/// <summary>A position of a paper account.</summary>
/// <param name="Series">Number of its series, from 0.</param>
/// <param name="Quantity">Quantity, positive when long; 0 for none.</param>
/// <param name="AveragePrice">Mean price of what is held; null for none.</param>
/// <param name="Mark">The last close; 0 before the first.</param>
/// <param name="Value">Value at the last close, in the account's currency.</param>
public sealed record PaperPosition(int Series, decimal Quantity, decimal? AveragePrice, decimal Mark, decimal Value);

/// <summary>The state of a paper account at a moment.</summary>
public sealed record PaperState
{
    /// <summary>Number of the last step: one for each time at which candles closed, and for each command.</summary>
    public long Step { get; init; }

    /// <summary>Close of the last candle that was handled, Unix epoch milliseconds UTC; null before the first.</summary>
    public long? NowMs { get; init; }

    /// <summary>Money that is not in positions.</summary>
    public decimal Cash { get; init; }

    /// <summary>Cash and the value of all positions.</summary>
    public decimal Equity { get; init; }

    /// <summary>Money that was paid in since the beginning, less what was taken out.</summary>
    public decimal Deposits { get; init; }

    /// <summary>Fees paid.</summary>
    public decimal Fees { get; init; }

    /// <summary>Funding paid.</summary>
    public decimal Funding { get; init; }

    /// <summary>Number of fills.</summary>
    public int Fills { get; init; }

    /// <summary>Number of closed trades.</summary>
    public int Trades { get; init; }

    /// <summary>Number of orders that were refused because there were too many between two closes.</summary>
    public int Refused { get; init; }

    /// <summary>Why nothing but orders that reduce is taken; null while all are.</summary>
    public string? Halt { get; init; }

    /// <summary>What the strategy threw, and at which candle; it is told of nothing since. Null while it runs.</summary>
    public string? StrategyError { get; init; }
}

/// <summary>Kinds of what happens on a paper account.</summary>
public enum PaperEventKind
{
    /// <summary>Something was filled.</summary>
    Fill,

    /// <summary>An order was rejected.</summary>
    Rejected,

    /// <summary>Trading was halted: by hand, by the limit of a day's loss, or because the strategy threw.</summary>
    Halted,

    /// <summary>Trading goes on.</summary>
    Resumed,

    /// <summary>Money was paid in or taken out.</summary>
    Deposit,

    /// <summary>The strategy threw.</summary>
    StrategyFailed,
}

/// <summary>Something that happened on a paper account, in words. Written in the transaction of what it tells of.</summary>
/// <param name="Id">Number over all accounts of a ledger, ascending; 0 before it is written.</param>
/// <param name="Account">The account's name.</param>
/// <param name="Kind">Kind.</param>
/// <param name="TimeMs">When, Unix epoch milliseconds UTC.</param>
/// <param name="Text">What happened, for people.</param>
public sealed record PaperEvent(long Id, string Account, PaperEventKind Kind, long TimeMs, string Text);
