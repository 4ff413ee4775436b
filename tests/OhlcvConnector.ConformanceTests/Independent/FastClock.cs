using System.Diagnostics;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>The market's clock, some times faster than the real one: wall time, timestamps and timers alike.</summary>
/// <param name="start">What time it is in the market when the clock is made.</param>
/// <param name="speed">Market time per real time.</param>
internal sealed class FastClock(DateTimeOffset start, double speed) : TimeProvider
{
    private readonly long _began = Stopwatch.GetTimestamp();

    public double Speed => speed;

    public long NowMs => GetTrueTime().ToUnixTimeMilliseconds();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => GetTrueTime();

    public override long GetTimestamp() => (long)(Stopwatch.GetElapsedTime(_began).Ticks * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    /// <summary>Waits for so much market time.</summary>
    public Task DelayAsync(TimeSpan market, CancellationToken token) => Task.Delay(Real(market), token);

    private DateTimeOffset GetTrueTime() => start.AddTicks(GetTimestamp());

    private TimeSpan Real(TimeSpan market) => market <= TimeSpan.Zero ? market : TimeSpan.FromMilliseconds(Math.Ceiling(market.TotalMilliseconds / speed));

    private sealed class FastTimer(ITimer inner, FastClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

/// <summary>
/// The clock of the computer that the library runs on: as fast as the market's, but its wall time can be set wrong; timestamps and timers go on.
/// </summary>
/// <param name="market">The market's clock.</param>
internal sealed class LocalClock(FastClock market) : TimeProvider
{
    private long _wrongByTicks;

    public TimeSpan WrongBy
    {
        get => new(Volatile.Read(ref _wrongByTicks));
        set => Volatile.Write(ref _wrongByTicks, value.Ticks);
    }

    public override long TimestampFrequency => market.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => market.GetUtcNow() + WrongBy;

    public override long GetTimestamp() => market.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        market.CreateTimer(callback, state, dueTime, period);
}
