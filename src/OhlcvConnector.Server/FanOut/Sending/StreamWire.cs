namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Through the web server's stream: for TLS, and wherever the socket cannot be had.</summary>
internal sealed class StreamWire(Stream stream) : IWire
{
    /// <inheritdoc/>
    public bool IsOpen => true;

    /// <inheritdoc/>
    public int TrySend(ReadOnlySpan<byte> bytes) => 0;

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("The connection is closed.", exception);
        }
    }
}
