using System.Runtime.CompilerServices;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.Connections;

/// <summary>
/// Stream that the framework's WebSocket sees: it reads from the connection, and what little it writes itself (pongs, the close that a violation earns) takes
/// its turn in the outbox, so that one writer alone touches the wire.
/// </summary>
/// <param name="connection">The connection, after its handshake.</param>
/// <param name="outbox">The one that writes.</param>
/// <param name="clock">The clock of <see cref="ReadAt"/>.</param>
/// <param name="abort">Cuts the connection.</param>
internal sealed class FrameStream(Stream connection, Outbox outbox, TimeProvider clock, Action abort) : Stream
{
    private readonly FrameHeads? _heads = outbox.Packing == Packing.None ? null : new FrameHeads();
    private long _readAt = clock.GetTimestamp();

    /// <summary>True when the connection ends in order; while it is false, giving the connection up, because a ping was not answered, cuts it.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Function that returns true when one more ping of the client is answered; null for always.</summary>
    public Func<bool>? AnswersPing { get; set; }

    /// <summary>The clock's timestamp when what the client had sent was read, and the wait for more began.</summary>
    public long ReadAt => Volatile.Read(ref _readAt);

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
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _readAt, clock.GetTimestamp());
        return _heads is null ? connection.ReadAsync(buffer, cancellationToken) : ReadAsync(_heads, buffer, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // a client waits here all its life
    private async ValueTask<int> ReadAsync(FrameHeads heads, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        heads.Look(buffer.Span[..read]);
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsPong(buffer) && AnswersPing?.Invoke() == false)
        {
            return;
        }

        if (outbox.Push(buffer.ToArray()))
        {
            outbox.Flush();
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // written as it comes
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Returns true when a frame is a pong; the framework writes whole frames.</summary>
    private static bool IsPong(ReadOnlySpan<byte> frame) => frame.Length > 0 && (frame[0] & 0x0F) == 0x0A;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !IsEnding)
        {
            abort();
        }

        base.Dispose(disposing);
    }
}
