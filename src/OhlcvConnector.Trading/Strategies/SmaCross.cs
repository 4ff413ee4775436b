using OhlcvConnector.Indicators;

namespace OhlcvConnector.Trading;

/// <summary>
/// Always long or short: turns long with all of its part of the equity when the fast average of closes crosses above the slow one, and short when it crosses
/// below.
/// </summary>
internal sealed class SmaCross(int fast, int slow) : IStrategy
{
    private readonly Dictionary<TradedSeries, State> _states = [];
    private decimal _share = 1;

    public static StrategyKind Kind { get; } = new(
        "sma-cross", "long while the fast average of closes is above the slow one, else short; always one of the two after the first cross",
        [
            new StrategyParameter("fast", 10, 1, 10_000, "period of the fast average"),
            new StrategyParameter("slow", 30, 2, 10_000, "period of the slow average"),
        ],
        static values => new SmaCross((int)values("fast"), (int)values("slow")),
        static values => (int)Math.Max(values("fast"), values("slow")) - 1);

    public void OnStart(StrategyContext context)
    {
        _share = 1m / context.Series.Count;
        foreach (var series in context.Series)
        {
            _states.Add(series, new State(context.Indicator(series, $"sma:{fast}"), context.Indicator(series, $"sma:{slow}")));
        }
    }

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        var state = _states[series];
        if (state.Crossed() is { } side)
        {
            context.Place(series, new OrderRequest { Side = side, Size = OrderSize.Equity(_share) });
        }
    }

    private sealed class State(Indicator fast, Indicator slow)
    {
        private double _before = double.NaN;

        /// <summary>Direction in which the fast average has crossed the slow one with the last candle; null when it has not.</summary>
        public Side? Crossed()
        {
            var now = fast.Value - slow.Value;
            var before = _before;
            _before = now;
            return before < 0 && now > 0 ? Side.Buy : before > 0 && now < 0 ? Side.Sell : null;
        }
    }
}
