namespace OhlcvConnector.Trading;

/// <summary>The prices that orders wait for, which of them a price meets on its way, and what it then is.</summary>
internal static class OrderPrices
{
    /// <summary>Sets the prices that an order waits for, rounded against it.</summary>
    public static void Set(Order order)
    {
        var (series, request) = (order.Series, order.Request);
        var isBuy = request.Side == Side.Buy;
        order.Limit = request.LimitPrice is { } limit ? series.Rules.RoundPrice(limit, up: !isBuy) : null;
        order.Stop = request.Type == OrderType.TrailingStop ? (isBuy ? series.Mark + request.TrailBy : series.Mark - request.TrailBy)
            : request.StopPrice is { } stop ? series.Rules.RoundPrice(stop, up: isBuy)
            : null;
    }

    /// <summary>Returns the reason that fills of an order have.</summary>
    public static FillReason ReasonOf(Order? order) => order switch
    {
        null or { Parent: null } => FillReason.Order,
        { Request.Type: OrderType.Limit } => FillReason.TakeProfit,
        _ => FillReason.StopLoss,
    };

    /// <summary>Finds the order whose price lies on the way from one price to another, the nearest first.</summary>
    public static (Order? Order, decimal At) Nearest(TradedSeries series, long openMs, decimal from, decimal to)
    {
        Order? nearest = null;
        var best = 0m;
        foreach (var order in series.Orders)
        {
            if (order.PlacedMs <= openMs && PriceOf(order) is { } price && IsOnTheWay(order, price, from, to)
                && (nearest is null || Math.Abs(price - from) < Math.Abs(best - from)))
            {
                (nearest, best) = (order, price);
            }
        }

        return (nearest, best);
    }

    private static decimal? PriceOf(Order order) => order.Type == OrderType.Limit ? order.Limit : order.Stop;

    /// <summary>A stop to buy and a limit to sell are met by a rising price, the others by a falling one.</summary>
    private static bool IsOnTheWay(Order order, decimal price, decimal from, decimal to) =>
        IsBetween(price, from, to) && (order.Side == Side.Buy == (order.Type == OrderType.Limit) ? to <= from : to >= from);

    /// <summary>Whether a price lies between two others.</summary>
    public static bool IsBetween(decimal price, decimal from, decimal to) => price >= Math.Min(from, to) && price <= Math.Max(from, to);

    /// <summary>Whether a price is at, or beyond, what an order waits for.</summary>
    public static bool IsReached(Order order, decimal price) => PriceOf(order) is { } wanted
        && (order.Side == Side.Buy == (order.Type == OrderType.Limit) ? price <= wanted : price >= wanted);

    /// <summary>Moves trailing stops after a price that got better.</summary>
    public static void Trail(TradedSeries series, decimal price)
    {
        foreach (var order in series.Orders)
        {
            if (order.Request is { Type: OrderType.TrailingStop, TrailBy: { } distance })
            {
                order.Stop = order.Side == Side.Buy ? Math.Min(order.Stop!.Value, price + distance) : Math.Max(order.Stop!.Value, price - distance);
            }
        }
    }
}
