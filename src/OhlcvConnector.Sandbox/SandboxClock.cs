namespace OhlcvConnector;

/// <summary>The market's clock: runs so many times as fast as the real one. Its timers run as fast, too.</summary>
public sealed class SandboxClock : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly DateTimeOffset _start;
    private readonly long _startedAt;
    private readonly Lock _gate = new();
    private (TimeSpan By, long Until)? _skew;
    private TimeSpan _maxAhead;

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

    private SandboxClock(SandboxClock other)
        : this(other._real, other._start, other.Speed) => _startedAt = other._startedAt;

    /// <summary>Market time per real time.</summary>
    public double Speed { get; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var ticks = GetTimestamp();
        var now = _start.AddTicks(ticks);
        lock (_gate)
        {
            return _skew is { } skew && ticks < skew.Until ? now + skew.By : now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => (long)(_real.GetElapsedTime(_startedAt).Ticks * Speed);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _real.CreateTimer(callback, state, Real(dueTime), Real(period));

    /// <summary>The latest time that this clock has ever shown, or will show next.</summary>
    internal DateTimeOffset Latest => _start.AddTicks(GetTimestamp()) + _maxAhead;

    /// <summary>Creates another clock with the same time, to be set wrong on its own.</summary>
    internal SandboxClock Copy() => new(this);

    /// <summary>Sets the clock wrong for a while.</summary>
    internal void Skew(TimeSpan by, TimeSpan duration)
    {
        lock (_gate)
        {
            _skew = (by, duration == TimeSpan.Zero ? long.MaxValue : GetTimestamp() + duration.Ticks);
            _maxAhead = by > _maxAhead ? by : _maxAhead;
        }
    }

    /// <summary>Sets the clock right.</summary>
    internal void SetRight()
    {
        lock (_gate)
        {
            _skew = null;
        }
    }

    private TimeSpan Real(TimeSpan market) => market == Timeout.InfiniteTimeSpan || market <= TimeSpan.Zero
        ? market
        : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(market.Ticks / Speed)));
}
