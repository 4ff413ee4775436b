using System.Globalization;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Trading;

/// <summary>Buys when the relative strength index comes back above a low level, and sells what it holds when it falls back below a high one.</summary>
internal sealed class MeanReversion(int period, double low, double high, decimal stop) : IStrategy
{
    private readonly Dictionary<TradedSeries, (Indicator Rsi, double Before)> _states = [];
    private decimal _share = 1;

    public static StrategyKind Kind { get; } = new(
        "mean-reversion", "buys when the RSI crosses above a low level, sells when it crosses below a high one, with a stop loss",
        [
            new StrategyParameter("period", 14, 2, 1_000, "period of the RSI"),
            new StrategyParameter("low", 30, 0, 100, "level to buy above", IsWhole: false),
            new StrategyParameter("high", 70, 0, 100, "level to sell below", IsWhole: false),
            new StrategyParameter("stop", 5, 0, 99, "stop loss below the close of the signal, in per cent; 0 for none", IsWhole: false),
        ],
        static values => new MeanReversion((int)values("period"), (double)values("low"), (double)values("high"), values("stop") / 100),
        static values => (int)values("period") + 1);

    public void OnStart(StrategyContext context)
    {
        _share = 1m / context.Series.Count;
        foreach (var series in context.Series)
        {
            _states.Add(series, (context.Indicator(series, string.Create(CultureInfo.InvariantCulture, $"rsi:{period}")), double.NaN));
        }
    }

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        var (rsi, before) = _states[series];
        var now = rsi.Value;
        _states[series] = (rsi, now);
        if (series.Quantity == 0 && before < low && now >= low)
        {
            context.Place(
                series,
                new OrderRequest { Side = Side.Buy, Size = OrderSize.Equity(_share), StopLoss = stop > 0 ? series.Last.Close * (1 - stop) : null });
        }
        else if (series.Quantity > 0 && before > high && now <= high)
        {
            context.CancelAll(series);
            context.Close(series);
        }
    }
}
