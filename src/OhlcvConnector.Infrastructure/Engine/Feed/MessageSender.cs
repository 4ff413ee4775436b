using System.Buffers;
using System.Net.WebSockets;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// The writing side of a connection: requests at the venue's pace, pings, and the close frame. Each message is whole, whichever thread sends it.
/// </summary>
/// <param name="access">The connection's market.</param>
/// <param name="webSocket">The connection.</param>
internal sealed class MessageSender(VenueAccess access, WebSocket webSocket) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RateWindow _messages = new(access.Market.Limits.Messages, access.MarketClock);
    private readonly RateWindow _requests = new(access.Market.Limits.Requests, access.MarketClock);
    private long _lastRequestId;

    /// <summary>Waits until the venue allows one more request: on this connection, and from this address.</summary>
    public async Task PaceAsync(CancellationToken cancellationToken)
    {
        await _requests.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await _messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await access.Address.Messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a message under the next request number; nothing when nothing is written.</summary>
    /// <exception cref="WebSocketException">The connection is gone.</exception>
    public void Send(Action<IBufferWriter<byte>, RequestStamp> write)
    {
        var message = new ArrayBufferWriter<byte>(256);
        write(message, new RequestStamp(Interlocked.Increment(ref _lastRequestId), access.Clock.OurNowMs));
        if (message.WrittenCount == 0)
        {
            return;
        }

        lock (_gate)
        {
            // completes before it returns, for the stream below does
            webSocket.SendAsync(
                message.WrittenMemory, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Runs what sends, unless another write is under way; that may be stuck, and whoever waits for it would be stuck with it.</summary>
    /// <returns>True when it ran.</returns>
    public bool TryWhileFree(Action send)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        try
        {
            send();
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Sends a close frame.</summary>
    /// <returns>True when it was sent; false when another write is stuck, or the connection ended meanwhile.</returns>
    public bool TrySayGoodbye(WebSocketCloseStatus status)
    {
        try
        {
            // completes before it returns, for the stream below does
            return TryWhileFree(() => webSocket.CloseOutputAsync(status, null, CancellationToken.None).GetAwaiter().GetResult());
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _messages.Dispose();
        _requests.Dispose();
    }
}
