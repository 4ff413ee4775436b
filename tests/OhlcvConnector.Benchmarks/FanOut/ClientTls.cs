using System.Net.Security;
using System.Net.Sockets;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>TLS of one client, fed with what its socket has: nothing waits, and no thread is woken.</summary>
#pragma warning disable CA1001 // lives as long as its process
internal sealed class ClientTls
#pragma warning restore CA1001
{
    private readonly FedStream _socket;
    private readonly SslStream _tls;
    private readonly byte[] _text = new byte[32 * 1024];
    private readonly MemoryStream _decrypted = new();
    private ValueTask<int>? _reading;

    public ClientTls(Socket socket)
    {
        _socket = new FedStream(socket);
#pragma warning disable CA5359 // the server is this program's own, and so is its certificate
        _tls = new SslStream(_socket, leaveInnerStreamOpen: true, (_, _, _, _) => true);
#pragma warning restore CA5359
        _tls.AuthenticateAsClient("localhost");
    }

    public int Read(Span<byte> bytes) => _tls.Read(bytes);

    public void Write(byte[] bytes) => _tls.Write(bytes);

    /// <summary>What the encrypted bytes bring; good until the next call.</summary>
    public Span<byte> Decrypt(ReadOnlySpan<byte> encrypted)
    {
        _decrypted.SetLength(0);
        _socket.Feed(encrypted);
        while (true)
        {
            var reading = _reading ?? _tls.ReadAsync(_text);
            _reading = null;
            if (!reading.IsCompleted)
            {
                _reading = reading;
                return _decrypted.GetBuffer().AsSpan(0, (int)_decrypted.Length);
            }

            var read = reading.GetAwaiter().GetResult();
            if (read == 0)
            {
                return _decrypted.GetBuffer().AsSpan(0, (int)_decrypted.Length);
            }

            _decrypted.Write(_text, 0, read);
        }
    }

    /// <summary>Blocks on the socket until it is fed; from then on it has what it is fed, and lets who wants more wait.</summary>
    private sealed class FedStream(Socket socket) : Stream
    {
        private byte[] _fed = [];
        private Memory<byte> _wanted;
        private TaskCompletionSource<int>? _waiting;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Feed(ReadOnlySpan<byte> bytes)
        {
            _fed = _fed.Length == 0 ? bytes.ToArray() : [.. _fed, .. bytes];
            if (_waiting is { } waiting && _fed.Length > 0)
            {
                _waiting = null;
                waiting.SetResult(Take(_wanted.Span)); // goes on here
            }
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_fed.Length > 0)
            {
                return ValueTask.FromResult(Take(buffer.Span));
            }

            (_wanted, _waiting) = (buffer, new TaskCompletionSource<int>());
            return new ValueTask<int>(_waiting.Task);
        }

        public override int Read(byte[] buffer, int offset, int count) => socket.Receive(buffer, offset, count, SocketFlags.None);

        public override void Write(byte[] buffer, int offset, int count) => socket.Send(buffer, offset, count, SocketFlags.None);

        public override void Flush()
        {
            // written as it comes
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private int Take(Span<byte> buffer)
        {
            var taken = Math.Min(buffer.Length, _fed.Length);
            _fed.AsSpan(0, taken).CopyTo(buffer);
            _fed = _fed[taken..];
            return taken;
        }
    }
}
