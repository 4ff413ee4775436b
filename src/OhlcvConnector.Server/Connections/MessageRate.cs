namespace OhlcvConnector.Server.Connections;

/// <summary>Counts messages by the minute, against a limit. For any thread.</summary>
/// <param name="clock">The clock of the minute.</param>
internal sealed class MessageRate(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private int _messages;
    private long _windowStart = clock.GetTimestamp();

    /// <summary>True when the last minute that was counted is over.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return clock.GetElapsedTime(_windowStart) > Window;
            }
        }
    }

    /// <summary>Counts a message.</summary>
    /// <param name="most">The largest number of messages in a minute; 0 stands for any number.</param>
    /// <param name="excess">The number of messages of this minute that were too many.</param>
    /// <returns>Null when it is within the limit, else how long until the next one is.</returns>
    public TimeSpan? TryAdd(int most, out int excess)
    {
        lock (_gate)
        {
            var elapsed = clock.GetElapsedTime(_windowStart);
            if (elapsed >= Window)
            {
                (_windowStart, _messages, elapsed) = (clock.GetTimestamp(), 0, TimeSpan.Zero);
            }

            excess = most > 0 ? Math.Max(0, ++_messages - most) : 0;
            return excess > 0 ? Window - elapsed : null;
        }
    }
}
