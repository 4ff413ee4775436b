using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Trades;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// Times of the frame that is being decoded, and the unbroken part of its connection that it came on. One per connection, for its own thread; all frames of one
/// read of the socket came at the same time.
/// </summary>
/// <param name="access">The connection's market.</param>
/// <param name="connectionId">The connection.</param>
internal sealed class Arrival(VenueAccess access, int connectionId)
{
    private bool _isKnown;
    private int _breaks;

    /// <summary>
    /// The generation of the connection's messages: another after anything that may hide a missed message, and after each request, because a series that is
    /// subscribed again was not sent meanwhile. Within one, no message of a series was missed.
    /// </summary>
    public long Generation => ((long)connectionId << 32) + Volatile.Read(ref _breaks);

    /// <summary>Progress of the trades that this connection brings.</summary>
    public TradeSource Trades { get; } = new();

    /// <summary>Time at which the bytes came, a timestamp of the clock that waits are measured with.</summary>
    public long ReadAt { get; private set; }

    /// <summary>Time at which the bytes came by our clock, UTC.</summary>
    public DateTimeOffset ReceivedAt { get; private set; }

    /// <summary>Time at which the bytes came in Unix epoch milliseconds, had nobody set the clock since the start.</summary>
    public long ReceivedMs { get; private set; }

    /// <summary>The venue's clock at that time, as best known; Unix epoch milliseconds.</summary>
    public long VenueMs => access.Clock.At(ReceivedMs);

    /// <summary>Begins a new generation. Safe from several threads.</summary>
    public void Break() => Interlocked.Increment(ref _breaks);

    /// <summary>Takes the time of what was read, once for all frames in it.</summary>
    /// <param name="readAt">Time of the read, a timestamp of the clock that waits are measured with.</param>
    public void OnFrame(long readAt)
    {
        if (!_isKnown)
        {
            ReadAt = readAt;
            ReceivedAt = access.MarketClock.GetUtcNow();
            ReceivedMs = access.Clock.OurNowMs;
            _isKnown = true;
            Trades.AliveAtMs = ReceivedMs;
            access.Counters.MessageAt(ReceivedAt.UtcTicks);
        }
    }

    /// <summary>Forgets the time: the next frame comes from another read.</summary>
    public void OnReadEnds() => _isKnown = false;
}
