using Microsoft.AspNetCore.Http.Features;

namespace OhlcvConnector.Sandbox.Faults;

/// <summary>The cable of a stream's socket, which can be pulled: from then on nothing comes and nothing goes, and neither side is told.</summary>
internal sealed class Cable(IHttpUpgradeFeature inner) : IHttpUpgradeFeature
{
    private readonly TaskCompletionSource _pulled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <inheritdoc/>
    public async Task<Stream> UpgradeAsync() => new Wire(await inner.UpgradeAsync().ConfigureAwait(false), _pulled.Task);

    /// <summary>Pulls it.</summary>
    public void Pull() => _pulled.TrySetResult();

    private sealed class Wire(Stream stream, Task pulled) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            while (pulled.IsCompleted && count > 0)
            {
                count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false); // what arrives is lost; an end still ends it
            }

            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            pulled.IsCompleted ? ValueTask.CompletedTask : stream.WriteAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => pulled.IsCompleted ? Task.CompletedTask : stream.FlushAsync(cancellationToken);

        public override void Flush() => stream.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
