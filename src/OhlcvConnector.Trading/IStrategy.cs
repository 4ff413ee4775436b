using OhlcvConnector.Application.Signals;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>
/// A trading strategy. It is told of closed candles, and of nothing later; orders that it places fill in candles that come after. One object serves one run.
/// </summary>
public interface IStrategy
{
    /// <summary>Called once, before the first candle: the place to ask for indicators.</summary>
    void OnStart(StrategyContext context)
    {
    }

    /// <summary>Called for each closed candle, after the orders that it filled, and after all indicators of its series have taken it.</summary>
    /// <param name="series">The series, with the candle as <see cref="TradedSeries.Last"/>.</param>
    /// <param name="context">The run.</param>
    void OnCandle(TradedSeries series, StrategyContext context);

    /// <summary>
    /// Called for each signal of rules that the strategy follows (<see cref="StrategyContext.Follow(TradedSeries, RuleSet)"/>), at the close that made it,
    /// before <see cref="OnCandle"/>.
    /// </summary>
    /// <param name="signal">The signal.</param>
    /// <param name="series">The series.</param>
    /// <param name="context">The run.</param>
    void OnSignal(Signal signal, TradedSeries series, StrategyContext context)
    {
    }

    /// <summary>Called when candles are missing before the next one. Nothing fills in a gap; open orders wait for the candle after it.</summary>
    /// <param name="series">The series.</param>
    /// <param name="fromMs">Open time of the first missing candle, Unix epoch milliseconds UTC.</param>
    /// <param name="toMs">Open time of the candle after the gap.</param>
    /// <param name="context">The run.</param>
    void OnGap(TradedSeries series, long fromMs, long toMs, StrategyContext context)
    {
    }

    /// <summary>Called for each fill, as soon as it happened.</summary>
    void OnFill(Fill fill, StrategyContext context)
    {
    }
}
