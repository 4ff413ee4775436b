using System.Security.Cryptography;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// A blocking stream under a WebSocket: reads 64 KiB at a time, always on the connection's own thread. There its asynchronous methods complete before they
/// return, so that the thread waits in the kernel and nothing touches the thread pool; what the pool wants to read during the handshake is read there, too.
/// Writes may come from any thread; each is whole.
/// </summary>
/// <param name="inner">The socket's or the TLS stream.</param>
/// <param name="thread">The connection's thread.</param>
/// <param name="clock">Measures silence.</param>
internal sealed class ReadAheadStream(Stream inner, LentThread thread, TimeProvider clock) : Stream
{
    private byte[] _buffer = new byte[64 * 1024];
    private readonly Lock _write = new();
    private bool _isAhead = true;
    private int _start;
    private int _end;
    private long _lastRead = clock.GetTimestamp();

    /// <summary>Called, on the reading thread, when everything that was received has been read and it is about to wait for more. Null for nobody.</summary>
    public Action? Waiting { get; set; }

    /// <summary>Reads ahead no more, once what was read so has been taken: whoever reads from it does that by himself, as TLS does.</summary>
    public void LeaveReadingAhead() => _isAhead = false;

    /// <summary>Time at which anything at all was last received, a timestamp of the clock.</summary>
    public long LastRead => Volatile.Read(ref _lastRead);

    /// <summary>Time since anything at all was last received.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(LastRead);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_start == _end)
        {
            Waiting?.Invoke();
            if (!_isAhead)
            {
                _buffer = [];
                (_start, _end) = (0, 0);
                var direct = inner.Read(buffer);
                Volatile.Write(ref _lastRead, clock.GetTimestamp());
                return direct;
            }

            _start = 0;
            _end = inner.Read(_buffer);
            Volatile.Write(ref _lastRead, clock.GetTimestamp());
            if (_end == 0)
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        thread.IsCurrent ? new(Read(buffer.Span)) : new(ReadThereAsync(buffer));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_write)
        {
            inner.Write(buffer);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Writes an empty masked WebSocket ping frame; the framework's WebSocket has no way to send one at a chosen moment. False when somebody else is writing.
    /// </summary>
    public bool TryWritePing()
    {
        if (!_write.TryEnter())
        {
            return false;
        }

        try
        {
            Span<byte> frame = [0x89, 0x80, 0, 0, 0, 0];
            RandomNumberGenerator.Fill(frame[2..]);
            inner.Write(frame);
            return true;
        }
        finally
        {
            _write.Exit();
        }
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        inner.Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task<int> ReadThereAsync(Memory<byte> buffer) => thread.RunAsync(() => Read(buffer.Span));
}
