namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Content of an outbox: all that waits but open candles in order, then open candles, of which each series has one place where the newest wins. Used under the
/// outbox' lock.
/// </summary>
/// <param name="counters">The counters of the server.</param>
internal sealed class OutboxContent(ServerCounters counters)
{
    private readonly Queue<Entry> _queue = new();
    private readonly Queue<SeriesPlace> _open = new();
    private byte[]? _current; // the frame that is partly taken
    private int _currentOffset;
    private long _quotesLeft = long.MaxValue;
    private byte[]? _farewell;

    /// <summary>Closed candles and answers that wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>True when nothing but open candles waits, and no frame is partly taken.</summary>
    public bool IsIdle => _queue.Count == 0 && _current is null;

    /// <summary>True when all quotes that the client may have are taken, and the farewell waits.</summary>
    public bool IsAtLimit => _quotesLeft <= 0;

    /// <summary>Limits how many quotes can be taken; what waits then gives way to a close frame.</summary>
    public void LimitQuotes(long quotes, byte[] farewell) => (_quotesLeft, _farewell) = (quotes, farewell);

    /// <summary>Returns true when so many quotes can leave by another way, with at least one left.</summary>
    public bool Allows(int quotes) => _quotesLeft > quotes;

    /// <summary>Counts so many quotes that have left by another way.</summary>
    public void Spend(int quotes) => _quotesLeft -= quotes;

    /// <summary>Adds a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="weight">The number that it counts of what may wait.</param>
    /// <param name="isQuote">True when it is a quote.</param>
    public void Add(byte[] frame, int weight, bool isQuote)
    {
        Waiting += weight;
        _queue.Enqueue(new Entry(frame, weight, isQuote));
    }

    /// <summary>Puts the state of an open candle in its place.</summary>
    public void AddOpen(byte[] frame, long openMs, SeriesPlace place)
    {
        if (place.Open is not null)
        {
            counters.ConflatedUpdates(1);
        }

        (place.Open, place.OpenMs) = (frame, openMs);
        if (!place.IsQueued)
        {
            place.IsQueued = true;
            _open.Enqueue(place);
        }
    }

    /// <summary>Drops open candles.</summary>
    public void ClearOpen() => _open.Clear();

    /// <summary>Drops all that waits but the frame that is partly taken.</summary>
    /// <returns>The number of quotes that it dropped of those that wait in order.</returns>
    public int Clear()
    {
        var dropped = _queue.Count(entry => entry.IsQuote);
        _queue.Clear();
        _open.Clear();
        Waiting = 0;
        return dropped;
    }

    /// <summary>Moves what waits into a buffer, as much as it holds.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="quotes">The number of quotes that begin in it.</param>
    /// <returns>The number of bytes; 0 when nothing waits.</returns>
    public int CopyTo(Span<byte> buffer, out int quotes)
    {
        var length = 0;
        quotes = 0;
        while (length < buffer.Length && (_current is not null || TakeNext(ref quotes)))
        {
            var copied = Math.Min(buffer.Length - length, _current!.Length - _currentOffset);
            _current.AsSpan(_currentOffset, copied).CopyTo(buffer[length..]);
            length += copied;
            _currentOffset += copied;
            if (_currentOffset == _current.Length)
            {
                _current = null;
            }
        }

        return length;
    }

    private bool TakeNext(ref int quotes)
    {
        if (_queue.TryDequeue(out var entry))
        {
            Waiting -= entry.Weight;
            return Take(entry.Frame, entry.IsQuote, ref quotes);
        }

        while (_open.TryDequeue(out var place))
        {
            place.IsQueued = false;
            if (place.Open is { } frame)
            {
                place.Open = null;
                return Take(frame, isQuote: true, ref quotes);
            }
        }

        return false;
    }

    private bool Take(byte[] frame, bool isQuote, ref int quotes)
    {
        _current = frame;
        _currentOffset = 0;
        if (isQuote)
        {
            quotes++;
            if (--_quotesLeft == 0)
            {
                Clear();
                Add(_farewell!, weight: 0, isQuote: false);
            }
        }

        return true;
    }

    private readonly record struct Entry(byte[] Frame, int Weight, bool IsQuote);
}
