using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>What the feeds of one market did since the client was made, as of one moment. Counts only grow.</summary>
public sealed record ClientDiagnostics
{
    /// <summary>The exchange, such as <c>binance</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required Market Market { get; init; }

    /// <summary>Series that running feeds follow now.</summary>
    public required int FollowedSeries { get; init; }

    /// <summary>Of these, series that the server says are not live: its exchange is not connected, or a close is overdue.</summary>
    public required int DisturbedSeries { get; init; }

    /// <summary>Connections to a server that are open now.</summary>
    public required int OpenConnections { get; init; }

    /// <summary>The server of the newest connection; null before the first.</summary>
    public required Uri? Server { get; init; }

    /// <summary>When the last message came, by the local clock, UTC; null before the first.</summary>
    public required DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>Closed candles that were delivered.</summary>
    public required long ClosedQuotes { get; init; }

    /// <summary>States of open candles that were delivered.</summary>
    public required long OpenQuotes { get; init; }

    /// <summary>Closed candles that came again, and were dropped.</summary>
    public required long Duplicates { get; init; }

    /// <summary>States of open candles that a newer one replaced before they were read.</summary>
    public required long ConflatedUpdates { get; init; }

    /// <summary>Gaps that were delivered.</summary>
    public required long Gaps { get; init; }

    /// <summary>Connections that could not be made or were lost.</summary>
    public required long ConnectionErrors { get; init; }

    /// <summary>Connections that were made after the first one of a feed.</summary>
    public required long Reconnections { get; init; }

    /// <summary>Messages that are not what the protocol promises; each ended its connection.</summary>
    public required long MalformedMessages { get; init; }

    /// <summary>Times that a connection was ended because the reader was slow, to be resumed when it had caught up.</summary>
    public required long SlowReaderDisconnects { get; init; }

    /// <summary>Closed candles and notices that wait for readers now.</summary>
    public required int QueueDepth { get; init; }
}

/// <summary>Counts what the feeds of a market do.</summary>
internal sealed class FeedCounters
{
    private readonly Lock _gate = new();
    private long _closed;
    private long _open;
    private long _duplicates;
    private long _conflated;
    private long _gaps;
    private long _errors;
    private long _connections;
    private long _feeds;
    private long _malformed;
    private long _slow;
    private int _connected;
    private Uri? _server;
    private long _lastMessageTicks;

    public void Quote(in PriceQuote quote)
    {
        Interlocked.Increment(ref quote.IsClosed ? ref _closed : ref _open);
        if (quote.GapBefore is not null)
        {
            Interlocked.Increment(ref _gaps);
        }
    }

    public void Duplicate() => Interlocked.Increment(ref _duplicates);

    public void Conflated() => Interlocked.Increment(ref _conflated);

    public void Error() => Interlocked.Increment(ref _errors);

    public void Malformed() => Interlocked.Increment(ref _malformed);

    public void SlowReader() => Interlocked.Increment(ref _slow);

    public void Message(DateTimeOffset now) => Volatile.Write(ref _lastMessageTicks, now.UtcTicks);

    public void FeedStarted() => Interlocked.Increment(ref _feeds);

    public void Connected(Uri server)
    {
        lock (_gate)
        {
            _connections++;
            _connected++;
            _server = server;
        }
    }

    public void Disconnected()
    {
        lock (_gate)
        {
            _connected--;
        }
    }

    /// <summary>What was counted, with what the running feeds of the market say.</summary>
    public ClientDiagnostics Of(string exchange, Market market, IReadOnlyCollection<ServerFeed> feeds)
    {
        lock (_gate)
        {
            return new ClientDiagnostics
            {
                Exchange = exchange,
                Market = market,
                FollowedSeries = feeds.Sum(feed => feed.SeriesCount),
                DisturbedSeries = feeds.Sum(feed => feed.DisturbedCount),
                OpenConnections = _connected,
                Server = _server,
                LastMessageAt = _lastMessageTicks == 0 ? null : new DateTimeOffset(_lastMessageTicks, TimeSpan.Zero),
                ClosedQuotes = _closed,
                OpenQuotes = _open,
                Duplicates = _duplicates,
                ConflatedUpdates = _conflated,
                Gaps = _gaps,
                ConnectionErrors = _errors,
                Reconnections = Math.Max(0, _connections - _feeds),
                MalformedMessages = _malformed,
                SlowReaderDisconnects = _slow,
                QueueDepth = feeds.Sum(feed => feed.QueueDepth),
            };
        }
    }
}
