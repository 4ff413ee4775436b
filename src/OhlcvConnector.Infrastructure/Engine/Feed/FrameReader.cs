using System.Net.WebSockets;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Reads a WebSocket's messages into one buffer, which grows as they do, up to a limit.</summary>
/// <param name="webSocket">The connection.</param>
/// <param name="onFrame">Takes a whole text frame, on the reading thread; the bytes are the reader's own again when it returns.</param>
/// <param name="onUnreadable">Takes what no venue sends: what is wrong with it, and its first bytes.</param>
internal sealed class FrameReader(WebSocket webSocket, Action<ReadOnlySpan<byte>> onFrame, Action<string, ReadOnlySpan<byte>> onUnreadable)
{
    /// <summary>The longest message that is read, in bytes; a longer one is passed over and told.</summary>
    public const int MaxFrame = 4 * 1024 * 1024;

    private const int MaxShown = 100;

    private byte[] _buffer = new byte[4 * 1024]; // nearly all messages are shorter; of a thousand connections each would keep what it does not need

    /// <summary>Reads until the peer sends a close frame.</summary>
    /// <exception cref="WebSocketException">The connection is gone.</exception>
    public void Run()
    {
        var length = 0;
        var skipping = false;
        while (true)
        {
            if (length == _buffer.Length && !skipping)
            {
                skipping = _buffer.Length >= MaxFrame;
                if (!skipping)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }
            }

            var receive = webSocket.ReceiveAsync(skipping ? _buffer : _buffer.AsMemory(length), CancellationToken.None);
            var part = receive.IsCompletedSuccessfully ? receive.Result : receive.AsTask().GetAwaiter().GetResult();
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            length += skipping ? 0 : part.Count;
            if (part.EndOfMessage)
            {
                Hand(length, skipping, part.MessageType);
                length = 0;
                skipping = false;
            }
        }
    }

    private void Hand(int length, bool skipped, WebSocketMessageType type)
    {
        if (skipped || type == WebSocketMessageType.Binary)
        {
            onUnreadable(skipped ? $"a frame of more than {MaxFrame} bytes" : "a binary frame", _buffer.AsSpan(0, Math.Min(length, MaxShown)));
        }
        else
        {
            onFrame(_buffer.AsSpan(0, length));
        }
    }
}
