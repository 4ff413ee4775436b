using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

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

    /// <summary>Returns what was counted, with what the running feeds of the market say.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market.</param>
    /// <param name="followed">Series that they follow.</param>
    /// <param name="disturbed">Of these, series that are not live.</param>
    /// <param name="waiting">Candles and notices that wait for their readers.</param>
    public ClientDiagnostics Of(string exchange, Market market, int followed, int disturbed, int waiting)
    {
        lock (_gate)
        {
            return new ClientDiagnostics
            {
                Exchange = exchange,
                Market = market,
                FollowedSeries = followed,
                DisturbedSeries = disturbed,
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
                QueueDepth = waiting,
            };
        }
    }
}
