namespace OhlcvConnector.Client;

/// <summary>
/// The clock that a server's candles are measured with: our own, or of a sandbox whose time runs otherwise the server's, as it was told last.
/// </summary>
internal sealed class ServerClock(TimeProvider own) : TimeProvider
{
    private readonly Lock _gate = new();
    private (DateTimeOffset Time, long At, double Speed)? _told;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Speed of the clock, its time per real time: 1, but for a sandbox's that runs otherwise.</summary>
    public double Speed
    {
        get
        {
            lock (_gate)
            {
                return _told?.Speed ?? 1;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _told is { } told ? told.Time + (own.GetElapsedTime(told.At) * told.Speed) : own.GetUtcNow();
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return (long)(own.GetElapsedTime(0).Ticks * (_told?.Speed ?? 1));
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        own.CreateTimer(callback, state, dueTime, period);

    /// <summary>Follows a sandbox's time from now on.</summary>
    /// <param name="time">The time there, UTC.</param>
    /// <param name="speed">The speed: its time per real time, above 0.</param>
    public void Follow(DateTimeOffset time, double speed)
    {
        lock (_gate)
        {
            _told = (time, own.GetTimestamp(), speed);
        }
    }
}
