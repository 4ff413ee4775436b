namespace OhlcvConnector.Cli.Downloading;

/// <summary>
/// Lets several series share one output, all that is of one before all that is of the next, though they are read at the same time. What comes before its turn
/// is kept back; who has much that is kept back waits.
/// </summary>
/// <param name="output">The output.</param>
/// <param name="header">The header above all; it is written before the first byte of any series.</param>
/// <param name="count">The number of series.</param>
internal sealed class OutputTurns(Stream output, ReadOnlyMemory<byte> header, int count)
{
    private const int MaxKeptBack = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Place[] _places = [.. Enumerable.Range(0, count).Select(_ => new Place())];
    private int _current;
    private bool _isBegun;

    /// <summary>Returns the stream that a series writes to.</summary>
    public Stream this[int series] => new Part(this, series);

    /// <summary>Waits, where too much of a series is kept back, until it has its turn.</summary>
    public Task RoomAsync(int series, CancellationToken cancellationToken) =>
        _places[series].KeptBack.Length <= MaxKeptBack ? Task.CompletedTask : _places[series].Turn.Task.WaitAsync(cancellationToken);

    /// <summary>Ends a series, in whatever way it ended; the next may write.</summary>
    public void End(int series)
    {
        lock (_lock)
        {
            _places[series].IsEnded = true;
            while (_current < count && _places[_current].IsEnded)
            {
                _current++;
                if (_current < count)
                {
                    var place = _places[_current];
                    WriteNow(place.KeptBack.GetBuffer().AsSpan(0, (int)place.KeptBack.Length));
                    place.KeptBack = new MemoryStream();
                    place.Turn.SetResult();
                }
            }
        }
    }

    /// <summary>Writes the header, if nothing else was written.</summary>
    public void WriteHeader()
    {
        lock (_lock)
        {
            if (!_isBegun)
            {
                _isBegun = true;
                output.Write(header.Span);
                output.Flush();
            }
        }
    }

    private void Write(int series, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (series == _current)
            {
                WriteNow(bytes);
            }
            else
            {
                _places[series].KeptBack.Write(bytes);
            }
        }
    }

    private void WriteNow(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            WriteHeader();
            output.Write(bytes);
            output.Flush();
        }
    }

    private sealed class Place
    {
        public MemoryStream KeptBack { get; set; } = new();

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsEnded { get; set; }
    }

    private sealed class Part(OutputTurns turns, int series) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer) => turns.Write(series, buffer);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // each write is flushed
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
