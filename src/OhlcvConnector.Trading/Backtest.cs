using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Candles of one series for a run, oldest first.</summary>
/// <param name="Name">Name of the series, such as <c>binance BTCUSDT 1h</c>.</param>
/// <param name="Candles">Closed candles by open time.</param>
/// <param name="Rules">Rules of the instrument.</param>
/// <param name="OmitsQuietCandles">True when the exchange has no candle where nothing traded, so that a missing one is no gap.</param>
public sealed record BacktestSeries(string Name, IReadOnlyList<Candle> Candles, InstrumentRules Rules, bool OmitsQuietCandles = false);

/// <summary>What to do with positions that are open when the candles end.</summary>
public enum CloseAt
{
    /// <summary>Close them at the last candle's close.</summary>
    LastClose,

    /// <summary>Close them at the last candle's open, as an order of the candle before would.</summary>
    LastOpen,

    /// <summary>Leave them open; the equity counts them at the last close.</summary>
    Never,
}

/// <summary>
/// A backtest: runs a strategy over closed candles in the order of their closes. At each close, the orders that were placed before are filled by that candle,
/// indicators take it, and the strategy is told of it; what it orders then is filled by later candles alone. The same strategy, candles and options give the
/// same result to the last digit.
/// </summary>
public sealed class Backtest
{
    private readonly IStrategy _strategy;
    private readonly IReadOnlyList<BacktestSeries> _data;
    private readonly BrokerOptions _options;
    private readonly CloseAt _closeAt;
    private readonly long _fromMs;
    private readonly List<TradedSeries> _series;
    private readonly Portfolio _portfolio;
    private readonly SimulatedBroker _broker;
    private readonly StrategyContext _context;
    private readonly List<Fill> _fills = [];
    private readonly List<Order> _ended = [];
    private readonly int[] _next;

    private Backtest(IStrategy strategy, IReadOnlyList<BacktestSeries> data, BrokerOptions options, CloseAt closeAt, long fromMs)
    {
        (_strategy, _data, _options, _closeAt, _fromMs) = (strategy, data, options, closeAt, fromMs);
        _series = [.. data.Select(one => new TradedSeries(one.Name, one.Rules))];
        _portfolio = new Portfolio(options.Cash, _series);
        _broker = new SimulatedBroker(options, _portfolio, _series, OnFill, _ended.Add);
        _context = new StrategyContext(_series, _portfolio, _broker, fromMs);
        _next = new int[data.Count];
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

            for (var i = 0; i < one.Candles.Count; i++)
            {
                var candle = one.Candles[i];
                if ((candle.Problem ?? (i > 0 && candle.OpenMs < one.Candles[i - 1].CloseMs ? "it begins before the one before it ends" : null)) is { } problem)
                {
                    throw new ArgumentException($"{one.Name}, candle {i} of {candle.OpenTime:u}: {problem}.", nameof(data));
                }
            }
        }
    }

    private BacktestResult Run(CancellationToken cancellationToken)
    {
        var equity = new EquityCurve(_data.Max(one => one.Candles.Count));
        Tell(null, () => _strategy.OnStart(_context));
        _context.Start();
        while (NextCloseMs() is < long.MaxValue and var closeMs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _context.NowMs = closeMs;
            Fill(closeMs);
            Close(closeMs);
            if (closeMs > _fromMs)
            {
                equity.Add(closeMs, _portfolio.Equity);
            }
        }

        equity.ReplaceLast(_portfolio.Equity);
        return new BacktestResult(_series, _data, _options, _portfolio, equity, _fills, _ended, _fromMs);
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

    private bool Closes(int series, long closeMs) => _next[series] < _data[series].Candles.Count && _data[series].Candles[_next[series]].CloseMs == closeMs;

    private bool IsLast(int series) => _next[series] == _data[series].Candles.Count - 1;

    private void Fill(long closeMs)
    {
        for (var i = 0; i < _series.Count; i++)
        {
            if (!Closes(i, closeMs))
            {
                continue;
            }

            var (series, candle) = (_series[i], _data[i].Candles[_next[i]]);
            if (series.Bar >= 0)
            {
                _broker.PayFunding(series, series.Last.OpenMs, candle.OpenMs);
                if (candle.OpenMs > series.Last.CloseMs && !_data[i].OmitsQuietCandles)
                {
                    OnGap(series, candle.OpenMs);
                }
            }

            if (_closeAt == CloseAt.LastOpen && IsLast(i))
            {
                _broker.CloseAt(series, candle.Open, candle.OpenMs, _next[i], FillReason.End);
            }
            else
            {
                _broker.Fill(series, candle, _next[i]);
            }
        }
    }

    private void Close(long closeMs)
    {
        for (var i = 0; i < _series.Count; i++)
        {
            if (Closes(i, closeMs))
            {
                _series[i].Close(_data[i].Candles[_next[i]]);
            }
        }

        for (var i = 0; i < _series.Count; i++)
        {
            if (!Closes(i, closeMs))
            {
                continue;
            }

            var isLast = IsLast(i);
            _next[i]++;
            if (!isLast || _closeAt == CloseAt.Never)
            {
                OnCandle(_series[i]);
            }
            else
            {
                _broker.CloseAt(_series[i], _series[i].Mark, _series[i].Last.OpenMs, _series[i].Bar, FillReason.End); // what it ordered now could not fill
            }
        }
    }

    private void OnCandle(TradedSeries series)
    {
        try
        {
            _strategy.OnCandle(series, _context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new StrategyException(Place(series), exception);
        }
    }

    private void OnGap(TradedSeries series, long toMs) => Tell(series, () => _strategy.OnGap(series, series.Last.CloseMs, toMs, _context));

    private void OnFill(Fill fill)
    {
        _fills.Add(fill);
        Tell(fill.Series, () => _strategy.OnFill(fill, _context));
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
