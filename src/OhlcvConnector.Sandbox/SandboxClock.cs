namespace OhlcvConnector;

/// <summary>The market's clock: runs so many times as fast as the real one. Its timers run as fast, too.</summary>
public sealed class SandboxClock : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly DateTimeOffset _start;
    private readonly long _startedAt;

    /// <summary>Starts a clock.</summary>
    /// <param name="real">The real clock.</param>
    /// <param name="start">The market's time now, UTC.</param>
    /// <param name="speed">Market time per real time, above 0.</param>
    public SandboxClock(TimeProvider real, DateTimeOffset start, double speed)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(speed, 0);
        _real = real;
        _start = start.ToUniversalTime();
        _startedAt = real.GetTimestamp();
        Speed = speed;
    }

    /// <summary>Market time per real time.</summary>
    public double Speed { get; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    /// <inheritdoc/>
    public override long GetTimestamp() => (long)(_real.GetElapsedTime(_startedAt).Ticks * Speed);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _real.CreateTimer(callback, state, Real(dueTime), Real(period));

    private TimeSpan Real(TimeSpan market) => market == Timeout.InfiniteTimeSpan || market <= TimeSpan.Zero
        ? market
        : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(market.Ticks / Speed)));
}
