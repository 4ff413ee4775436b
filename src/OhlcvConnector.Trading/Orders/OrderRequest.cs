namespace OhlcvConnector.Trading;

/// <summary>Direction of an order or a trade.</summary>
public enum Side
{
    /// <summary>Buys; a long trade.</summary>
    Buy,

    /// <summary>Sells; a short trade.</summary>
    Sell,
}

/// <summary>Type of an order.</summary>
public enum OrderType
{
    /// <summary>Fills at the next price.</summary>
    Market,

    /// <summary>Fills at its limit price or better.</summary>
    Limit,

    /// <summary>Becomes a market order when the price reaches its stop.</summary>
    Stop,

    /// <summary>Becomes a limit order when the price reaches its stop.</summary>
    StopLimit,

    /// <summary>A stop that follows the best price at a distance.</summary>
    TrailingStop,
}

/// <summary>An order as a strategy places it.</summary>
public sealed record OrderRequest
{
    /// <summary>Direction.</summary>
    public required Side Side { get; init; }

    /// <summary>Size.</summary>
    public required OrderSize Size { get; init; }

    /// <summary>Type.</summary>
    public OrderType Type { get; init; }

    /// <summary>Worst price of a limit or stop-limit order; null for others.</summary>
    public decimal? LimitPrice { get; init; }

    /// <summary>Price that wakes a stop or stop-limit order; null for others.</summary>
    public decimal? StopPrice { get; init; }

    /// <summary>Distance of a trailing stop to the best price, in the price's units; null for others.</summary>
    public decimal? TrailBy { get; init; }

    /// <summary>True when the order may only make a position smaller; what is more than the position is cut off.</summary>
    public bool ReduceOnly { get; init; }

    /// <summary>Price of a stop loss that is placed when this order fills, for what it filled; null for none.</summary>
    public decimal? StopLoss { get; init; }

    /// <summary>Price of a take profit that is placed when this order fills; with a stop loss each cancels the other. Null for none.</summary>
    public decimal? TakeProfit { get; init; }

    /// <summary>Name that orders share of which one's fill cancels the others (OCO); null for none.</summary>
    public string? OcoGroup { get; init; }

    /// <summary>Note for the report; null for none.</summary>
    public string? Note { get; init; }
}
