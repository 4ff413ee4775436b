using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>The live feed of any venue's market: spreads series over connections, puts what comes into order, and hands it to one reader.</summary>
internal sealed partial class VenueFeed : IPriceFeed, IFrameSink
{
    private const int SuspicionsBeforeIsolation = 3;
    private const long BeginningMs = 1_356_998_400_000; // 2013: none of the exchanges is older
    private static readonly TimeSpan FaultLogEvery = TimeSpan.FromMinutes(1);

    private readonly VenueAccess _access;
    private readonly bool _fromTrades;
    private readonly Func<double> _random;
    private readonly ILogger _logger;
    private readonly SequencerRules _rules;
    private readonly SeriesTable _table;
    private readonly QuoteQueue _queue;
    private readonly GapFiller _filler;
    private readonly SilenceWatch _watch;
    private readonly TradingWatch _trading;
    private readonly ConcurrentDictionary<Series, FeedSeries> _series = new();
    private readonly List<FeedShard> _shards = [];
    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly FirstConnection _first;
    private readonly Lock _gate = new();
    private long _faultLoggedAt;
    private int _connections;
    private int _reservedSeries;
    private bool _started;
    private int _reading;

    /// <summary>Prepares a feed; nothing is connected before it is read.</summary>
    /// <param name="access">Its market.</param>
    /// <param name="history">Its history.</param>
    /// <param name="instruments">Its listing.</param>
    /// <param name="random">Jitter.</param>
    /// <param name="fromTrades">Whether its series are built from trades alone.</param>
    public VenueFeed(VenueAccess access, VenueHistory history, VenueInstruments instruments, Func<double> random, bool fromTrades = false)
    {
        _access = access;
        _fromTrades = fromTrades;
        _random = random;
        _logger = access.Loggers.CreateLogger<VenueFeed>();
        _first = new FirstConnection(access.Options.ConnectAttempts);
        _rules = SequencerRules.For(access.Market, access.Options);
        _table = new SeriesTable(access.Market);
        _queue = new QuoteQueue(access.Options.ClosedQueueCapacity, access.Options.Dispatch, access.Counters);
        _filler = new GapFiller(access, history, _queue, OnFilledByHistory, OnHistory);
        _closer = new TradeCloser(access, () => _tapes.All, _queue, () => _filler.IsStarved);
        _audit = new TradeAudit(access, () => _tapes.All, history, random);
        _watch = new SilenceWatch(access, history, series => Remedy(series, Talking));
        _trading = new TradingWatch(access, instruments, Tell);
    }

    /// <summary>Whether it has ended.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>How many series it follows.</summary>
    public int SeriesCount => _series.Count + _built.Count;

    /// <summary>How many candles wait for the reader.</summary>
    public (int Closed, int Open) Depths => (_queue.ClosedDepth, _queue.OpenDepth);

    /// <summary>Whether it is a feed of this market.</summary>
    public bool IsOf(VenueAccess access) => _access == access;

    /// <inheritdoc/>
    public void Add(Series series, DateTimeOffset? since = null)
    {
        if (_fromTrades)
        {
            AddBuilt(series, since);
            return;
        }

        AddToShard(series, since);
        if (_started)
        {
            TellIfHalted(series);
        }
    }

    /// <inheritdoc/>
    public void Remove(Series series)
    {
        RemoveBuilt(series);
        lock (_gate)
        {
            if (_series.TryRemove(series, out var removed))
            {
                removed.Sequencer.Remove();
                removed.Shard.Remove(removed.Series);
                _table.Remove(removed.Series);
                LeaveTrades(removed.Series);
                if (!IsDisposed)
                {
                    _access.Address.Release(0, _access.Options.Redundancy);
                    _reservedSeries -= _access.Options.Redundancy;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1)
        {
            throw new InvalidOperationException("This feed is being read already; one reader at a time.");
        }

        try
        {
            Start();
            using var cancelled = cancellationToken.UnsafeRegister(static (queue, token) => ((QuoteQueue)queue!).CancelWait(token), _queue);
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (_queue.TryTake(out var quote))
                {
                    yield return quote;
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
            while (await _queue.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            if (IsDisposed)
            {
                return;
            }

            Release();
            _stop.Cancel();
            running = [.. _running];
        }

        _queue.Complete(); // first: a connection that waits for room must be able to end
        await Task.WhenAll(running).ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Gives back what it had reserved, and takes no more; enough for a feed that was never read.</summary>
    public void Release()
    {
        lock (_gate)
        {
            IsDisposed = true;
            _access.Address.Release(_shards.Count * _access.Options.Redundancy, _reservedSeries);
            _reservedSeries = 0;
            foreach (var tape in _tapes.All)
            {
                if (tape.Lease is { } lease)
                {
                    _access.Address.Release(lease);
                }
            }
        }
    }

    void IFrameSink.OnQuote(Arrival arrival, in PriceQuote quote)
    {
        if (_series.TryGetValue(quote.Series, out var series))
        {
            series.Prove(arrival.ReadAt);
            var nowMs = arrival.VenueMs;
            if (series.Sequencer.WhyImpossible(quote, nowMs) is { } reason)
            {
                OnImpossible(quote, reason);
                return;
            }

            series.Sequencer.OnStream(quote, arrival.Generation, nowMs);
            series.Tape?.OnCandle(quote, arrival.ReceivedMs);
        }
    }

    TimeSpan? IFrameSink.OnRejected(Series series, string venueMessage)
    {
        if (!_series.TryGetValue(series, out var known))
        {
            return null; // it was removed meanwhile
        }

        if (known.IsProven || known.Condition != SeriesCondition.Trading)
        {
            return known.Refused(); // not for good: history goes on meanwhile, and what does not trade yet may be unknown to the stream until it does
        }

        Remove(series);
        Tell(known, SeriesCondition.Refused, venueMessage);
        if (OnStatus is null || _series.IsEmpty)
        {
            _queue.Complete(new SubscriptionRejectedException(series, venueMessage));
        }

        return null;
    }

    bool IFrameSink.MayLogFault()
    {
        var last = Volatile.Read(ref _faultLoggedAt);
        return (last == 0 || _access.Options.TimeProvider.GetElapsedTime(last) > FaultLogEvery)
            && Interlocked.CompareExchange(ref _faultLoggedAt, _access.Options.TimeProvider.GetTimestamp(), last) == last;
    }

    private void OnImpossible(in PriceQuote quote, string reason)
    {
        var count = _access.Counters.RefusedCandles(1);
        if (((IFrameSink)this).MayLogFault())
        {
            LogImpossible(_logger, quote.Series.ToString(), quote.OpenTime, reason, count);
        }
    }

    private void Start()
    {
        if (!_started)
        {
            TellOfHalted(); // before a stream can refuse them
        }

        lock (_gate)
        {
            if (_started || IsDisposed)
            {
                return;
            }

            _started = true;
            _shards.ForEach(Run);
            if (_fromTrades)
            {
                _running.Add(Detached.Run(() => BuildAsync(_stop.Token)));
                return;
            }

            _running.Add(Detached.Run(() => _watch.RunAsync(() => _series.Values, _stop.Token)));
            _running.Add(Detached.Run(() => _filler.RunAsync(() => _series.Values.Select(series => series.Sequencer), _stop.Token)));
            if (ClosesByTrades)
            {
                _running.Add(Detached.Run(() => _closer.RunAsync(_stop.Token)));
                _running.Add(Detached.Run(() => _audit.RunAsync(_stop.Token)));
                _running.Add(Detached.Run(() => ShareTradesAsync(_stop.Token)));
            }

            _running.Add(Detached.Run(() => _trading.RunAsync(() => _series.Values, _stop.Token)));
        }

        TellOfHalted(); // that were added meanwhile
    }

    private void Run(FeedShard shard) => _running.AddRange(shard.Lanes.Select(lane => Detached.Run(() => RunAsync(lane))));

    private async Task RunAsync(FeedLane lane)
    {
        try
        {
            await lane.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) // unreachable, or a fault of ours: the reader must learn of it
        {
            _queue.Complete(exception);
        }
    }
}
