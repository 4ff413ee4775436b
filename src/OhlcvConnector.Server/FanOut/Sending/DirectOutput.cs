using System.IO.Pipelines;
using System.Net.Sockets;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Output of a connection below its TLS: passes what is written to the web server, as long as that answers requests, and afterwards sends it on the socket
/// itself, on the thread that writes. What the socket does not take is kept, and sent as soon as it does.
/// </summary>
/// <param name="output">The web server's output.</param>
/// <param name="socket">The connection's socket.</param>
internal sealed class DirectOutput(PipeWriter output, Socket socket) : PipeWriter
{
    private readonly Lock _gate = new();
    private readonly List<byte> _kept = [];
    private volatile bool _isDirect;
    private volatile Task _sending = Task.CompletedTask;

    /// <summary>True when it is connected, as far as is known.</summary>
    public bool IsOpen => socket.Connected;

    /// <summary>True when nothing waits for the socket.</summary>
    public bool IsEmpty => _sending.IsCompletedSuccessfully;

    /// <summary>Completes when nothing waits for the socket any more, or fails with what became of the connection.</summary>
    public Task WhenEmpty => _sending;

    /// <summary>Sends on the socket from now on; what the web server had to say must have been said.</summary>
    public void BeginDirect()
    {
        SocketWire.Prepare(socket);
        _isDirect = true;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (!_isDirect)
        {
            return output.WriteAsync(source, cancellationToken);
        }

        Send(source.Span);
        return ValueTask.FromResult(default(FlushResult));
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes) => output.Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _isDirect ? ValueTask.FromResult(default(FlushResult)) : output.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => output.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);

    private void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (!_sending.IsCompleted)
            {
                _kept.AddRange(bytes);
                return;
            }

            var sent = SocketWire.TrySend(socket, bytes);
            if (sent < bytes.Length)
            {
                _sending = SendKeptAsync(bytes[sent..].ToArray());
            }
        }
    }

    private async Task SendKeptAsync(byte[] bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                for (var rest = bytes.AsMemory(); rest.Length > 0;)
                {
                    rest = rest[await socket.SendAsync(rest, SocketFlags.None, CancellationToken.None).ConfigureAwait(false)..];
                }

                lock (_gate)
                {
                    bytes = [.. _kept];
                    _kept.Clear();
                    if (bytes.Length == 0)
                    {
                        _sending = Task.CompletedTask; // under the lock, else what comes next would be kept for nobody
                    }
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection is gone.", exception);
        }
    }
}
