using System.Net.Sockets;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <content>Is it alive? The venue's own ping where it has one, a WebSocket ping where nothing else comes, and the deadlines of both.</content>
internal sealed partial class FeedConnection
{
    private long _pingedAt;
    private long _venuePingedAt;
    private long _venuePingOpenSince;

    /// <summary>WebSocket pongs come from the exchange's front; only its own pong says that what sends the candles is alive.</summary>
    private void OnVenuePong() => _venuePingOpenSince = 0;

    private void Beat()
    {
        var options = _access.Options;
        var silence = _stream!.Silence;
        var dead = options.InactivityTimeout ?? _access.Market.Heartbeat.Silence;
        if (silence > dead)
        {
            Abort($"nothing received for {silence.TotalSeconds:F0} s");
        }
        else if (_pingedAt != 0 && silence > _time.GetElapsedTime(_pingedAt) && _time.GetElapsedTime(_pingedAt) > options.PingTimeout)
        {
            Abort($"no answer to a ping within {options.PingTimeout.TotalSeconds} s");
        }
        else if (_venuePingOpenSince is var since and not 0 && _time.GetElapsedTime(since) > options.PingTimeout)
        {
            Abort($"the exchange did not answer its own kind of ping within {options.PingTimeout.TotalSeconds} s");
        }
        else if (_subscriptions.Overdue(options.AcknowledgeTimeout) is { } series)
        {
            Abort($"{series} was not acknowledged within {options.AcknowledgeTimeout.TotalSeconds} s");
        }
        else if (_trades.Overdue(options.AcknowledgeTimeout) is { } late)
        {
            OnTradesRejected(new FrameNote { IsTrades = true, Symbol = late.VenueSymbol, Text = $"not acknowledged within {options.AcknowledgeTimeout.TotalSeconds} s" });
        }
        else if (CanSend() && _sendGate.TryEnter()) // a write that is stuck must hold up no other connection's heartbeat
        {
            try
            {
                Ping(silence);
            }
            finally
            {
                _sendGate.Exit();
            }
        }
    }

    private bool CanSend()
    {
        try
        {
            return _socket!.Poll(TimeSpan.Zero, SelectMode.SelectWrite);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            return false; // it ended meanwhile
        }
    }

    private void Ping(TimeSpan silence)
    {
        try
        {
            if (_access.Market.Heartbeat.Every is { } every && (_venuePingedAt == 0 || _time.GetElapsedTime(_venuePingedAt) >= every))
            {
                _venuePingedAt = _time.GetTimestamp();
                _venuePingOpenSince = _venuePingOpenSince == 0 ? _venuePingedAt : _venuePingOpenSince;
                Send((output, stamp) => _access.Venue.WritePing(output, _access.Market, stamp));
            }

            if (_pingedAt != 0 && silence < _time.GetElapsedTime(_pingedAt))
            {
                _pingedAt = 0; // something came since
            }

            if (_pingedAt == 0 && _access.Options.PingInterval > TimeSpan.Zero && silence >= _access.Options.PingInterval && _stream!.TryWritePing())
            {
                _pingedAt = _time.GetTimestamp();
            }
        }
        catch (Exception exception) // on a timer's thread: whatever it is ends this connection, and nothing else
        {
            Abort($"a ping could not be sent: {exception.Message}");
        }
    }
}
