namespace OhlcvConnector.Infrastructure.Common;

/// <summary>
/// What time it is at a venue, as far as its messages tell. Deadlines of candles are measured with it, so that neither a venue's wrong clock nor ours
/// makes an open candle look closed.
/// </summary>
/// <param name="clock">Our clock for candles.</param>
internal sealed class VenueClock(TimeProvider clock)
{
    private const long WindowMs = 30_000;
    private const long DateHeaderStepMs = 1_000;

    private readonly Lock _gate = new();
    private long _offsetMs;
    private long _windowStartMs;
    private long _windowBestMs = long.MinValue;
    private bool _heard;

    /// <summary>Our clock, Unix epoch milliseconds.</summary>
    public long OurNowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The venue's clock as best known, Unix epoch milliseconds.</summary>
    public long NowMs => OurNowMs + Volatile.Read(ref _offsetMs);

    /// <summary>What it was at the venue at a time of our clock, as best known; Unix epoch milliseconds.</summary>
    public long At(long oursMs) => oursMs + Volatile.Read(ref _offsetMs);

    /// <summary>How far the venue's clock is ahead of ours; includes the fastest message's way to us.</summary>
    public TimeSpan Offset => TimeSpan.FromMilliseconds(Volatile.Read(ref _offsetMs));

    /// <summary>A message that the venue sent at this time by its clock was received at that time by ours.</summary>
    public void OnEvent(long venueMs, long receivedMs)
    {
        var ahead = venueMs - receivedMs;
        if (_heard && ahead <= Volatile.Read(ref _windowBestMs) && receivedMs - Volatile.Read(ref _windowStartMs) < WindowMs)
        {
            return;
        }

        lock (_gate)
        {
            if (receivedMs - _windowStartMs >= WindowMs)
            {
                Volatile.Write(ref _offsetMs, _heard ? Math.Max(_windowBestMs, ahead) : ahead);
                _windowStartMs = receivedMs;
                _windowBestMs = ahead;
                _heard = true;
                return;
            }

            _windowBestMs = Math.Max(_windowBestMs, ahead);
            if (ahead > _offsetMs)
            {
                Volatile.Write(ref _offsetMs, ahead);
            }
        }
    }

    /// <summary>The venue dated an answer, in whole seconds; it was asked and answered at these times by our clock.</summary>
    /// <returns>The latest time at the venue at which it surely had not answered yet: an answer says how things were when it left, however long it was on its way.</returns>
    public long OnDate(long dateMs, long sentMs, long receivedMs)
    {
        lock (_gate)
        {
            var least = dateMs - receivedMs;
            var most = dateMs + DateHeaderStepMs - sentMs;
            if (_offsetMs < least || (_offsetMs > most && !_heard))
            {
                Volatile.Write(ref _offsetMs, Math.Clamp(_offsetMs, least, most));
            }
        }

        return Math.Min(At(sentMs), dateMs + DateHeaderStepMs - 1);
    }
}
