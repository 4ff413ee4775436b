using System.Net.WebSockets;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Makes compressed frames (RFC 7692) out of plain ones, with the framework's own writer over a stream of memory: a frame is compressed once,
/// and its bytes serve all clients.
/// </summary>
internal sealed class FramePacker : IDisposable
{
    /// <summary>Size of the window as a power of two: 4 KiB hold several messages, and many clients grant no more.</summary>
    public const int WindowBits = 12;

    [ThreadStatic]
    private static FramePacker? _alone;

    private readonly MemoryStream _written = new();
    private readonly WebSocket _writer;

    /// <summary>Creates a packer.</summary>
    /// <param name="keepsWindow">True when a frame refers to those that the packer made before it.</param>
    public FramePacker(bool keepsWindow) => _writer = WebSocket.CreateFromStream(_written, new WebSocketCreationOptions
    {
        IsServer = true,
        KeepAliveInterval = Timeout.InfiniteTimeSpan,
        DangerousDeflateOptions = new WebSocketDeflateOptions { ServerContextTakeover = keepsWindow, ServerMaxWindowBits = WindowBits },
    });

    /// <summary>Returns a frame that is compressed by itself; the plain one when that is no longer.</summary>
    public static byte[] PackAlone(byte[] frame)
    {
        var packed = (_alone ??= new FramePacker(keepsWindow: false)).Pack(frame);
        return packed.Length < frame.Length ? packed : frame;
    }

    /// <summary>Compresses a text frame, its header included.</summary>
    public byte[] Pack(byte[] frame)
    {
        _written.SetLength(0);
        var writing = _writer.SendAsync(
            frame.AsMemory(WebSocketFrame.HeaderOf(frame)), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return writing.IsCompletedSuccessfully
            ? _written.ToArray()
            : throw new InvalidOperationException("A frame was not compressed at once; the stream that takes it never waits.");
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
