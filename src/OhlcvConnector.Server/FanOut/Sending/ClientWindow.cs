namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Window that a client is in: of whose compressed frames it has got all, and no others. Under the lock of its outbox, but for the markets.</summary>
internal struct ClientWindow
{
    private object? _identity;
    private int _markets;

    /// <summary>True when the client wants series of several markets, whose windows would get in each other's way.</summary>
    public readonly bool IsInSeveralMarkets => Volatile.Read(in _markets) > 1;

    /// <summary>Counts a market of which the client wants series, or no longer does.</summary>
    public void CountMarket(int change) => Interlocked.Add(ref _markets, change);

    /// <summary>Notes that the client has missed something, or was sent something else that is compressed, which moves its window on as well.</summary>
    public void Leave() => _identity = null;

    /// <summary>Returns true when the client can read frames of a window, or such as can be read by themselves, and has got them from now on.</summary>
    /// <param name="identity">Identity of the window; null when each frame can be read by itself.</param>
    /// <param name="isFresh">True when the window begins with these frames.</param>
    public bool TryFollow(object? identity, bool isFresh)
    {
        if (identity is not null && !isFresh && _identity != identity)
        {
            return false;
        }

        _identity = identity;
        return true;
    }
}
