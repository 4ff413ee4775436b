using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>Candles of one series for a run, oldest first.</summary>
/// <param name="Name">Name of the series, such as <c>binance BTCUSDT 1h</c>.</param>
/// <param name="Candles">Closed candles by open time.</param>
/// <param name="Rules">Rules of the instrument.</param>
/// <param name="OmitsQuietCandles">True when the exchange has no candle where nothing traded, so that a missing one is no gap.</param>
public sealed record BacktestSeries(string Name, IReadOnlyList<Candle> Candles, InstrumentRules Rules, bool OmitsQuietCandles = false)
{
    /// <summary>The series that the candles are of: rules want to know it. Null where nobody does.</summary>
    public Series? Source { get; init; }

    /// <summary>
    /// Gives the forecast of a model, by its name, that was known at the close of the candle that opened at a time (Unix epoch milliseconds UTC); null where
    /// there was none. Null for no forecasts: rules that ask for them are then refused.
    /// </summary>
    public Func<string, long, RuleForecast?>? Forecasts { get; init; }

    /// <summary>
    /// Finer candles of the same time, oldest first, by which orders fill within the candles; the strategy does not see them. Where they do not make up a
    /// candle (its open, high, low and close, and without a hole unless quiet ones are left out), it is filled by itself. Null for none.
    /// </summary>
    public IReadOnlyList<Candle>? Fine { get; init; }

    /// <summary>Funding rates of a perpetual contract, by time; they take the place of <see cref="BrokerOptions.FundingRate"/>. Empty for none.</summary>
    public IReadOnlyList<FundingRate> FundingRates { get; init; } = [];
}

/// <summary>
/// A backtest: runs a strategy over closed candles in the order of their closes. At each close, the orders that were placed before are filled by that candle,
/// indicators take it, and the strategy is told of it; what it orders then is filled by later candles alone. The same strategy, candles and options give the
/// same result to the last digit.
/// </summary>
public sealed class Backtest
{
    private readonly IReadOnlyList<BacktestSeries> _data;
    private readonly BrokerOptions _options;
    private readonly CloseAt _closeAt;
    private readonly long _fromMs;
    private readonly TradingSession _session;
    private readonly List<Fill> _fills = [];
    private readonly List<Order> _ended = [];
    private readonly int[] _next;
    private readonly Closing[] _closings;
    private readonly FineCandles?[] _fine;

    private Backtest(IStrategy strategy, IReadOnlyList<BacktestSeries> data, BrokerOptions options, CloseAt closeAt, long fromMs)
    {
        (_data, _options, _closeAt, _fromMs) = (data, options, closeAt, fromMs);
        _session = new TradingSession(
            strategy,
            data.Select(one => new SessionSeries(one.Name, one.Rules, one.OmitsQuietCandles)
            {
                FundingRates = one.FundingRates,
                Source = one.Source,
                Forecasts = one.Forecasts,
            }),
            options, fromMs, _fills.Add, _ended.Add);
        _next = new int[data.Count];
        _closings = new Closing[data.Count];
        _fine = [.. data.Select(one => one.Fine is { } fine ? new FineCandles(fine, one.OmitsQuietCandles) : null)];
    }

    /// <summary>Runs a strategy.</summary>
    /// <param name="strategy">The strategy; a fresh object for each run.</param>
    /// <param name="data">The candles; one series or several, which share the account.</param>
    /// <param name="options">The broker; null for the defaults, which cost nothing.</param>
    /// <param name="closeAt">What to do with what is open at the end.</param>
    /// <param name="fromMs">
    /// Time before which candles only warm up: orders are refused, and the equity does not count. Unix epoch milliseconds UTC; the first candle's by default.
    /// </param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="InvalidSettingException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">There is no series, or candles are no candles or not in order.</exception>
    /// <exception cref="StrategyException">The strategy threw; the message says at which candle.</exception>
    public static BacktestResult Run(
        IStrategy strategy, IReadOnlyList<BacktestSeries> data, BrokerOptions? options = null, CloseAt closeAt = CloseAt.LastClose,
        long fromMs = long.MinValue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new BrokerOptions();
        options.Check();
        Check(data);
        return new Backtest(strategy, data, options, closeAt, fromMs).Run(cancellationToken);
    }

    private static void Check(IReadOnlyList<BacktestSeries> data)
    {
        if (data.Count == 0)
        {
            throw new ArgumentException("Name at least one series.", nameof(data));
        }

        foreach (var one in data)
        {
            if (one.Candles.Count == 0)
            {
                throw new ArgumentException($"{one.Name} has no candles.", nameof(data));
            }

            Check(one.Name, one.Candles);
            Check($"{one.Name}, finer", one.Fine ?? []);
            for (var i = 1; i < one.FundingRates.Count; i++)
            {
                if (one.FundingRates[i].TimeMs <= one.FundingRates[i - 1].TimeMs)
                {
                    throw new ArgumentException($"{one.Name}: its funding rates are not in the order of time.", nameof(data));
                }
            }
        }
    }

    private static void Check(string name, IReadOnlyList<Candle> candles)
    {
        for (var i = 0; i < candles.Count; i++)
        {
            var candle = candles[i];
            if ((candle.Problem ?? (i > 0 && candle.OpenMs < candles[i - 1].CloseMs ? "it begins before the one before it ends" : null)) is { } problem)
            {
                throw new ArgumentException($"{name}, candle {i} of {candle.OpenTime:u}: {problem}.", nameof(candles));
            }
        }
    }

    private BacktestResult Run(CancellationToken cancellationToken)
    {
        var equity = new EquityCurve(_data.Max(one => one.Candles.Count));
        _session.Start();
        while (NextCloseMs() is < long.MaxValue and var closeMs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _session.Step(Closings(closeMs));
            if (closeMs > _fromMs)
            {
                equity.Add(closeMs, _session.Portfolio.Equity);
            }
        }

        equity.ReplaceLast(_session.Portfolio.Equity);
        return new BacktestResult(_session.Series, _data, _options, _session.Portfolio, equity, _fills, _ended, _fromMs)
        {
            FilledByFine = _fine.Sum(one => one?.Filled ?? 0),
            LackingFine = _fine.Sum(one => one?.Lacking ?? 0),
        };
    }

    private long NextCloseMs()
    {
        var closeMs = long.MaxValue;
        for (var i = 0; i < _next.Length; i++)
        {
            closeMs = _next[i] < _data[i].Candles.Count ? Math.Min(closeMs, _data[i].Candles[_next[i]].CloseMs) : closeMs;
        }

        return closeMs;
    }

    /// <summary>Takes the candles that close at a time.</summary>
    private ReadOnlySpan<Closing> Closings(long closeMs)
    {
        var count = 0;
        for (var i = 0; i < _next.Length; i++)
        {
            var candles = _data[i].Candles;
            if (_next[i] < candles.Count && candles[_next[i]] is var candle && candle.CloseMs == closeMs)
            {
                _closings[count++] = new Closing(i, candle, ++_next[i] == candles.Count ? _closeAt : CloseAt.Never) { Fine = _fine[i] };
            }
        }

        return _closings.AsSpan(0, count);
    }
}
