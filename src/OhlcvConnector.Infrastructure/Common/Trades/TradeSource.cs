namespace OhlcvConnector.Infrastructure.Common.Trades;

/// <summary>What a tape knows of a connection that trades come from. Safe from several threads.</summary>
internal sealed class TradeSource
{
    private const long PauseMs = 2_000;
    private const long BurstMs = 1_000;

    private long _venueMs = long.MinValue;
    private long _oursMs = long.MinValue;
    private long _steadySinceMs;
    private int _faults;

    /// <summary>How often something came on it that may hide a message.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>A candle or a trade came on it.</summary>
    /// <param name="venueMs">The venue's clock, at the least that it may be; Unix epoch milliseconds.</param>
    /// <param name="oursMs">Our clock.</param>
    public void Hear(long venueMs, long oursMs)
    {
        if (oursMs - _oursMs > PauseMs)
        {
            Volatile.Write(ref _steadySinceMs, oursMs);
        }

        _oursMs = oursMs;
        Volatile.Write(ref _venueMs, venueMs);
    }

    /// <summary>
    /// Whether it goes on after a time of the venue, and has for a while: after a pause, of the way here or of this process, what was held up comes in a burst, and the first
    /// of it says nothing of the rest.
    /// </summary>
    public bool GoesOn(long afterMs, long oursMs) => Volatile.Read(ref _venueMs) >= afterMs && oursMs - Volatile.Read(ref _steadySinceMs) >= BurstMs;

    /// <summary>Something came on it that may hide a message.</summary>
    public void Break() => Interlocked.Increment(ref _faults);
}
