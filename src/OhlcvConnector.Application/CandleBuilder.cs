using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>
/// Puts one series' candles together to longer ones. What is missing without an announced gap had no trades; a candle that a gap reaches into is never
/// delivered, and announced as a gap itself.
/// </summary>
/// <param name="series">The series that is built.</param>
/// <param name="wholeFromMs">
/// Candles that open before this moment are not whole and are left out, Unix epoch milliseconds UTC; null for the first part's open time.
/// </param>
internal sealed class CandleBuilder(Series series, long? wholeFromMs)
{
    private const string Reason = "parts of these candles are missing: ";

    private readonly Interval _interval = series.Interval;
    private long? _wholeFromMs = wholeFromMs;
    private CandleValues _sum;
    private QuoteSource _source;
    private DateTimeOffset _receivedAt;
    private bool _isUnderWay;
    private Gap? _gap;

    /// <summary>Ends the candle under way when the next part belongs to a later one: its last parts had no trades.</summary>
    /// <returns>True when <paramref name="ended"/> is a closed candle.</returns>
    public bool TryEnd(in PriceQuote next, out PriceQuote ended)
    {
        _wholeFromMs ??= Math.Min(next.OpenMs, next.GapBefore?.From.ToUnixTimeMilliseconds() ?? long.MaxValue);
        var isOver = _isUnderWay && _interval.FloorMs(next.OpenMs) > _sum.OpenMs;
        if (isOver && next.GapBefore is { } gap && gap.From.ToUnixTimeMilliseconds() < _interval.NextMs(_sum.OpenMs))
        {
            _isUnderWay = false; // the gap reaches into it
            isOver = false;
        }

        ended = default;
        return isOver && TryClose(out ended);
    }

    /// <summary>Adds a part. A closed one that completes a candle gives it; an open one gives the state of the candle under way.</summary>
    /// <returns>True when <paramref name="built"/> is a candle, open or closed.</returns>
    public bool TryAdd(in PriceQuote part, out PriceQuote built)
    {
        built = default;
        if (part.IsRevision)
        {
            return false;
        }

        if (part.GapBefore is { } gap)
        {
            Widen(gap);
        }

        var sum = Plus(part);
        var source = _isUnderWay && _source > part.Source ? _source : part.Source; // the least direct of its parts
        if (!part.IsClosed)
        {
            built = IsWhole(sum.OpenMs) ? new PriceQuote(series, sum, source, part.ReceivedAt) : default;
            return IsWhole(sum.OpenMs);
        }

        (_sum, _source, _receivedAt) = (sum, source, part.ReceivedAt);
        _isUnderWay = true;
        return part.CloseMs >= _interval.NextMs(sum.OpenMs) && TryClose(out built);
    }

    /// <summary>Gives the candle under way when no more parts come: closed when its end is long enough past that none can be missing, else open.</summary>
    /// <param name="surelyKnownUntilMs">Every part that ends by then was there, Unix epoch milliseconds UTC.</param>
    /// <param name="last">The candle.</param>
    public bool TryFinish(long surelyKnownUntilMs, out PriceQuote last)
    {
        last = default;
        if (!_isUnderWay || !IsWhole(_sum.OpenMs))
        {
            return false;
        }

        if (_interval.NextMs(_sum.OpenMs) <= surelyKnownUntilMs)
        {
            return TryClose(out last);
        }

        last = new PriceQuote(series, _sum, _source, _receivedAt);
        return true;
    }

    private CandleValues Plus(in PriceQuote part)
    {
        var openMs = _interval.FloorMs(part.OpenMs);
        if (!_isUnderWay || openMs != _sum.OpenMs)
        {
            return new CandleValues
            {
                OpenMs = openMs,
                Open = part.Open,
                High = part.High,
                Low = part.Low,
                Close = part.Close,
                Volume = part.Volume,
                QuoteVolume = part.QuoteVolume,
                BuyVolume = part.BuyVolume,
                TradeCount = part.TradeCount,
                EventMs = part.EventTime?.ToUnixTimeMilliseconds(),
            };
        }

        return _sum with
        {
            High = Math.Max(_sum.High, part.High),
            Low = Math.Min(_sum.Low, part.Low),
            Close = part.Close,
            Volume = _sum.Volume + part.Volume,
            QuoteVolume = _sum.QuoteVolume + part.QuoteVolume,
            BuyVolume = _sum.BuyVolume + part.BuyVolume,
            TradeCount = _sum.TradeCount + part.TradeCount,
            EventMs = part.EventTime?.ToUnixTimeMilliseconds(),
        };
    }

    private bool TryClose(out PriceQuote closed)
    {
        _isUnderWay = false;
        if (!IsWhole(_sum.OpenMs))
        {
            closed = default;
            return false;
        }

        closed = new PriceQuote(series, _sum with { IsClosed = true }, _source, _receivedAt) { GapBefore = _gap };
        _gap = null;
        return true;
    }

    private bool IsWhole(long openMs) =>
        openMs >= _wholeFromMs && (_gap is not { } gap || openMs >= gap.To.ToUnixTimeMilliseconds());

    /// <summary>Widens the gap to the built candles that a gap in their parts makes impossible.</summary>
    private void Widen(Gap parts)
    {
        var from = _interval.Floor(parts.From);
        var to = _interval.Next(_interval.Floor(parts.To.AddMilliseconds(-1)));
        _gap = _gap is null
            ? new Gap(from, to, Reason + parts.Reason)
            : new Gap(from < _gap.From ? from : _gap.From, to > _gap.To ? to : _gap.To, Reason + parts.Reason);
    }
}
