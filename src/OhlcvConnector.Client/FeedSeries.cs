using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Where a series of a feed is on its way into a subscription.</summary>
internal enum FeedPhase
{
    /// <summary>It is to be subscribed.</summary>
    Wanted,

    /// <summary>It was asked for, and the answer has not come.</summary>
    Asked,

    /// <summary>It is subscribed.</summary>
    Live,
}

/// <summary>What is to be done with a closed candle.</summary>
internal enum CandleVerdict
{
    /// <summary>It is the next one.</summary>
    Deliver,

    /// <summary>It was delivered before.</summary>
    Drop,

    /// <summary>Candles before it did not come, and nobody said why: history is to be asked.</summary>
    Ask,
}

/// <summary>
/// The deduplicator and order of one series of a feed: by open time, so that it holds over connections, restarts and servers. The reader's alone.
/// </summary>
/// <param name="series">The series.</param>
/// <param name="since">The first open time that is wanted; null for what comes.</param>
internal sealed class FeedSeries(Series series, DateTimeOffset? since)
{
    private long? _baselineMs;
    private long? _sequence;
    private string? _epoch;
    private Gap? _told;
    private bool _isToldByHistory;

    /// <summary>The series.</summary>
    public Series Series { get; } = series;

    /// <summary>Open time of the next closed candle, Unix epoch milliseconds; null when it is the first that comes.</summary>
    public long? NextMs { get; private set; } = since is { } from ? FirstOpen(series.Interval, Math.Max(0, from.ToUnixTimeMilliseconds())) : null;

    /// <summary>From where on to subscribe: the next closed candle, or where what is known to be missing before it ends; null for what comes.</summary>
    public long? ResumeMs =>
        NextMs is { } next && _told is { } told && told.From.ToUnixTimeMilliseconds() <= next && told.To.ToUnixTimeMilliseconds() > next && _isToldByHistory
        ? told.To.ToUnixTimeMilliseconds()
        : NextMs;

    /// <summary>Where it is on its way.</summary>
    public FeedPhase Phase { get; set; }

    /// <summary>The request that asked for it.</summary>
    public long Request { get; set; }

    /// <summary>Not before this timestamp of our clock it is to be asked for.</summary>
    public long NotBefore { get; set; }

    /// <summary>How often it was put off in a row.</summary>
    public int Postponed { get; set; }

    /// <summary>With how many others it may be asked for: a refusal of many is one of some of them.</summary>
    public int MaxTogether { get; set; } = int.MaxValue;

    /// <summary>Whether its past is to be read by REST up to the present before it is asked for.</summary>
    public bool ReadsPast { get; set; }

    /// <summary>Whether the server said that it is not live.</summary>
    public bool IsDisturbed { get; set; }

    /// <summary>What the feed's owner was told of it last; null for nothing.</summary>
    public SeriesCondition? Told { get; set; }

    /// <summary>A connection was lost, or the subscription is to begin anew: what comes next goes on where this ended.</summary>
    public void BeginAnew()
    {
        NextMs ??= _baselineMs;
        Phase = FeedPhase.Wanted;
    }

    /// <summary>The subscription has begun.</summary>
    /// <param name="nowMs">
    /// What time it is at the server, Unix epoch milliseconds: without a past that was asked for, the candle that is open now is the first one.
    /// </param>
    /// <param name="missing">What of the past the server calls missing; null for nothing.</param>
    public void Begin(long nowMs, Gap? missing)
    {
        Phase = FeedPhase.Live;
        Postponed = 0;
        MaxTogether = int.MaxValue;
        ReadsPast = false;
        _baselineMs ??= Series.Interval.FloorMs(nowMs);
        if (missing is not null)
        {
            Announce(missing);
        }
    }

    /// <summary>Candles are called missing: should the next one come after them, it carries the gap.</summary>
    /// <param name="gap">Which.</param>
    /// <param name="byHistory">Whether history was read up to their end, so that they need not be asked for again.</param>
    public void Announce(Gap gap, bool byHistory = false)
    {
        _isToldByHistory |= byHistory;
        _told = _told is not { } told || gap.From > told.To || gap.To < told.From ? gap
            : new Gap(told.From < gap.From ? told.From : gap.From, told.To > gap.To ? told.To : gap.To, told.Reason);
    }

    /// <summary>Whether an open candle may be delivered: its close has not been.</summary>
    public bool Takes(in PriceQuote open) => Phase == FeedPhase.Live && open.OpenMs >= (NextMs ?? 0);

    /// <summary>Says what is to be done with a closed candle.</summary>
    /// <param name="candle">The candle.</param>
    /// <param name="omitsQuietCandles">Whether the exchange publishes nothing for a candle without trades.</param>
    public CandleVerdict Judge(in ServerCandle candle, bool omitsQuietCandles)
    {
        var openMs = candle.Quote.OpenMs;
        if (Phase != FeedPhase.Live || openMs < NextMs)
        {
            return CandleVerdict.Drop;
        }

        var isNext = NextMs is not { } next || openMs == next || ExplainsUpTo(openMs) || (omitsQuietCandles && IsNumberedNext(candle));
        return isNext ? CandleVerdict.Deliver : CandleVerdict.Ask;
    }

    /// <summary>Takes a closed candle as delivered, and gives it with the gap before it, if there is one.</summary>
    /// <param name="candle">The candle.</param>
    /// <param name="gap">What history said of the candles before it that are missing; null for nothing.</param>
    public PriceQuote Take(in ServerCandle candle, string? gap = null)
    {
        var quote = candle.Quote;
        var reason = gap ?? (NextMs is { } next && quote.OpenMs > next && ExplainsUpTo(quote.OpenMs) ? _told!.Reason : null);
        var result = reason is null
            ? quote
            : quote with { GapBefore = new Gap(DateTimeOffset.FromUnixTimeMilliseconds(NextMs!.Value), quote.OpenTime, reason) };
        NextMs = quote.CloseMs;
        (_sequence, _epoch) = (candle.Sequence, candle.Epoch);
        _told = _told?.To > quote.CloseTime ? _told : null;
        _isToldByHistory = false;
        return result;
    }

    private bool ExplainsUpTo(long openMs) =>
        _told is { } told && told.From.ToUnixTimeMilliseconds() <= NextMs && told.To.ToUnixTimeMilliseconds() >= openMs;

    /// <summary>Where quiet candles are left out a hole is no gap, unless the server's own numbers, within one epoch, say that a candle did not come.</summary>
    private bool IsNumberedNext(in ServerCandle candle) =>
        candle.Sequence is null || _sequence is null || candle.Epoch != _epoch || candle.Sequence == _sequence + 1;

    private static long FirstOpen(Interval interval, long fromMs) => interval.FloorMs(fromMs) is var floor && floor < fromMs ? interval.NextMs(floor) : fromMs;
}
