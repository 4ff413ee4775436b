namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Counters of what the server did, kept in plain fields; only who looks reads them.</summary>
internal sealed class ServerCounters
{
    private long _clients;
    private long _accepted;
    private long _refused;
    private long _subscriptions;
    private long _deliveries;
    private long _conflated;
    private long _dropped;
    private long _slowClosed;
    private long _lost;
    private long _bytesOut;
    private long _messagesIn;
    private long _badMessages;
    private long _rateLimited;
    private long _writeTimeouts;
    private long _gapsAnnounced;
    private long _connections;
    private long _connectionsRefused;
    private long _connectionsSilent;

    /// <summary>Clients connected now.</summary>
    public long Clients => Volatile.Read(ref _clients);

    /// <summary>Clients that were ever accepted.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Clients that were turned away.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Subscriptions of clients to series now.</summary>
    public long Subscriptions => Volatile.Read(ref _subscriptions);

    /// <summary>Quotes handed to clients' sockets.</summary>
    public long Deliveries => Volatile.Read(ref _deliveries);

    /// <summary>Open updates that a newer one replaced before the client took them.</summary>
    public long Conflated => Volatile.Read(ref _conflated);

    /// <summary>Closed candles that slow clients did not get, for they were cut off.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Clients cut off because they read too slowly.</summary>
    public long SlowClosed => Volatile.Read(ref _slowClosed);

    /// <summary>Clients that went, or stopped answering pings, without closing.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Bytes handed to clients' sockets.</summary>
    public long BytesOut => Volatile.Read(ref _bytesOut);

    /// <summary>Messages from clients.</summary>
    public long MessagesIn => Volatile.Read(ref _messagesIn);

    /// <summary>Messages from clients that were answered with an error.</summary>
    public long BadMessages => Volatile.Read(ref _badMessages);

    /// <summary>Messages and connections refused because there were too many.</summary>
    public long RateLimited => Volatile.Read(ref _rateLimited);

    /// <summary>Clients cut off because a write to them did not end.</summary>
    public long WriteTimeouts => Volatile.Read(ref _writeTimeouts);

    /// <summary>Gaps announced to series' subscribers; each counts once.</summary>
    public long GapsAnnounced => Volatile.Read(ref _gapsAnnounced);

    /// <summary>TCP connections open now, whatever is said over them.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>TCP connections that were cut at once, for there were too many.</summary>
    public long ConnectionsRefused => Volatile.Read(ref _connectionsRefused);

    /// <summary>TCP connections that were cut because no request came over them.</summary>
    public long ConnectionsSilent => Volatile.Read(ref _connectionsSilent);

    public void ConnectionOpened() => Interlocked.Increment(ref _connections);

    public void ConnectionClosed() => Interlocked.Decrement(ref _connections);

    public void ConnectionRefused() => Interlocked.Increment(ref _connectionsRefused);

    public void ConnectionSilent() => Interlocked.Increment(ref _connectionsSilent);

    public void ClientJoined()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _clients);
    }

    public void ClientLeft() => Interlocked.Decrement(ref _clients);

    public void ClientRefused() => Interlocked.Increment(ref _refused);

    public void Subscribed(int change) => Interlocked.Add(ref _subscriptions, change);

    public void Sent(int bytes, int quotes)
    {
        Interlocked.Add(ref _bytesOut, bytes);
        Interlocked.Add(ref _deliveries, quotes);
    }

    public void ConflatedUpdates(int updates) => Interlocked.Add(ref _conflated, updates);

    public void ClientLost() => Interlocked.Increment(ref _lost);

    public void CutOff(int closedCandles)
    {
        Interlocked.Increment(ref _slowClosed);
        Interlocked.Add(ref _dropped, closedCandles);
    }

    public void Message() => Interlocked.Increment(ref _messagesIn);

    public void BadMessage() => Interlocked.Increment(ref _badMessages);

    public void Limited() => Interlocked.Increment(ref _rateLimited);

    public void WriteTimedOut() => Interlocked.Increment(ref _writeTimeouts);

    public void GapAnnounced() => Interlocked.Increment(ref _gapsAnnounced);
}
