namespace OhlcvConnector.Trading;

/// <summary>Buys each series for an equal part of the cash at the first open that it can, and holds it.</summary>
internal sealed class BuyAndHold : IStrategy
{
    private readonly HashSet<TradedSeries> _bought = [];

    public static StrategyKind Kind { get; } = new(
        "buy-and-hold", "buys each series for an equal part of the cash, and holds it", [], static _ => new BuyAndHold());

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        if (_bought.Add(series))
        {
            context.Buy(series, context.Series.Count == 1 ? OrderSize.Equity(1) : OrderSize.Cash(context.Portfolio.InitialCash * 0.98m / context.Series.Count));
        }
    }
}
