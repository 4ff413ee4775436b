using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Phase of a series on its way into a subscription.</summary>
internal enum FeedPhase
{
    /// <summary>The series is to be subscribed.</summary>
    Wanted,

    /// <summary>The series was asked for, and the answer has not come.</summary>
    Asked,

    /// <summary>The series is subscribed.</summary>
    Live,
}

/// <summary>Verdict on a closed candle: what is to be done with it.</summary>
internal enum CandleVerdict
{
    /// <summary>The candle is the next one.</summary>
    Deliver,

    /// <summary>The candle was delivered before.</summary>
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

    /// <summary>
    /// Open time from which on to subscribe, Unix epoch milliseconds: the next closed candle, or the end of what is known to be missing before it; null for
    /// what comes.
    /// </summary>
    public long? ResumeMs =>
        NextMs is { } next && _told is { } told && told.From.ToUnixTimeMilliseconds() <= next && told.To.ToUnixTimeMilliseconds() > next && _isToldByHistory
        ? told.To.ToUnixTimeMilliseconds()
        : NextMs;

    /// <summary>Phase of the series on its way into a subscription.</summary>
    public FeedPhase Phase { get; set; }

    /// <summary>The request that asked for it.</summary>
    public long Request { get; set; }

    /// <summary>Timestamp of our clock before which the series is not to be asked for.</summary>
    public long NotBefore { get; set; }

    /// <summary>Number of times in a row that the series was put off.</summary>
    public int Postponed { get; set; }

    /// <summary>Largest number of series that it may be asked for together with: a refusal of many is one of some of them.</summary>
    public int MaxTogether { get; set; } = int.MaxValue;

    /// <summary>True when its past is to be read by REST up to the present before it is asked for.</summary>
    public bool ReadsPast { get; set; }

    /// <summary>True when the server said that the series is not live.</summary>
    public bool IsDisturbed { get; set; }

    /// <summary>Condition of the series that the feed's owner was told last; null for none.</summary>
    public SeriesCondition? Told { get; set; }

    /// <summary>
    /// Returns the series to the state before a subscription, because a connection was lost or the subscription is to begin anew: what comes next goes on where
    /// this ended.
    /// </summary>
    public void BeginAnew()
    {
        NextMs ??= _baselineMs;
        Phase = FeedPhase.Wanted;
    }

    /// <summary>Begins the subscription.</summary>
    /// <param name="nowMs">The time at the server, Unix epoch milliseconds: without a past that was asked for, the candle that is open now is the first
    /// one.</param>
    /// <param name="missing">The part of the past that the server calls missing; null for none.</param>
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
    /// <param name="byHistory">True when history was read up to their end, so that they need not be asked for again.</param>
    public void Announce(Gap gap, bool byHistory = false)
    {
        _isToldByHistory |= byHistory;
        _told = _told is not { } told || gap.From > told.To || gap.To < told.From ? gap
            : new Gap(told.From < gap.From ? told.From : gap.From, told.To > gap.To ? told.To : gap.To, told.Reason);
    }

    /// <summary>Returns true when an open candle may be delivered: its close has not been.</summary>
    public bool Takes(in PriceQuote open) => Phase == FeedPhase.Live && open.OpenMs >= (NextMs ?? 0);

    /// <summary>Says what is to be done with a closed candle.</summary>
    /// <param name="candle">The candle.</param>
    /// <param name="omitsQuietCandles">True when the exchange publishes nothing for a candle without trades.</param>
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
    /// <param name="gap">The reason that history gave for missing candles before it; null for none.</param>
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

    /// <summary>
    /// Returns true when a candle may be the next one where quiet candles are left out: a hole is no gap then, unless the server's own numbers, within one
    /// epoch, say that a candle did not come.
    /// </summary>
    private bool IsNumberedNext(in ServerCandle candle) =>
        candle.Sequence is null || _sequence is null || candle.Epoch != _epoch || candle.Sequence == _sequence + 1;

    private static long FirstOpen(Interval interval, long fromMs) => interval.FloorMs(fromMs) is var floor && floor < fromMs ? interval.NextMs(floor) : fromMs;
}
