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
internal sealed partial class VenueFeed : IPriceFeed
{
    private const long BeginningMs = 1_356_998_400_000; // 2013: none of the exchanges is older

    private readonly VenueAccess _access;
    private readonly Func<double> _random;
    private readonly ILogger _logger;
    private readonly SequencerRules _rules;
    private readonly SeriesTable _table;
    private readonly QuoteQueue _queue;
    private readonly GapFiller _filler;
    private readonly SilenceWatch _watch;
    private readonly TradingWatch _trading;
    private readonly StatusTeller _status;
    private readonly FeedTapes _tapes = new();
    private readonly FeedShards _shards;
    private readonly FeedTrades _trades;
    private readonly TradeCloser _closer;
    private readonly TradeAudit _audit;
    private readonly FeedSink _sink;
    private readonly StreamRemedies _remedies;
    private readonly BuiltFeed? _built; // of a feed that builds its series from trades alone
    private readonly ConcurrentDictionary<Series, FeedSeries> _series = new();
    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly FirstConnection _first;
    private readonly Lock _gate = new();
    private int _connections;
    private bool _started;
    private int _reading;

    /// <summary>Prepares a feed; nothing is connected before it is read.</summary>
    /// <param name="access">The market of the feed.</param>
    /// <param name="history">The history of that market.</param>
    /// <param name="instruments">The listing of that market.</param>
    /// <param name="random">Jitter.</param>
    /// <param name="fromTrades">True when the series are built from trades alone.</param>
    public VenueFeed(VenueAccess access, VenueHistory history, VenueInstruments instruments, Func<double> random, bool fromTrades = false)
    {
        _access = access;
        _random = random;
        _logger = access.Loggers.CreateLogger<VenueFeed>();
        _first = new FirstConnection(access.Options.ConnectAttempts);
        _rules = SequencerRules.For(access.Market, access.Options);
        _table = new SeriesTable(access.Market);
        _queue = new QuoteQueue(access.Options.ClosedQueueCapacity, access.Options.Dispatch, access.Counters);
        _status = new StatusTeller(_logger);
        _shards = new FeedShards(access, fromTrades, NewShard);
        _trades = new FeedTrades(access, _shards, _tapes, _gate, _logger);
        _built = fromTrades ? new BuiltFeed(access, _shards, _tapes, _queue, OnGap) : null;
        _sink = new FeedSink(access, _series, _tapes, fromTrades, OnRefused, OnTradesRefused, _logger);
        _remedies = new StreamRemedies(_series, _shards, _tapes, _sink, _gate, _logger);
        _filler = new GapFiller(access, history, _queue, _remedies.OnFilledByHistory, _sink.OnHistory);
        _closer = new TradeCloser(access, () => _tapes.All, _queue, () => _filler.IsStarved);
        _audit = new TradeAudit(access, () => _tapes.All, history, random);
        _watch = new SilenceWatch(access, history, _remedies.OnSilent);
        _trading = new TradingWatch(access, instruments, _status.Tell);
    }

    /// <summary>True when the feed has ended.</summary>
    public bool IsDisposed => _shards.IsReleased;

    /// <summary>Number of series that the feed follows.</summary>
    public int SeriesCount => _series.Count + (_built?.Count ?? 0);

    /// <summary>Number of closed and of open candles that wait for the reader.</summary>
    public (int Closed, int Open) Depths => (_queue.ClosedDepth, _queue.OpenDepth);

    /// <summary>Number of symbols that go without their trades, because the exchange allows no more subscriptions.</summary>
    public int SymbolsWithoutTrades => _built is null ? _trades.SymbolsWithout : 0;

    /// <inheritdoc/>
    public Action<SeriesStatus>? OnStatus
    {
        get => _status.Reader;
        set => _status.Reader = value;
    }

    /// <summary>Returns true when this is a feed of that market.</summary>
    public bool IsOf(VenueAccess access) => _access == access;

    /// <summary>Receiver of what the feed's connections bring.</summary>
    internal IFrameSink Sink => _sink;

    /// <summary>Shares the subscriptions to trades out again, as it does each minute.</summary>
    internal void ShareTrades() => _trades.Share();

    /// <inheritdoc/>
    public void Add(Series series, DateTimeOffset? since = null)
    {
        if (_built is not null)
        {
            if (since is not null)
            {
                throw new ArgumentException($"{series} is built from trades, which have no past: leave out since when.", nameof(since));
            }

            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(IsDisposed, this);
                _built.Add(series);
            }

            return;
        }

        AddToShard(series, since);
        if (_started && _series.TryGetValue(series, out var added))
        {
            _status.TellIfHalted(added);
        }
    }

    /// <inheritdoc/>
    public void Remove(Series series)
    {
        lock (_gate)
        {
            _built?.Remove(series);
            if (_series.TryRemove(series, out var removed))
            {
                removed.Sequencer.Remove();
                removed.Shard.Remove(removed.Series);
                _table.Remove(removed.Series);
                _trades.Leave(removed.Series);
                _shards.Leave();
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
            _shards.Release();
            _trades.Release();
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
            foreach (var shard in _shards.All)
            {
                Run(shard);
            }

            if (_built is not null)
            {
                Run(_built.RunAsync);
                return;
            }

            Run(token => _watch.RunAsync(() => _series.Values, token));
            Run(token => _filler.RunAsync(() => _series.Values.Select(series => series.Sequencer), token));
            if (_trades.IsOn)
            {
                Run(_closer.RunAsync);
                Run(_audit.RunAsync);
                Run(_trades.ShareAsync);
            }

            Run(token => _trading.RunAsync(() => _series.Values, token));
        }

        TellOfHalted(); // that were added meanwhile
    }

    private void TellOfHalted()
    {
        foreach (var series in _series.Values)
        {
            _status.TellIfHalted(series);
        }
    }

    private void Run(Func<CancellationToken, Task> work) => _running.Add(Detached.Run(() => work(_stop.Token)));

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
