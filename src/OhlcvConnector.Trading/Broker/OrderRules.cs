namespace OhlcvConnector.Trading;

/// <summary>Rules that an order must keep to be placed at all.</summary>
internal static class OrderRules
{
    /// <summary>Largest amount or price: the product of two still is an exact decimal.</summary>
    private const decimal Most = 100_000_000_000_000;

    /// <summary>Returns why an order cannot be placed; null when it can.</summary>
    public static string? ProblemOf(TradedSeries series, OrderRequest request, BrokerOptions options)
    {
        var amount = request.Size.Amount;
        return amount > Most || Max(request) > Most ? FormattableString.Invariant($"its size and prices must be at most {Most:0}")
            : request.Size.Kind != OrderSizeKind.Position && amount <= 0 ? FormattableString.Invariant($"its size is {amount}; it must be above 0")
            : request.Size.Kind == OrderSizeKind.Risk && request.StopLoss is null ? "a size by risk needs a stop loss"
            : request.Size.Kind == OrderSizeKind.Equity && amount > options.Leverage
                ? FormattableString.Invariant($"it asks for {amount} of the equity, and the leverage is {options.Leverage}")
            : request.Type is OrderType.Limit or OrderType.StopLimit && request.LimitPrice is null or <= 0 ? "it needs a limit price above 0"
            : request.Type is OrderType.Stop or OrderType.StopLimit && request.StopPrice is null or <= 0 ? "it needs a stop price above 0"
            : request.Type == OrderType.TrailingStop && series.Bar < 0 ? $"no candle of {series.Name} has closed that it could follow"
            : request.Type == OrderType.TrailingStop && request.TrailBy is null or <= 0 ? "it needs a trailing distance above 0"
            : request.LimitPrice is not null && request.Type is not (OrderType.Limit or OrderType.StopLimit) ? $"{Name(request)} order has no limit price"
            : request.StopPrice is not null && request.Type is not (OrderType.Stop or OrderType.StopLimit) ? $"{Name(request)} order has no stop price"
            : request.TrailBy is not null && request.Type is not OrderType.TrailingStop ? $"{Name(request)} order has no trailing distance"
            : request.StopLoss <= 0 || request.TakeProfit <= 0 ? "its stop loss and take profit must be above 0"
            : series.Orders.Count >= options.MaxOpenOrders ? $"{options.MaxOpenOrders} orders of {series.Name} are open already"
            : null;
    }

    private static string Name(OrderRequest request) => request.Type switch
    {
        OrderType.Limit => "a limit",
        OrderType.Stop => "a stop",
        OrderType.StopLimit => "a stop-limit",
        OrderType.TrailingStop => "a trailing-stop",
        _ => "a market",
    };

    private static decimal Max(OrderRequest request) => Math.Max(
        Math.Max(request.LimitPrice ?? 0, request.StopPrice ?? 0), Math.Max(Math.Max(request.StopLoss ?? 0, request.TakeProfit ?? 0), request.TrailBy ?? 0));
}
