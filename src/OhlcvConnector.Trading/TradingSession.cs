using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>A candle as it closes in a session.</summary>
/// <param name="Series">Number of its series, from 0.</param>
/// <param name="Candle">The candle.</param>
/// <param name="End">When it is the last of its series, what is done with the position; else <see cref="CloseAt.Never"/>.</param>
internal readonly record struct Closing(int Series, Candle Candle, CloseAt End = CloseAt.Never)
{
    /// <summary>Finer candles that make it up; null where there are none.</summary>
    public FineCandles? Fine { get; init; }
}

/// <summary>A series of a session.</summary>
/// <param name="Name">Name, such as <c>binance BTCUSDT 1h</c>.</param>
/// <param name="Rules">Rules of the instrument.</param>
/// <param name="OmitsQuietCandles">True when the exchange has no candle where nothing traded, so that a missing one is no gap.</param>
internal readonly record struct SessionSeries(string Name, InstrumentRules Rules, bool OmitsQuietCandles)
{
    /// <summary>The series that the candles are of; null where nobody wants to know.</summary>
    public Series? Source { get; init; }

    /// <summary>Gives forecasts, as <see cref="BacktestSeries.Forecasts"/> says; null for none.</summary>
    public Func<string, long, RuleForecast?>? Forecasts { get; init; }

    /// <summary>Funding rates of a perpetual contract, by time; null for none.</summary>
    public IReadOnlyList<FundingRate>? FundingRates { get; init; }
}

/// <summary>
/// The engine that a backtest and a paper account share: a strategy, its broker and its portfolio, taken forward one close at a time. What it does depends on
/// the candles and orders alone, in their order: not on the clock, nor on where they come from.
/// </summary>
internal sealed class TradingSession
{
    private readonly IStrategy _strategy;
    private readonly bool[] _omitsQuietCandles;
    private readonly List<TradedSeries> _series;
    private readonly Action<Fill> _filled;
    private readonly DailyLoss? _dailyLoss;

    /// <summary>Creates a session that has seen no candle.</summary>
    /// <param name="strategy">The strategy; a fresh object for each session.</param>
    /// <param name="series">The series, which share the account.</param>
    /// <param name="options">The broker.</param>
    /// <param name="fromMs">Time before which candles only warm up, Unix epoch milliseconds UTC.</param>
    /// <param name="filled">Told of each fill, before the strategy.</param>
    /// <param name="ended">Told of each order that was filled, cancelled or rejected.</param>
    public TradingSession(
        IStrategy strategy, IEnumerable<SessionSeries> series, BrokerOptions options, long fromMs, Action<Fill> filled, Action<Order> ended)
    {
        SessionSeries[] all = [.. series];
        (_strategy, _filled) = (strategy, filled);
        _series =
        [
            .. all.Select(one => new TradedSeries(one.Name, one.Rules)
            {
                FundingRates = one.FundingRates ?? [],
                Source = one.Source,
                Forecasts = one.Forecasts,
                OmitsQuietCandles = one.OmitsQuietCandles,
            }),
        ];
        _omitsQuietCandles = [.. all.Select(one => one.OmitsQuietCandles)];
        Portfolio = new Portfolio(options.Cash, _series);
        Broker = new SimulatedBroker(options, Portfolio, _series, OnFill, ended);
        _dailyLoss = options.DailyLossLimit is { } limit ? new DailyLoss(limit, options.Cash) : null;
        Context = new StrategyContext(_series, Portfolio, Broker, fromMs);
    }

    /// <summary>The series.</summary>
    public IReadOnlyList<TradedSeries> Series => _series;

    /// <summary>The money.</summary>
    public Portfolio Portfolio { get; }

    /// <summary>The broker.</summary>
    public SimulatedBroker Broker { get; }

    /// <summary>What the strategy sees.</summary>
    public StrategyContext Context { get; }

    /// <summary>Starts the strategy. Called once, before the first step.</summary>
    /// <exception cref="StrategyException">It threw.</exception>
    public void Start()
    {
        Tell(null, () => _strategy.OnStart(Context));
        Context.Start();
    }

    /// <summary>
    /// Takes all candles that close at one time: fills the orders that were placed before, has indicators take the candles, and tells the strategy of them.
    /// </summary>
    /// <param name="closings">The candles, by the numbers of their series.</param>
    /// <exception cref="StrategyException">The strategy threw; the message says at which candle.</exception>
    public void Step(ReadOnlySpan<Closing> closings)
    {
        Context.NowMs = closings[0].Candle.CloseMs;
        Broker.OnClose();
        foreach (ref readonly var closing in closings)
        {
            Fill(closing);
        }

        foreach (ref readonly var closing in closings)
        {
            _series[closing.Series].Close(closing.Candle);
        }

        _dailyLoss?.OnClose(Context.NowMs, this);
        foreach (ref readonly var closing in closings)
        {
            Tell(closing);
        }
    }

    /// <summary>Cancels orders, and takes none but those that reduce from now on.</summary>
    /// <param name="reason">Why, for people.</param>
    /// <param name="closesPositions">Whether positions are closed, too, at the next open; else stop losses and targets stay.</param>
    /// <param name="nowMs">The time, Unix epoch milliseconds UTC.</param>
    public void Halt(string reason, bool closesPositions, long nowMs)
    {
        Broker.Halt = reason;
        foreach (var series in _series)
        {
            foreach (var order in series.Orders.Where(order => closesPositions || !order.Request.ReduceOnly).ToArray())
            {
                Broker.Cancel(order, reason);
            }

            if (closesPositions && series.Quantity != 0)
            {
                Broker.Place(
                    series,
                    new OrderRequest { Side = series.Quantity > 0 ? Side.Sell : Side.Buy, Size = OrderSize.Position, ReduceOnly = true, Note = reason },
                    nowMs);
            }
        }
    }

    /// <summary>Pays money in, or takes it out.</summary>
    public void Deposit(decimal money)
    {
        Portfolio.Deposit(money);
        _dailyLoss?.Deposit(money);
    }

    private void Fill(in Closing closing)
    {
        var (series, candle) = (_series[closing.Series], closing.Candle);
        if (series.Bar >= 0)
        {
            Broker.PayFunding(series, series.Last.OpenMs, candle.OpenMs);
            if (candle.OpenMs > series.Last.CloseMs && !_omitsQuietCandles[closing.Series])
            {
                OnGap(series, candle.OpenMs);
            }
        }

        if (closing.End == CloseAt.LastOpen)
        {
            Broker.CloseAt(series, candle.Open, candle.OpenMs, series.Bar + 1, FillReason.End);
        }
        else if (closing.Fine?.Of(candle, isNeeded: series.Quantity != 0 || series.OpenOrders.Count > 0) is { Length: > 0 } fine)
        {
            foreach (ref readonly var one in fine.Span)
            {
                Broker.Fill(series, one, series.Bar + 1);
            }
        }
        else
        {
            Broker.Fill(series, candle, series.Bar + 1);
        }
    }

    private void Tell(in Closing closing)
    {
        var series = _series[closing.Series];
        if (closing.End != CloseAt.Never)
        {
            if (closing.End == CloseAt.LastClose)
            {
                Broker.PayFunding(series, series.Last.OpenMs, series.Last.CloseMs - 1); // it was held until then
            }

            Broker.CloseAt(series, series.Mark, series.Last.OpenMs, series.Bar, FillReason.End); // what it ordered now could not fill
            return;
        }

        try
        {
            foreach (var signal in series.Signals)
            {
                _strategy.OnSignal(signal, series, Context);
            }

            _strategy.OnCandle(series, Context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new StrategyException(Place(series), exception);
        }
    }

    private void OnGap(TradedSeries series, long toMs) => Tell(series, () => _strategy.OnGap(series, series.Last.CloseMs, toMs, Context));

    private void OnFill(Fill fill)
    {
        _filled(fill);
        Tell(fill.Series, () => _strategy.OnFill(fill, Context));
    }

    private static void Tell(TradedSeries? series, Action call)
    {
        try
        {
            call();
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or InvalidSettingException))
        {
            throw new StrategyException(Place(series), exception);
        }
    }

    private static string Place(TradedSeries? series) =>
        series is null ? "when it started"
        : series.Bar < 0 ? $"before the first candle of {series.Name}"
        : $"at candle {series.Bar} of {series.Name} ({series.Last.OpenTime:u})";
}
