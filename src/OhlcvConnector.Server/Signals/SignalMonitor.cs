using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Notifications;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>
/// Watches series for signals, day and night: leads their rules up from the past, evaluates each closed candle once, keeps what they say, then tells it. One
/// loop does all of it, in order; whatever takes long, as reading the past does, comes back to it.
/// </summary>
internal sealed partial class SignalMonitor : BackgroundService
{
    private const int MostInBatch = 5_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<Action> _inbox = Channel.CreateUnbounded<Action>(); // one of a single reader could not be counted
    private readonly Dictionary<Series, WatchedSeries> _watched = [];
    private readonly List<Signal> _signals = [];
    private readonly List<SignalFatePrice> _fates = [];
    private readonly Dictionary<Series, long> _progress = [];
    private readonly Hub _hub;
    private readonly MarketClock _clock;
    private readonly ServerOptions _options;
    private readonly ServerIdentity _identity;
    private readonly ISignalStore _store;
    private readonly SignalRuleDesk _rules;
    private readonly SignalFeed _feed;
    private readonly SignalMetrics _metrics;
    private readonly SignalWarmUp _warmUp;
    private readonly SignalTeller _teller;
    private readonly int _mostShown;
    private readonly ILogger _logger;
    private volatile bool _areNew;
    private CancellationToken _stopping;

    /// <summary>Creates the monitor; it watches what it is told to.</summary>
    public SignalMonitor(
        Hub hub, MarketClock clock, ServerOptions options, ServerIdentity identity, ISignalStore store, SignalRuleDesk rules, SignalFeed feed,
        SignalMetrics metrics, NoticeDesk notices, ILogger<SignalMonitor> logger)
    {
        (_hub, _clock, _options, _identity, _store, _rules, _feed) = (hub, clock, options, identity, store, rules, feed);
        (_metrics, _logger) = (metrics, logger);
        _teller = new SignalTeller(store, notices, metrics, one => _watched.TryGetValue(one, out var known) ? known.Shown : [], logger);
        _mostShown = notices.Routes.Count > 0 ? SignalNotice.MostCandles : 0;
        _warmUp = new SignalWarmUp(hub, store, options.TimeProvider, _mostShown, logger);
    }

    /// <summary>Number of series that are watched.</summary>
    public int Watched => _watched.Count;

    /// <summary>Watches a series from now on.</summary>
    public void Watch(SeriesChannel channel) => _inbox.Writer.TryWrite(() =>
    {
        if (!_watched.ContainsKey(channel.Series))
        {
            var watched = new WatchedSeries(channel, _mostShown) { Held = [] };
            _watched.Add(channel.Series, watched);
            channel.Tap(quote =>
            {
                if (quote is { IsClosed: true, IsRevision: false })
                {
                    After(watched.Series, quote, () => Queue(watched, quote));
                }
            });
            _rules.Report(_rules.Rules.ProblemsOf(channel.Series));
            ReadPast(watched);
        }
    });

    /// <summary>What the open candles of the series that are watched would make if they closed as they are: provisional signals.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<IReadOnlyList<Signal>> PreviewAsync(SignalFilter filter, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<Signal>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Writer.TryWrite(() => answer.TrySetResult(
        [
            .. _watched.Values.Where(watched => watched is { Held: null, Evaluator: not null })
                .SelectMany(watched => watched.Channel.Newest is { IsClosed: false } open ? watched.Evaluator!.Preview(open) : [])
                .Select(signal => signal with { IsSandbox = _identity.IsSandbox }).Where(filter.Matches),
        ]));
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Measure(); // so that all counters are there before anything has happened
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _warmUp.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        if (_store is MemorySignalStore && _options.Signals.Count > 0)
        {
            LogForgetful(_logger);
        }

        var looking = LookAsync(stoppingToken);
        try
        {
            await _teller.TellAgainAsync(stoppingToken).ConfigureAwait(false);
            while (await _inbox.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
            {
                for (var count = 0; count < MostInBatch && _inbox.Reader.TryRead(out var work); count++)
                {
                    Do(TakeNewRules);
                    Do(work);
                }

                await CommitAsync(stoppingToken).ConfigureAwait(false);
                if (_teller.Owes)
                {
                    await _teller.TellAgainAsync(stoppingToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // what was evaluated and is not kept is evaluated again after the start
        }

        await looking.ConfigureAwait(false);
    }

    private void Do(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) // a fault of ours with one series ends no other's watch
        {
            _metrics.Faults.Inc();
            LogFailed(_logger, exception);
        }
    }

    private void Queue(WatchedSeries watched, PriceQuote quote) => _inbox.Writer.TryWrite(() => OnClosed(watched, quote));

    private void OnClosed(WatchedSeries watched, in PriceQuote quote)
    {
        if (watched.Held is { } held)
        {
            held.Add(quote);
        }
        else if (watched.Evaluator!.LastMs is > 0 and var dueMs && quote.OpenMs > dueMs && quote.GapBefore is null && !_hub.OmitsQuiet(watched.Series))
        {
            watched.Held = [quote]; // a hole that nobody announced: its candles are in the past by now
            ReadPast(watched);
        }
        else
        {
            Evaluate(watched, quote);
        }
    }

    private void ReadPast(WatchedSeries watched)
    {
        watched.Held ??= [];
        var (reading, rules, guard, omitsQuiet) = (++watched.Readings, _rules.Rules, _rules.Guard, _hub.OmitsQuiet(watched.Series));
        _ = Task.Run(
            async () =>
            {
                var forecasts = await ForecastsOf(watched.Series, _stopping).ConfigureAwait(false);
                var evaluator = new RuleEvaluator(watched.Series, rules, omitsQuiet, forecasts, guard);
                var past = await _warmUp.ReadAsync(watched.Channel, evaluator, watched.ToldMs, _stopping).ConfigureAwait(false);
                _inbox.Writer.TryWrite(() => OnPast(watched, past, reading));
            },
            _stopping);
    }

    /// <summary>Takes the past: what was told is gone through in silence, what was missed is told late, and then what came meanwhile.</summary>
    private void OnPast(WatchedSeries watched, SignalPast past, int reading)
    {
        if (reading != watched.Readings)
        {
            return; // the rules have changed meanwhile
        }

        var held = watched.Held!;
        (watched.Evaluator, watched.Held) = (past.Evaluator, null);
        _rules.Report(past.Evaluator.TakeTroubles());
        watched.ToldMs = past.ToldMs;
        watched.Forget();
        foreach (var kept in past.Awaited)
        {
            watched.Await(kept.Signal, kept.Fate);
        }

        var candles = past.Candles.Concat(held).ToList();
        var told = candles.TakeWhile(quote => !(quote.CloseMs > past.ToldMs)).Count();
        candles[..told].ForEach(quote => Evaluate(watched, quote));
        foreach (var kept in past.Last)
        {
            watched.Evaluator.Recall(kept.Signal.Rule, kept.Signal.CloseMs, kept.Signal.Direction);
        }

        candles[told..].ForEach(quote => Evaluate(watched, quote));
        if (watched.ToldMs is null)
        {
            watched.ToldMs = watched.Evaluator.LastMs; // from here on it is told
            _progress[watched.Series] = watched.Evaluator.LastMs;
        }
    }

    private void Evaluate(WatchedSeries watched, in PriceQuote quote)
    {
        var evaluator = watched.Evaluator!;
        if (quote.OpenMs < evaluator.LastMs)
        {
            return; // it came from the past already
        }

        var began = Stopwatch.GetTimestamp();
        var signals = evaluator.Add(quote);
        _metrics.Evaluation.Observe(Stopwatch.GetElapsedTime(began).TotalSeconds);
        watched.Show(quote);
        watched.Settle(quote, _fates);
        if (watched.ToldMs is { } told && quote.CloseMs > told)
        {
            Take(watched, quote, signals);
        }

        _rules.Report(evaluator.TakeTroubles());
    }

    /// <summary>Takes what the rules say of a close that was not told before.</summary>
    private void Take(WatchedSeries watched, in PriceQuote quote, IReadOnlyList<Signal> signals)
    {
        watched.ToldMs = quote.CloseMs;
        _progress[watched.Series] = quote.CloseMs;
        var isLate = _clock.Clock.GetUtcNow() - quote.CloseTime > LateAfter * Math.Max(1, _clock.Speed);
        foreach (var signal in signals)
        {
            if (!_rules.Guard.Admits(signal))
            {
                _metrics.Withheld.Inc();
                continue;
            }

            var made = signal with { IsSandbox = _identity.IsSandbox, IsLate = isLate };
            _signals.Add(made);
            watched.Await(made, new SignalFate());
        }
    }
}
