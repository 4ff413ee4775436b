namespace OhlcvConnector.Trading;

/// <summary>Kinds of commands of people and hooks.</summary>
public enum PaperCommandKind
{
    /// <summary>Places an order.</summary>
    Place,

    /// <summary>Changes an open order.</summary>
    Amend,

    /// <summary>Cancels an open order.</summary>
    Cancel,

    /// <summary>Pays money in, or takes it out.</summary>
    Deposit,

    /// <summary>Halts trading: cancels orders that are not to reduce, and takes no more of them.</summary>
    Halt,

    /// <summary>Halts trading, and closes all positions at the next open.</summary>
    HaltAndClose,

    /// <summary>Takes all orders again.</summary>
    Resume,
}

/// <summary>A command of a person or a hook to a paper account.</summary>
/// <param name="Kind">Kind.</param>
public sealed record PaperCommand(PaperCommandKind Kind)
{
    /// <summary>Time of the market, Unix epoch milliseconds UTC. Orders fill in candles that open at that time or later.</summary>
    public long TimeMs { get; init; }

    /// <summary>Name by which the same command is known when it comes again, and then does nothing; null for none.</summary>
    public string? Id { get; init; }

    /// <summary>Number of the series to place an order in, from 0.</summary>
    public int Series { get; init; }

    /// <summary>Number of the order to change or cancel.</summary>
    public int Order { get; init; }

    /// <summary>The order to place, or what an order is changed to; null for other commands.</summary>
    public OrderRequest? Request { get; init; }

    /// <summary>Money to pay in; below zero to take out.</summary>
    public decimal Amount { get; init; }

    /// <summary>Reason to halt, for people; null for others.</summary>
    public string? Reason { get; init; }
}

/// <summary>What came of a command.</summary>
/// <param name="Order">Number of the order that it was about; null for none.</param>
/// <param name="Problem">Why it was refused; null when it was not.</param>
/// <param name="IsKnown">True when the same command had come before, so that this one did nothing.</param>
public sealed record PaperReply(int? Order, string? Problem, bool IsKnown = false);
