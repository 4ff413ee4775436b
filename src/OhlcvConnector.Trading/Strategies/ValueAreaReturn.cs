using OhlcvConnector.Indicators;

namespace OhlcvConnector.Trading;

/// <summary>
/// Trades the return into the value area of the last candles' volume profile: buys when the close comes back above its low from below, with the point of
/// control
/// as target and the lowest price outside as stop.
/// </summary>
internal sealed class ValueAreaReturn(int candles, double rowsPerPrice) : IStrategy
{
    private readonly Dictionary<TradedSeries, State> _states = [];
    private decimal _share = 1;

    public static StrategyKind Kind { get; } = new(
        "value-area", "buys when the close returns above the low of the value area; target is the point of control, stop the low outside",
        [
            new StrategyParameter("candles", 96, 10, 10_000, "candles of the volume profile"),
            new StrategyParameter("rows", 1_000, 50, 100_000, "rows of the profile between zero and the first price"),
        ],
        static values => new ValueAreaReturn((int)values("candles"), (double)values("rows")),
        static values => (int)values("candles"));

    public void OnStart(StrategyContext context)
    {
        _share = 1m / context.Series.Count;
        foreach (var series in context.Series)
        {
            _states.Add(series, new State());
        }
    }

    public void OnCandle(TradedSeries series, StrategyContext context)
    {
        var state = _states[series];
        var (low, control) = (state.Low, state.Control); // of the candles before this one
        state.Profile ??= new RollingVolumeProfile(candles, (double)series.Last.Close / rowsPerPrice);
        state.Profile.Add(series.Last.ToBar());
        var area = state.Profile.IsFull ? state.Profile.Profile.ValueArea() : null;
        (state.Low, state.Control) = (area?.Low ?? double.NaN, area?.Control.Price ?? double.NaN);
        var close = (double)series.Last.Close;
        if (close < low)
        {
            state.Outside = Math.Min(state.Outside, series.Last.Low);
            return;
        }

        var (outside, wasOutside) = (state.Outside, state.Outside < decimal.MaxValue);
        state.Outside = decimal.MaxValue;
        if (wasOutside && series.Quantity == 0 && series.OpenOrders.Count == 0 && control > close)
        {
            context.Place(
                series,
                new OrderRequest { Side = Side.Buy, Size = OrderSize.Equity(_share), StopLoss = outside, TakeProfit = (decimal)control });
        }
    }

    private sealed class State
    {
        public RollingVolumeProfile? Profile { get; set; }

        public double Low { get; set; } = double.NaN;

        public double Control { get; set; } = double.NaN;

        public decimal Outside { get; set; } = decimal.MaxValue;
    }
}
