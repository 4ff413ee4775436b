namespace OhlcvConnector.Trading;

/// <summary>State of an order.</summary>
public enum OrderState
{
    /// <summary>Waits for its price, or for the next candle.</summary>
    Open,

    /// <summary>Has filled completely.</summary>
    Filled,

    /// <summary>Was cancelled; what it had filled stands.</summary>
    Cancelled,

    /// <summary>Was refused; <see cref="Order.Reason"/> says why.</summary>
    Rejected,
}

/// <summary>An order at the simulated broker.</summary>
public sealed class Order
{
    internal Order(int id, TradedSeries series, OrderRequest request, long placedMs, Order? parent) =>
        (Id, Series, Request, PlacedMs, Parent) = (id, series, request, placedMs, parent);

    /// <summary>Number of the order, from 1 in the order of placement.</summary>
    public int Id { get; }

    /// <summary>The series that it trades.</summary>
    public TradedSeries Series { get; }

    /// <summary>What was asked for.</summary>
    public OrderRequest Request { get; internal set; }

    /// <summary>Time from which it may fill, Unix epoch milliseconds UTC: candles that opened before are past it.</summary>
    public long PlacedMs { get; internal set; }

    /// <summary>Order whose fill placed this one as its stop loss or take profit; null for an order of the strategy.</summary>
    public Order? Parent { get; }

    /// <summary>State.</summary>
    public OrderState State { get; internal set; }

    /// <summary>Quantity that has filled, without a sign.</summary>
    public decimal Filled { get; internal set; }

    /// <summary>Reason of a rejection or cancellation, for people; null while there is none.</summary>
    public string? Reason { get; internal set; }

    /// <summary>Direction.</summary>
    public Side Side => Request.Side;

    /// <summary>True while it may fill.</summary>
    public bool IsOpen => State == OrderState.Open;

    /// <summary>Quantity that is still to fill; null until the first fill decides it.</summary>
    internal decimal? Left { get; set; }

    /// <summary>Price that wakes it; null for market and limit orders.</summary>
    internal decimal? Stop { get; set; }

    /// <summary>Limit price, rounded; null for market and stop orders.</summary>
    internal decimal? Limit { get; set; }

    /// <summary>True when a stop-limit order's stop was reached.</summary>
    internal bool IsAwake { get; set; }

    /// <summary>Type, as it behaves now.</summary>
    internal OrderType Type => Request.Type == OrderType.StopLimit && IsAwake ? OrderType.Limit : Request.Type;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"order {Id}: {Side} {Request.Type} {Series.Name}{(Reason is null ? "" : $", {Reason}")} ({State})");
}
