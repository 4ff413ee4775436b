namespace OhlcvConnector.Cli.Archiving;

/// <summary>A clock that stands still.</summary>
/// <param name="now">The moment that it shows.</param>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => now;

    /// <inheritdoc/>
    public override long GetTimestamp() => now.UtcTicks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}
