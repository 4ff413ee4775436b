namespace OhlcvConnector.Trading;

/// <summary>Why something was filled.</summary>
public enum FillReason
{
    /// <summary>An order of the strategy.</summary>
    Order,

    /// <summary>The broker closed the position, because the equity no longer covered its maintenance margin.</summary>
    Liquidation,

    /// <summary>The run ended, and what was open was closed by its rule.</summary>
    End,

    /// <summary>The stop loss of an order of the strategy.</summary>
    StopLoss,

    /// <summary>The take profit of an order of the strategy.</summary>
    TakeProfit,
}

/// <summary>A fill: so much, at such a price.</summary>
/// <param name="Order">The order; null for a liquidation and for what was closed at the end.</param>
/// <param name="Series">The series.</param>
/// <param name="TimeMs">When, as exactly as candles tell: the open time of the candle that it happened in. Unix epoch milliseconds UTC.</param>
/// <param name="Quantity">Quantity, positive when it was bought.</param>
/// <param name="Price">Price, spread and slippage included.</param>
/// <param name="Fee">Commission in the account's currency.</param>
/// <param name="Reason">Why.</param>
public sealed record Fill(Order? Order, TradedSeries Series, long TimeMs, decimal Quantity, decimal Price, decimal Fee, FillReason Reason)
{
    /// <summary>What spread and slippage took, in the account's currency: it is in the price.</summary>
    public decimal Slippage { get; init; }
}
