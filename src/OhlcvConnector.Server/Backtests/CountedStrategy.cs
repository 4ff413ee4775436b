using OhlcvConnector.Application.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Backtests;

/// <summary>A strategy, and how many candles it has been told of: how far its run is.</summary>
/// <param name="strategy">The strategy.</param>
/// <param name="told">Told after each candle how many there were.</param>
internal sealed class CountedStrategy(IStrategy strategy, Action<long> told) : IStrategy
{
    private long _count;

    public void OnStart(StrategyContext context) => strategy.OnStart(context);

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        strategy.OnCandle(series, context);
        told(++_count);
    }

    public void OnSignal(Signal signal, TradedSeries series, StrategyContext context) => strategy.OnSignal(signal, series, context);

    public void OnGap(TradedSeries series, long fromMs, long toMs, StrategyContext context) => strategy.OnGap(series, fromMs, toMs, context);

    public void OnFill(Fill fill, StrategyContext context) => strategy.OnFill(fill, context);
}
