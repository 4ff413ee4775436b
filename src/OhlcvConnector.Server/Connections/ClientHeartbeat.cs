namespace OhlcvConnector.Server.Connections;

/// <summary>
/// Decides each second when a client that has said nothing for a while is pinged, and when it is given up. One tick for all clients: the framework's own pings
/// take a timer each, which wake the thread pool all the time.
/// </summary>
internal sealed class ClientHeartbeat(ServerOptions options)
{
    private long _pingedAt = options.TimeProvider.GetTimestamp();
    private bool _awaitsPong;

    /// <summary>Action that is due at a tick.</summary>
    public enum Beat
    {
        /// <summary>Do nothing.</summary>
        None,

        /// <summary>The client is to be pinged.</summary>
        Ping,

        /// <summary>The client has not answered the last ping in time.</summary>
        Dead,
    }

    /// <summary>Decides what is to be done now.</summary>
    /// <param name="readAt">The time at which something came from the client last, a timestamp of the clock.</param>
    public Beat Tick(long readAt)
    {
        if (options.PingInterval <= TimeSpan.Zero)
        {
            return Beat.None;
        }

        var clock = options.TimeProvider;
        _awaitsPong &= readAt <= _pingedAt;
        if (_awaitsPong)
        {
            return clock.GetElapsedTime(_pingedAt) >= options.PingTimeout ? Beat.Dead : Beat.None;
        }

        if (clock.GetElapsedTime(Math.Max(readAt, _pingedAt)) < options.PingInterval)
        {
            return Beat.None;
        }

        (_pingedAt, _awaitsPong) = (clock.GetTimestamp(), true);
        return Beat.Ping;
    }
}
