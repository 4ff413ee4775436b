namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>The clock that candles of a bus are measured with: this machine's, or where they are simulated, how far the newest of them is.</summary>
/// <param name="machine">This machine's.</param>
internal sealed class BusClock(TimeProvider machine) : TimeProvider
{
    private long _reachedMs;

    /// <summary>True when candles are simulated, whose time is not ours.</summary>
    public bool IsSandbox { get; set; }

    /// <summary>A candle closed.</summary>
    public void Reach(long endMs)
    {
        for (var seen = Volatile.Read(ref _reachedMs); endMs > seen; seen = Volatile.Read(ref _reachedMs))
        {
            Interlocked.CompareExchange(ref _reachedMs, endMs, seen);
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        IsSandbox && Volatile.Read(ref _reachedMs) is > 0 and var reached ? DateTimeOffset.FromUnixTimeMilliseconds(reached) : machine.GetUtcNow();

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
