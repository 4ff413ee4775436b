namespace OhlcvConnector.Application;

/// <summary>
/// The latest that it may be: by our clock as it is, or as it would be had nobody set it since the start. What one of the two does not call the future is not
/// refused as such, for the other may be the wrong one.
/// </summary>
/// <param name="clock">Our clock.</param>
internal sealed class LatestClock(TimeProvider clock)
{
    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>The latest that it may be now, UTC.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var (byClock, byWhatPassed) = (clock.GetUtcNow(), _start + clock.GetElapsedTime(_startedAt));
            return byClock > byWhatPassed ? byClock : byWhatPassed;
        }
    }
}
