namespace OhlcvConnector.Application;

/// <summary>
/// Clock of ours in both its meanings: what it shows, or what it would show had nobody set it since the start. Either may be the wrong one, so what is refused
/// as the future is later than both, and what is begun now begins at the earlier.
/// </summary>
/// <param name="clock">Our clock.</param>
internal sealed class OurClock(TimeProvider clock)
{
    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>The latest that it may be now, UTC.</summary>
    public DateTimeOffset Latest => clock.GetUtcNow() is var shown && shown > Unset ? shown : Unset;

    /// <summary>The earliest that it may be now, UTC.</summary>
    public DateTimeOffset Earliest => clock.GetUtcNow() is var shown && shown < Unset ? shown : Unset;

    private DateTimeOffset Unset => _start + clock.GetElapsedTime(_startedAt);
}
