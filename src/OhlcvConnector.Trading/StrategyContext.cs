using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>What a strategy sees and does: its series, indicators, portfolio, the time, and orders. It holds nothing of the future.</summary>
public sealed class StrategyContext
{
    private readonly SimulatedBroker _broker;
    private readonly long _fromMs;
    private bool _isStarted;

    internal StrategyContext(IReadOnlyList<TradedSeries> series, Portfolio portfolio, SimulatedBroker broker, long fromMs) =>
        (Series, Portfolio, _broker, _fromMs) = (series, portfolio, broker, fromMs);

    /// <summary>Series of the run.</summary>
    public IReadOnlyList<TradedSeries> Series { get; }

    /// <summary>Cash, equity and trades.</summary>
    public Portfolio Portfolio { get; }

    /// <summary>Time of the run, which is the close of the last candle; Unix epoch milliseconds UTC.</summary>
    public long NowMs { get; internal set; }

    /// <summary>Time of the run, UTC.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    /// <summary>Makes an indicator that takes each candle of a series before the strategy is told of it. Only in <see cref="IStrategy.OnStart"/>.</summary>
    /// <param name="series">The series.</param>
    /// <param name="specification">The indicator's text, such as <c>ema:20</c>; see <see cref="IndicatorCatalog.Parse"/>.</param>
    /// <exception cref="InvalidSettingException">There is no such indicator, or a parameter is out of its range.</exception>
    public Indicator Indicator(TradedSeries series, string specification)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        Follow(series, bar => indicator.Add(bar));
        return indicator;
    }

    /// <summary>
    /// Makes an indicator of longer candles, built of a series' own; its value is that of the last longer candle that has closed. Only in
    /// <see cref="IStrategy.OnStart"/>.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="specification">The indicator's text.</param>
    /// <param name="interval">The length of the longer candles.</param>
    public OnInterval Indicator(TradedSeries series, string specification, Interval interval)
    {
        var indicator = new OnInterval(interval, IndicatorCatalog.Parse(specification));
        Follow(series, bar => indicator.Add(bar));
        return indicator;
    }

    /// <summary>
    /// Evaluates rules on each candle of a series; what they say is told in <see cref="IStrategy.OnSignal"/>. Only in <see cref="IStrategy.OnStart"/>.
    /// </summary>
    /// <param name="series">The series; it must know its <see cref="TradedSeries.Source"/>.</param>
    /// <param name="rules">The rules, of which those of the series are taken.</param>
    /// <exception cref="InvalidOperationException">The run has begun, or the series does not know what its candles are of.</exception>
    public void Follow(TradedSeries series, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (_isStarted)
        {
            throw new InvalidOperationException("Rules are followed from OnStart on: those that begin later have not seen the candles before.");
        }

        var source = series.Source
            ?? throw new InvalidOperationException($"Rules need to know of which series the candles of {series.Name} are: set BacktestSeries.Source.");
        if (series.Forecasts is null && rules.Of(source).FirstOrDefault(rule => rule.Forecasts.Any()) is { } asking)
        {
            throw new InvalidOperationException(
                $"The rule {asking.Name} asks for forecast:{asking.Forecasts.First()}, and nothing forecasts {series.Name}: a backtest needs the folder of the models (--forecast-models), or BacktestSeries.Forecasts.");
        }

        series.Evaluators.Add(new RuleEvaluator(source, rules, series.OmitsQuietCandles, series.Forecasts));
    }

    /// <summary>Places an order. It fills in candles after this one; one that cannot be placed is rejected with a reason, and the run goes on.</summary>
    public Order Place(TradedSeries series, OrderRequest request)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(request);
        return NowMs >= _fromMs
            ? _broker.Place(series, request, NowMs)
            : new Order(0, series, request, NowMs, parent: null) { State = OrderState.Rejected, Reason = "the run is warming up" };
    }

    /// <summary>Buys at the next open.</summary>
    public Order Buy(TradedSeries series, OrderSize size) => Place(series, new OrderRequest { Side = Side.Buy, Size = size });

    /// <summary>Sells at the next open; what is more than is held opens a short position.</summary>
    public Order Sell(TradedSeries series, OrderSize size) => Place(series, new OrderRequest { Side = Side.Sell, Size = size });

    /// <summary>Closes the position at the next open; null when there is none.</summary>
    public Order? Close(TradedSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return series.Quantity == 0
            ? null
            : Place(series, new OrderRequest { Side = series.Quantity > 0 ? Side.Sell : Side.Buy, Size = OrderSize.Position, ReduceOnly = true });
    }

    /// <summary>Cancels an order; one that is open no more stays as it is.</summary>
    public void Cancel(Order order)
    {
        ArgumentNullException.ThrowIfNull(order);
        _broker.Cancel(order, "the strategy cancelled it");
    }

    /// <summary>Cancels all open orders of a series.</summary>
    public void CancelAll(TradedSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        foreach (var order in series.Orders.ToArray())
        {
            Cancel(order);
        }
    }

    internal void Start() => _isStarted = true;

    private void Follow(TradedSeries series, Action<Bar> take)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (_isStarted)
        {
            throw new InvalidOperationException("Indicators are asked for in OnStart: one that begins later has not seen the candles before.");
        }

        series.Follow(take);
    }
}
