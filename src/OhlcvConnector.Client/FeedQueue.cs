using System.Threading.Channels;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>
/// Queue between a connection and the feed's reader: closed candles and notices in order, bounded; of each open candle only the newest state. When it is full
/// it takes no more: the connection is to be ended, and after what waits has been read another one resumes there.
/// </summary>
internal sealed class FeedQueue(int capacity, FeedCounters counters)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FeedSeries, OpenSlot> _slots = [];
    private Channel<FeedEvent> _channel = New(capacity);

    /// <summary>True when the queue was full, so that something was not taken.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Number of events that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _channel.Reader.Count;
            }
        }
    }

    /// <summary>Adds what must not be lost; false when it is full, now or since it overflowed.</summary>
    public bool TryAdd(in FeedEvent one)
    {
        lock (_gate)
        {
            if (one is { Kind: FeedEventKind.Closed, Series: { } series })
            {
                _slots.Remove(series); // a newer open candle must not overtake this one by the place of an older
            }

            HasOverflowed = HasOverflowed || !_channel.Writer.TryWrite(one);
            if (HasOverflowed)
            {
                _channel.Writer.TryComplete();
            }

            return !HasOverflowed;
        }
    }

    /// <summary>Adds the newest state of an open candle; where the queue is full it is left out, for the next one replaces it.</summary>
    public void AddOpen(FeedSeries series, in PriceQuote quote)
    {
        lock (_gate)
        {
            if (_slots.TryGetValue(series, out var slot))
            {
                slot.Quote = quote;
                counters.Conflated();
                return;
            }

            slot = new OpenSlot { Quote = quote };
            if (!HasOverflowed
                && _channel.Reader.Count < capacity
                && _channel.Writer.TryWrite(new FeedEvent(FeedEventKind.Open) { Series = series, Slot = slot }))
            {
                _slots.Add(series, slot);
            }
        }
    }

    /// <summary>Wakes the reader, who finds nothing to read. Where there is no place for that it has something to read.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _channel.Writer.TryWrite(new FeedEvent(FeedEventKind.Status)); // of no series
        }
    }

    /// <summary>Takes the next one, if there is one.</summary>
    public bool TryTake(out FeedEvent one)
    {
        lock (_gate)
        {
            if (!_channel.Reader.TryRead(out one))
            {
                return false;
            }

            if (one.Series is { } series && _slots.GetValueOrDefault(series) == one.Slot && one.Slot is not null)
            {
                _slots.Remove(series);
            }

            return true;
        }
    }

    /// <summary>Waits until there is something to take, or it overflowed and is empty, or it was woken.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        ChannelReader<FeedEvent> reader;
        lock (_gate)
        {
            reader = _channel.Reader;
        }

        await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins anew after it overflowed and was emptied.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _channel = New(capacity);
            _slots.Clear();
            HasOverflowed = false;
        }
    }

    private static Channel<FeedEvent> New(int capacity) =>
        Channel.CreateBounded<FeedEvent>(new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
}
