using System.Net.Sockets;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Straight to the connection's socket, past the web server's output pipe: half the cost of a delivery. Only for a connection without TLS, after its upgrade
/// has been answered, and when nobody else writes to it.
/// </summary>
internal sealed class SocketWire : IWire
{
    private const int SendBuffer = 256 * 1024; // else the kernel keeps up to 4 MiB for each client that does not read

    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;

    /// <summary>Takes over the writing side of a socket.</summary>
    public SocketWire(Socket socket)
    {
        _socket = socket;
        _handle = socket.SafeHandle;
        Prepare(socket);
    }

    /// <inheritdoc/>
    public bool IsOpen => _socket.Connected && !_handle.IsClosed;

    /// <inheritdoc/>
    public int TrySend(ReadOnlySpan<byte> bytes) => TrySend(_socket, bytes);

    /// <summary>Makes a socket take what it can at once, within bounds.</summary>
    public static void Prepare(Socket socket)
    {
        socket.Blocking = false;
        socket.SendBufferSize = SendBuffer;
    }

    /// <inheritdoc cref="IWire.TrySend"/>
    public static int TrySend(Socket socket, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock => 0,
                _ => throw new IOException($"The connection is gone: {error}."),
            };
        }
        catch (ObjectDisposedException exception)
        {
            throw new IOException("The connection is closed.", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection is gone.", exception);
        }
    }
}
