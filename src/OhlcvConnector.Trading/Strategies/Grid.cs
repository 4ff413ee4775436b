namespace OhlcvConnector.Trading;

/// <summary>Buys a part with each step that the price falls, by limit orders, and sells each part a step higher.</summary>
internal sealed class Grid(decimal step, int levels) : IStrategy
{
    private readonly HashSet<TradedSeries> _begun = [];
    private decimal _cash;

    public static StrategyKind Kind { get; } = new(
        "grid", "limit orders to buy at steps below the first close, each with a take profit a step higher, which is bought again when it was sold",
        [
            new StrategyParameter("step", 1, 0.01m, 50, "distance of the steps in per cent", IsWhole: false),
            new StrategyParameter("levels", 10, 1, 200, "number of steps"),
        ],
        static values => new Grid(values("step") / 100, (int)values("levels")));

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        if (!_begun.Add(series))
        {
            return;
        }

        _cash = context.Portfolio.InitialCash * 0.98m / context.Series.Count / levels;
        for (var (level, price) = (0, series.Last.Close); level < levels; level++)
        {
            price *= 1 - step;
            Place(series, price, context);
        }
    }

    public void OnFill(Fill fill, StrategyContext context)
    {
        if (fill is { Order.Request: { ReduceOnly: true, Note: { } level }, Order.State: OrderState.Filled })
        {
            Place(fill.Series, decimal.Parse(level, System.Globalization.CultureInfo.InvariantCulture), context);
        }
    }

    private void Place(TradedSeries series, decimal price, StrategyContext context) => context.Place(
        series,
        new OrderRequest
        {
            Side = Side.Buy,
            Type = OrderType.Limit,
            LimitPrice = price,
            Size = OrderSize.Cash(_cash),
            TakeProfit = price * (1 + step),
            Note = price.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
}
