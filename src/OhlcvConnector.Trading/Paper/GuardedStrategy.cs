using OhlcvConnector.Application.Signals;

namespace OhlcvConnector.Trading;

/// <summary>Keeps an account going when its strategy throws: what it threw is kept, and it is told of nothing more.</summary>
internal sealed class GuardedStrategy(IStrategy strategy) : IStrategy
{
    /// <summary>What it threw, and where; null while it has not.</summary>
    public string? Error { get; private set; }

    public void OnStart(StrategyContext context) => strategy.OnStart(context); // an account whose strategy does not start is not made

    public void OnCandle(TradedSeries series, StrategyContext context) => Tell(series, () => strategy.OnCandle(series, context));

    public void OnSignal(Signal signal, TradedSeries series, StrategyContext context) => Tell(series, () => strategy.OnSignal(signal, series, context));

    public void OnGap(TradedSeries series, long fromMs, long toMs, StrategyContext context) =>
        Tell(series, () => strategy.OnGap(series, fromMs, toMs, context));

    public void OnFill(Fill fill, StrategyContext context) => Tell(fill.Series, () => strategy.OnFill(fill, context));

    private void Tell(TradedSeries series, Action call)
    {
        if (Error is not null)
        {
            return;
        }

        try
        {
            call();
        }
        catch (Exception exception) // whatever it is, it is the strategy's
        {
            var where = series.Bar < 0 ? "before the first candle" : $"at the candle of {series.Last.OpenTime:u}";
            Error = $"{exception.GetType().Name} {where} of {series.Name}: {exception.Message}";
        }
    }
}
