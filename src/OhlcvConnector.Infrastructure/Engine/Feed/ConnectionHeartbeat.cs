using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// The heartbeat of one connection: the venue's own ping where it has one, a WebSocket ping where nothing else comes, and the deadlines of both. Beats on one
/// thread at a time.
/// </summary>
/// <param name="options">Timeouts and clock.</param>
/// <param name="venue">The heartbeat that the venue asks for.</param>
internal sealed class ConnectionHeartbeat(ConnectorOptions options, VenueHeartbeat venue)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private long _pingedAt;
    private long _venuePingedAt;
    private long _venuePingOpenSince;

    /// <summary>Takes the venue's own pong. WebSocket pongs come from the exchange's front; only its own says that what sends the candles is alive.</summary>
    public void OnVenuePong() => _venuePingOpenSince = 0;

    /// <summary>Returns why the connection counts as dead; null while it lives.</summary>
    /// <param name="silence">For how long nothing at all has come.</param>
    public string? FindDeath(TimeSpan silence)
    {
        return silence > (options.InactivityTimeout ?? venue.Silence) ? $"nothing received for {silence.TotalSeconds:F0} s"
            : _pingedAt != 0
            && silence > Since(_pingedAt)
            && Since(_pingedAt) > options.PingTimeout ? $"no answer to a ping within {options.PingTimeout.TotalSeconds} s"
            : _venuePingOpenSince is var since and not 0 && Since(since) > options.PingTimeout
                ? $"the exchange did not answer its own kind of ping within {options.PingTimeout.TotalSeconds} s"
            : null;
    }

    /// <summary>Sends the pings that are due.</summary>
    /// <param name="silence">For how long nothing at all has come.</param>
    /// <param name="sendVenuePing">Sends the venue's own ping.</param>
    /// <param name="trySendPing">Sends a WebSocket ping; false when it could not.</param>
    public void Ping(TimeSpan silence, Action sendVenuePing, Func<bool> trySendPing)
    {
        if (venue.Every is { } every && (_venuePingedAt == 0 || Since(_venuePingedAt) >= every))
        {
            _venuePingedAt = _time.GetTimestamp();
            _venuePingOpenSince = _venuePingOpenSince == 0 ? _venuePingedAt : _venuePingOpenSince;
            sendVenuePing();
        }

        if (_pingedAt != 0 && silence < Since(_pingedAt))
        {
            _pingedAt = 0; // something came since
        }

        if (_pingedAt == 0 && options.PingInterval > TimeSpan.Zero && silence >= options.PingInterval && trySendPing())
        {
            _pingedAt = _time.GetTimestamp();
        }
    }

    private TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);
}
