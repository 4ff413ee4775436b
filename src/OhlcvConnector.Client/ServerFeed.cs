using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>
/// A running subscription to series of one market at a connector server: one connection at a time, and one queue. All that decides what is delivered happens on
/// the reader's side, in the order in which it came; after each connection every series is subscribed from its own next closed candle on.
/// </summary>
internal sealed partial class ServerFeed : IPriceFeed
{
    private readonly FeedSurroundings _its;
    private readonly string _exchange;
    private readonly Market _market;
    private readonly Action<ServerFeed> _ended;
    private readonly FeedTable _table = new();
    private readonly FeedQueue _queue;
    private readonly FeedInlet _inlet;
    private readonly FeedStatus _status;
    private readonly FeedSubscriber _subscriber;
    private readonly CancellationTokenSource _stop = new();
    private ServerLink? _link;
    private Exception? _failure;
    private int _server;
    private int _isRead;
    private int _isDisposed;
    private bool _isConnected;
    private bool? _omitsQuietCandles;

    /// <summary>Prepares a feed; nothing is connected before it is read.</summary>
    /// <param name="its">The surroundings that the market's feeds share.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market.</param>
    /// <param name="ended">Told when it was disposed.</param>
    public ServerFeed(FeedSurroundings its, string exchange, Market market, Action<ServerFeed> ended)
    {
        (_its, _exchange, _market, _ended) = (its, exchange, market, ended);
        _queue = new FeedQueue(its.Options.QueueCapacity, its.Counters);
        _inlet = new FeedInlet(its, exchange, market, _table, _queue);
        _status = new FeedStatus(its, exchange, market, _table);
        _subscriber = new FeedSubscriber(
            its, _table, _status, (series, to, missing, token) => ReadPastAsync(series, to, waitForLate: false, missing, token));
    }

    /// <inheritdoc/>
    public Action<SeriesStatus>? OnStatus
    {
        get => _status.Reader;
        set => _status.Reader = value;
    }

    /// <summary>Number of series that the feed follows.</summary>
    public int SeriesCount => _table.Count;

    /// <summary>Number of followed series that the server says are not live.</summary>
    public int DisturbedCount => _table.All.Count(one => one.IsDisturbed);

    /// <summary>Number of events that wait for the reader.</summary>
    public int QueueDepth => _queue.Count;

    /// <inheritdoc/>
    public void Add(Series series, DateTimeOffset? since = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Exchange != _exchange || series.Market != _market)
        {
            throw new ArgumentException($"This feed carries {_exchange} {_market.Name()}: {series} needs another.", nameof(series));
        }

        if (_table.TryAdd(new FeedSeries(series, since)))
        {
            _subscriber.Want();
            _queue.Wake();
        }
    }

    /// <inheritdoc/>
    public void Remove(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (_table.TryRemove(series))
        {
            _subscriber.Leave(series);
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
            _its.Counters.FeedStarted();
            Connect();
            while (!_stop.IsCancellationRequested)
            {
                if (_isConnected && _link is { } link)
                {
                    await _subscriber.UnsubscribeAsync(link, either.Token).ConfigureAwait(false);
                    if (_subscriber.MayBeDue)
                    {
                        await foreach (var quote in _subscriber.SubscribeAsync(link, either.Token).ConfigureAwait(false))
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
        _ended(this);
    }

    private PriceQuote Counted(in PriceQuote quote)
    {
        _its.Counters.Quote(quote);
        return quote;
    }

    private void Connect()
    {
        ServerLink? link = null;
        link = new ServerLink(_its.Options, _exchange, _server, _its.Counters, _its.Logger, OnConnected, text => _inlet.Take(link!, text), OnFailed);
        Volatile.Write(ref _link, link);
        link.Start();

        void OnConnected()
        {
            _ = link!.SendAsync(V1Message.Ping, CancellationToken.None); // chooses the protocol before a slow reader comes to subscribing
            _inlet.Put(link, new FeedEvent(FeedEventKind.Connected));
        }
    }

    private void OnFailed(Exception exception)
    {
        Volatile.Write(ref _failure, exception);
        _queue.Wake();
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

    /// <summary>Connects again after the queue was full and what waited has been read: goes on after it, at the same server.</summary>
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
        if (_isConnected && _subscriber.NextAttempt() is { } pause)
        {
            using var timer = _its.Options.TimeProvider.CreateTimer(
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
