using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>What the feeds of a market share.</summary>
/// <param name="Options">The settings.</param>
/// <param name="History">The past.</param>
/// <param name="Listing">What trades.</param>
/// <param name="Label">Whether the servers' exchanges are simulated.</param>
/// <param name="Clock">The clock of candles.</param>
/// <param name="Counters">Where it counts.</param>
/// <param name="Logger">Where it logs.</param>
internal sealed record FeedSurroundings(
    ConnectorClientOptions Options, ServerHistory History, ServerListing Listing, ServerLabel Label, ServerClock Clock, FeedCounters Counters, ILogger Logger);

/// <summary>
/// A running subscription to series of one market at a connector server: one connection at a time, and one queue. All that decides what is delivered happens on
/// the reader's side, in the order in which it came; after each connection every series is subscribed from its own next closed candle on.
/// </summary>
internal sealed partial class ServerFeed(FeedSurroundings its, string exchange, Market market, Action<ServerFeed> ended) : IPriceFeed
{
    private readonly FeedQueue _queue = new(its.Options.QueueCapacity, its.Counters);
    private readonly ConcurrentDictionary<(string Symbol, string Interval), FeedSeries> _series = [];
    private readonly ConcurrentQueue<Series> _removed = [];
    private readonly CancellationTokenSource _stop = new();
    private Action<SeriesStatus>? _onStatus;
    private ServerLink? _link;
    private Exception? _failure;
    private int _server;
    private int _isRead;
    private int _isDisposed;
    private bool _isConnected;
    private volatile bool _hasWanted; // a series may have come to be wanted since they were looked through
    private bool? _omitsQuietCandles;

    /// <inheritdoc/>
    public Action<SeriesStatus>? OnStatus
    {
        get => _onStatus;
        set => _onStatus = value;
    }

    /// <summary>How many series it follows.</summary>
    public int SeriesCount => _series.Count;

    /// <summary>Of these, how many the server says are not live.</summary>
    public int DisturbedCount => _series.Values.Count(one => one.IsDisturbed);

    /// <summary>How much waits for the reader.</summary>
    public int QueueDepth => _queue.Count;

    /// <inheritdoc/>
    public void Add(Series series, DateTimeOffset? since = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Exchange != exchange || series.Market != market)
        {
            throw new ArgumentException($"This feed carries {exchange} {market.Name()}: {series} needs another.", nameof(series));
        }

        if (_series.TryAdd(KeyOf(series), new FeedSeries(series, since)))
        {
            _hasWanted = true;
            _queue.Wake();
        }
    }

    /// <inheritdoc/>
    public void Remove(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (_series.TryRemove(KeyOf(series), out _))
        {
            _removed.Enqueue(series);
            _queue.Wake();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRead, 1) == 1)
        {
            throw new InvalidOperationException("A feed has one reader at a time.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            its.Counters.FeedStarted();
            Connect();
            while (!_stop.IsCancellationRequested)
            {
                if (_isConnected)
                {
                    await UnsubscribeAsync(either.Token).ConfigureAwait(false);
                    if (MayBeDue)
                    {
                        await foreach (var quote in SubscribeAsync(either.Token).ConfigureAwait(false))
                        {
                            yield return Counted(quote);
                        }
                    }
                }

                if (_queue.TryTake(out var one))
                {
                    await foreach (var quote in TakeAsync(one, either.Token).ConfigureAwait(false))
                    {
                        yield return Counted(quote);
                    }
                }
                else if (_failure is { } failure)
                {
                    throw failure;
                }
                else if (_queue.HasOverflowed)
                {
                    await ReconnectAfterOverflowAsync().ConfigureAwait(false);
                }
                else
                {
                    await WaitAsync(either.Token, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await DisconnectAsync().ConfigureAwait(false);
            Volatile.Write(ref _isRead, 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await DisconnectAsync().ConfigureAwait(false);
        ended(this);
    }

    private static (string Symbol, string Interval) KeyOf(Series series) => (series.VenueSymbol, series.Interval.ToString());

    private PriceQuote Counted(in PriceQuote quote)
    {
        its.Counters.Quote(quote);
        return quote;
    }

    private void Connect()
    {
        var link = new ServerLink(its.Options, exchange, _server, its.Counters, its.Logger, OnConnected, OnReceived, OnFailed);
        Volatile.Write(ref _link, link);
        link.Start();
    }

    private async Task DisconnectAsync()
    {
        _isConnected = false;
        if (Interlocked.Exchange(ref _link, null) is { } link)
        {
            _server = link.ServerIndex;
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What waited has been read: goes on after it, at the same server.</summary>
    private async Task ReconnectAfterOverflowAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        _queue.Reset();
        Connect();
    }

    /// <summary>Waits for something to do; a reader's own cancellation is thrown, the end of the feed is not.</summary>
    private async Task WaitAsync(CancellationToken either, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(either);
        if (_isConnected && NextAttempt() is { } pause)
        {
            using var timer = its.Options.TimeProvider.CreateTimer(
                static source => Cancel((CancellationTokenSource)source!), wait, pause, Timeout.InfiniteTimeSpan);
            await WaitAsync().ConfigureAwait(false);
        }
        else
        {
            await WaitAsync().ConfigureAwait(false);
        }

        async Task WaitAsync()
        {
            try
            {
                await _queue.WaitAsync(wait.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the wait ended at the same moment
        }
    }
}
