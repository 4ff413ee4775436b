using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Judges what one reader gets of one series against the books, quote by quote.</summary>
/// <param name="verdict">Where findings go.</param>
/// <param name="reader">Who reads, for the findings.</param>
/// <param name="symbol">The symbol.</param>
/// <param name="lengthMs">The candles' length.</param>
/// <param name="sinceMs">The moment that was asked for; null for live only.</param>
internal sealed class SeriesJudge(Verdict verdict, string reader, Listed symbol, long lengthMs, long? sinceMs)
{
    private const long LastMoments = 5_000;

    private readonly JudgedVenue _venue = verdict.Venue;
    private readonly HashSet<long> _delivered = [];
    private readonly HashSet<long> _announced = [];
    private readonly long _beganMs = verdict.Venue.Clock.NowMs;
    private readonly string _who = $"{reader} {symbol.Name} {lengthMs / Books.Minute}m";
    private long? _dueMs = sinceMs is { } since ? (since + lengthMs - 1) / lengthMs * lengthMs : null;
    private long _newestClosedMs = -1;
    private long _newestOpenMs = -1;
    private decimal _newestVolume = -1;

    /// <summary>How many closes came that ended after the reader began.</summary>
    public int LiveCloses { get; private set; }

    public long LastCloseSeenMs { get; private set; } = verdict.Venue.Clock.NowMs;

    public void See(in PriceQuote quote)
    {
        var now = _venue.Clock.NowMs;
        if (quote.GapBefore is { } gap)
        {
            SeeGap(gap, now);
        }

        if (quote.IsRevision)
        {
            return;
        }

        if (quote.IsClosed)
        {
            SeeClosed(quote, now);
        }
        else
        {
            SeeOpen(quote, now);
        }
    }

    /// <summary>Says what never came of the candles that ended before a moment.</summary>
    public void End(long settledMs, Offence offence)
    {
        var now = _venue.Clock.NowMs;
        for (var open = _dueMs ?? (_beganMs + lengthMs - 1) / lengthMs * lengthMs; open + lengthMs <= settledMs; open += lengthMs)
        {
            if (!_delivered.Contains(open) && !_announced.Contains(open) && !MayBeMissing(open))
            {
                verdict.Accuse(offence, _who, $"{Verdict.Clock(open)} {Why(open)}", open, now);
            }
        }
    }

    /// <summary>Takes note of what is announced as missing.</summary>
    public void SeeGap(Gap gap, long now)
    {
        var to = gap.To.ToUnixTimeMilliseconds();
        var isNew = false;
        var isTrue = false;
        for (var open = (gap.From.ToUnixTimeMilliseconds() + lengthMs - 1) / lengthMs * lengthMs; open < to; open += lengthMs)
        {
            isNew |= _announced.Add(open);
            isTrue |= !IsQuiet(open);
            if (IsInHistory(open, now + 120_000) && !IsQuiet(open))
            {
                verdict.Accuse(Offence.FalseGap, _who, $"{Verdict.Clock(open)} of {Verdict.Clock(gap.From.ToUnixTimeMilliseconds())}-{Verdict.Clock(to)}, \"{gap.Reason}\"", open, now);
            }
            else
            {
                verdict.SawGap();
            }
        }

        if (isNew && !isTrue)
        {
            verdict.Accuse(
                Offence.FalseGap, _who, $"{Verdict.Clock(gap.From.ToUnixTimeMilliseconds())}-{Verdict.Clock(to)} had no trades: \"{gap.Reason}\"", to, now);
        }
    }

    private void SeeClosed(in PriceQuote quote, long now)
    {
        var open = quote.OpenMs;
        if (!_delivered.Add(open))
        {
            verdict.Accuse(Offence.Doubled, _who, $"{Verdict.Clock(open)} {quote.Source}", open, now);
            return;
        }

        if (open < Math.Max(_newestClosedMs, _newestOpenMs))
        {
            verdict.Accuse(Offence.OutOfOrder, _who, $"{Verdict.Clock(open)} after {Verdict.Clock(Math.Max(_newestClosedMs, _newestOpenMs))}", open, now);
        }

        if (sinceMs > open)
        {
            verdict.Accuse(Offence.OutOfOrder, _who, $"{Verdict.Clock(open)} before what was asked for", open, now);
        }

        if (sinceMs is null && _dueMs is null && open < _beganMs - (3 * lengthMs))
        {
            verdict.Accuse(Offence.OutOfOrder, _who, $"{Verdict.Clock(open)} on a live stream", open, now);
        }

        for (var missing = _dueMs ?? open; missing < open; missing += lengthMs)
        {
            if (!_delivered.Contains(missing) && !_announced.Contains(missing) && !MayBeMissing(missing))
            {
                verdict.Accuse(Offence.SilentSkip, _who, $"{Verdict.Clock(missing)} before {Verdict.Clock(open)} {quote.Source} {Why(missing)}", missing, now);
            }
        }

        var isShort = CheckClosed(quote, now);
        verdict.SawClosed(quote.Source == QuoteSource.Inferred, isShort);
        _newestClosedMs = Math.Max(open, _newestClosedMs);
        _dueMs = Math.Max(_dueMs ?? 0, open + lengthMs);
        LastCloseSeenMs = now;
        if (open + lengthMs > _beganMs)
        {
            LiveCloses++;
            verdict.SawDelay(open + lengthMs, now);
        }
    }

    /// <summary>Compares a close with the books. True: it lacks trades of its last moments, and says that it is inferred.</summary>
    private bool CheckClosed(in PriceQuote quote, long now)
    {
        var truth = _venue.Books.At(symbol, quote.OpenMs, lengthMs);
        if (IsAs(quote, truth) && quote.OpenMs + lengthMs <= now)
        {
            return false;
        }

        if (quote.Source == QuoteSource.Inferred)
        {
            foreach (var (candle, atMs) in _venue.Books.States(symbol, quote.OpenMs, lengthMs))
            {
                if (IsAs(quote, candle) && _venue.Books.At(symbol, quote.OpenMs, lengthMs, quote.CloseMs - LastMoments).Count <= candle.Count)
                {
                    return true;
                }
            }
        }

        var volume = quote.Volume;
        var known = _venue.Books.States(symbol, quote.OpenMs, lengthMs).Count(state => state.Candle.Base <= volume);
        var when = quote.OpenMs + lengthMs <= now ? "" : ", still open";
        verdict.Accuse(Offence.WrongValues, _who, $"{Verdict.Clock(quote.OpenMs)} {quote.Source}{when}, {known} of {truth.Count} trades: {Text(quote)} instead of {truth}", quote.OpenMs, now);
        return false;
    }

    private void SeeOpen(in PriceQuote quote, long now)
    {
        verdict.SawOpen();
        var open = quote.OpenMs;
        if (open <= _newestClosedMs || open < _newestOpenMs || (open == _newestOpenMs && quote.Volume < _newestVolume))
        {
            verdict.Accuse(Offence.StaleUpdate, _who, $"{Verdict.Clock(open)} volume {quote.Volume} after {Verdict.Clock(Math.Max(_newestClosedMs, _newestOpenMs))} volume {_newestVolume}", open, now);
        }

        if (_newestOpenMs != open)
        {
            _newestOpenMs = open;
        }

        _newestVolume = quote.Volume ?? -1;
        foreach (var (candle, _) in _venue.Books.States(symbol, open, lengthMs))
        {
            if (IsAs(quote, candle))
            {
                return;
            }
        }

        if (open > now || !IsAs(quote, _venue.Books.Flat(symbol, open)))
        {
            verdict.Accuse(Offence.WrongValues, _who, $"{Verdict.Clock(open)} open update {Text(quote)} was never so{Whose(quote)}", open, now);
        }
    }

    /// <summary>Which other candle of the hour had these values, if any: a hint at what was mixed up.</summary>
    private string Whose(in PriceQuote quote)
    {
        for (var open = quote.OpenMs - (30 * lengthMs); open <= quote.OpenMs + (30 * lengthMs); open += lengthMs)
        {
            foreach (var (candle, _) in _venue.Books.States(symbol, open, lengthMs))
            {
                if (IsAs(quote, candle))
                {
                    return $"; {Verdict.Clock(open)} was";
                }
            }
        }

        return "";
    }

    private bool IsAs(in PriceQuote quote, in Candle candle) =>
        quote.Open == candle.Open && quote.High == candle.High && quote.Low == candle.Low && quote.Close == candle.Close && quote.Volume == candle.Base
        && quote.TradeCount == _venue.TradeCount(candle)
            && (quote.QuoteVolume == _venue.QuoteVolume(candle, quote.Source) || (quote.QuoteVolume is null && _venue.Exchange == "gateio"));

    /// <summary>Whether nobody need say a word when it is missing: before the listing, or no trades where such candles are left out.</summary>
    private bool MayBeMissing(long open) => open < symbol.ListedMs || IsQuiet(open);

    private bool IsQuiet(long open) => _venue.OmitsQuiet && _venue.Books.IsQuiet(symbol, open, lengthMs);

    private bool IsInHistory(long open, long now) =>
        open >= symbol.ListedMs && open + lengthMs <= now && (lengthMs != Books.Minute || _venue.Books.DefectOf(symbol.Name, open) == Defect.None)
        && (_venue.Reach is not { } reach || open >= now - ((reach - 10) * lengthMs));

    private string Why(long open) =>
        lengthMs == Books.Minute && _venue.Books.DefectOf(symbol.Name, open) is not Defect.None and var defect ? $"(history: {defect})" : "";

    private static string Text(in PriceQuote quote) =>
        $"{quote.Open} {quote.High} {quote.Low} {quote.Close} v {quote.Volume} q {quote.QuoteVolume} n {quote.TradeCount}";
}
