using System.Net.Security;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// TLS straight to the connection's socket: what is sent is encrypted on the sending thread, and leaves there past the web server's pipes. What the socket does
/// not take waits in the <see cref="DirectOutput"/>, for what is encrypted must be sent.
/// </summary>
internal sealed class TlsWire : IWire
{
    [ThreadStatic]
    private static byte[]? _copy;

    private readonly SslStream _tls;
    private readonly DirectOutput _output;

    /// <summary>Takes over the writing side of a connection.</summary>
    public TlsWire(SslStream tls, DirectOutput output)
    {
        _tls = tls;
        _output = output;
        output.BeginDirect();
    }

    /// <inheritdoc/>
    public bool IsOpen => _output.IsOpen;

    /// <inheritdoc/>
    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (!_output.IsEmpty)
        {
            return 0;
        }

        var copy = _copy ??= Outbox.NewScratch();
        var taken = Math.Min(bytes.Length, copy.Length);
        bytes[..taken].CopyTo(copy);
        try
        {
            var writing = _tls.WriteAsync(copy.AsMemory(0, taken)); // ends at once, for the output never waits
            if (!writing.IsCompletedSuccessfully)
            {
                writing.AsTask().GetAwaiter().GetResult();
            }

            return taken;
        }
        catch (Exception exception) when (exception is not IOException)
        {
            throw new IOException("The connection is closed, or its encryption broke.", exception); // this connection's affair alone: the turn goes on
        }
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            await _output.WhenEmpty.WaitAsync(cancellationToken).ConfigureAwait(false);
            bytes = bytes[TrySend(bytes.Span)..];
        }

        await _output.WhenEmpty.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
