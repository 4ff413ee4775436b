using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>
/// The order of one series of a feed: what of the bus's messages is delivered, by open time, and what is told to be missing. The reader's alone, but for the
/// open candle.
/// </summary>
/// <param name="series">The series.</param>
/// <param name="subject">Its subject.</param>
/// <param name="since">The first open time that is wanted; null for what comes.</param>
internal sealed class BusSeries(Series series, string subject, DateTimeOffset? since)
{
    private readonly long _sinceMs = since is { } from && from > DateTimeOffset.UnixEpoch ? FirstOpen(series.Interval, from.ToUnixTimeMilliseconds()) : 0;
    private long _endMs;
    private long _sequence;
    private string? _epoch;
    private Gap? _gap;
    private BusRecord? _open;

    /// <summary>The series.</summary>
    public Series Series { get; } = series;

    /// <summary>Its subject.</summary>
    public string Subject { get; } = subject;

    /// <summary>The number in the stream up to which it was read.</summary>
    public ulong ReadTo { get; private set; }

    /// <summary>True once its past was read, so that what comes is delivered.</summary>
    public bool IsLive { get; private set; }

    /// <summary>Up to which moment it was read, Unix epoch milliseconds UTC: where reading goes on, should it begin anew. Null when nothing of the past is
    /// wanted.</summary>
    public long? GoOnMs => _endMs > 0 ? _endMs : since is null ? null : _sinceMs;

    /// <summary>Number of the candle that was given last.</summary>
    public SeriesNumber? Number => _epoch is { } epoch ? new SeriesNumber(_sequence, epoch) : null;

    /// <summary>Begins without a past.</summary>
    /// <param name="newest">The newest message of the series; null for none.</param>
    public void Begin(SeriesTail? newest)
    {
        (ReadTo, _endMs, _sequence, _epoch) = newest is null ? (0, 0, 0, null) : (newest.StreamSequence, newest.EndMs, newest.Sequence, newest.Epoch);
        IsLive = true;
    }

    /// <summary>The past was read; what comes from now on is delivered.</summary>
    public void GoLive() => IsLive = true;

    /// <summary>The connection's past is gone: it is to be read from where it stands.</summary>
    public void BeginAnew() => (IsLive, ReadTo) = (false, 0);

    /// <summary>Takes a stored message.</summary>
    /// <param name="record">The message.</param>
    /// <returns>The candle to deliver; null for none.</returns>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public PriceQuote? Take(BusRecord record)
    {
        if (record.Tail.StreamSequence <= ReadTo)
        {
            return null;
        }

        ReadTo = record.Tail.StreamSequence;
        if (record.Kind == BusHeaders.Gap)
        {
            Miss(record.Gap());
            return null;
        }

        if (record.Kind is not (BusHeaders.Candle or BusHeaders.Revision))
        {
            return null; // of a later version
        }

        var quote = record.Quote(Series);
        if (quote.IsRevision)
        {
            return quote.OpenMs >= _sinceMs && quote.OpenMs < _endMs ? quote : null;
        }

        if (quote.OpenMs < Math.Max(_endMs, _sinceMs))
        {
            return null; // it was delivered before, or is not wanted
        }

        var result = WithGap(quote, record.Tail);
        (_endMs, _sequence, _epoch, _gap) = (quote.CloseMs, record.Tail.Sequence, record.Tail.Epoch, null);
        return result;
    }

    /// <summary>Keeps an open candle's newest state. By any thread.</summary>
    /// <returns>True when there was none.</returns>
    public bool Offer(BusRecord open) => Interlocked.Exchange(ref _open, open) is null;

    /// <summary>
    /// The newest state of the open candle, if it may be delivered now: never behind its own close, and not before the close of the one before it.
    /// </summary>
    public PriceQuote? TakeOpen(out SeriesNumber number)
    {
        number = default;
        if (!IsLive || Interlocked.Exchange(ref _open, null) is not { } record)
        {
            return null;
        }

        number = new SeriesNumber(record.Tail.Sequence, record.Tail.Epoch);
        if (_epoch is not null && (record.Tail.Epoch != _epoch || record.Tail.Sequence > _sequence + 1))
        {
            Interlocked.CompareExchange(ref _open, record, null); // its predecessor's close is on its way
            return null;
        }

        var quote = record.Quote(Series);
        return quote.OpenMs >= Math.Max(_endMs, _sinceMs) ? quote : null;
    }

    private void Miss(Gap gap)
    {
        var fromMs = Math.Max(gap.From.ToUnixTimeMilliseconds(), Math.Max(_endMs, _sinceMs));
        var toMs = gap.To.ToUnixTimeMilliseconds();
        if (toMs > fromMs)
        {
            _gap = new Gap(_gap?.From ?? DateTimeOffset.FromUnixTimeMilliseconds(fromMs), gap.To, gap.Reason);
            _endMs = toMs;
        }
    }

    /// <summary>The candle with what is missing before it: what the publisher said, and what the numbers say that nobody has.</summary>
    private PriceQuote WithGap(in PriceQuote quote, SeriesTail tail)
    {
        if (_gap is { } told)
        {
            return quote with { GapBefore = told with { To = quote.OpenTime } };
        }

        var fromMs = _endMs > 0 ? _endMs : _sinceMs;
        var isNext = quote.OpenMs == fromMs || fromMs == 0 || (_epoch == tail.Epoch && tail.Sequence == _sequence + 1);
        return isNext ? quote : quote with
        {
            GapBefore = new Gap(
                DateTimeOffset.FromUnixTimeMilliseconds(fromMs), quote.OpenTime,
                _epoch == tail.Epoch ? $"the bus has lost {tail.Sequence - _sequence - 1} candles" : "the bus has nothing from before"),
        };
    }

    private static long FirstOpen(Interval interval, long fromMs) => interval.FloorMs(fromMs) is var floor && floor < fromMs ? interval.NextMs(floor) : fromMs;
}
