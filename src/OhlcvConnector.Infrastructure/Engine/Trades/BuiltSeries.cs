using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Candles that the trades of a symbol make where the venue has none of that length, in order: closed ones of what was seen whole, a gap for what was not, the
/// newest state of the open one, and nothing where nobody traded. Guarded by its tape.
/// </summary>
/// <param name="series">The series.</param>
/// <param name="facts">The facts about the venue's trades.</param>
/// <param name="deliverRevisions">True when a trade that comes later makes its candle come again.</param>
/// <param name="counters">The counters of the market.</param>
internal sealed class BuiltSeries(Series series, VenueTrades facts, bool deliverRevisions, FeedCounters counters)
{
    private const int MaxOpen = 256; // as many as may wait for their trades to have come
    private const string Broken = "the stream of trades was broken";
    private const string Late = "trades of it came too late";

    private readonly VenueTrades _facts = facts with { AreCounted = true, GiveQuoteVolume = true }; // whatever the venue's candles say
    private readonly List<CandleCount> _open = []; // ascending, from the one that is due next on
    private readonly Stack<CandleCount> _spare = [];
    private CandleCount? _newest;
    private PriceQuote _last;
    private Gap? _gap;
    private long _nextMs;    // 0 before the first
    private long _shownMs;
    private long _shownCount;

    /// <summary>The series.</summary>
    public Series Series => series;

    /// <summary>Slot of the series in the queue.</summary>
    public OpenSlot Slot { get; } = new();

    /// <summary>Adds a trade.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="oursMs">The time at which it came, by our clock.</param>
    /// <param name="isForgotten">True when nobody knows if it came before.</param>
    /// <param name="revised">A candle that was delivered without it, as it is with it; no quote where it is none.</param>
    public void Add(in Trade trade, long oursMs, bool isForgotten, out PriceQuote revised)
    {
        revised = default;
        if (_newest is { } newest && trade.TimeMs >= newest.OpenMs && trade.TimeMs < newest.CloseMs)
        {
            Put(newest, trade, oursMs, isForgotten);
            return;
        }

        var openMs = series.Interval.FloorMs(trade.TimeMs);
        if (openMs < _nextMs)
        {
            AddLate(trade, openMs, isForgotten, out revised);
            return;
        }

        var place = _open.Count;
        while (place > 0 && _open[place - 1].OpenMs > openMs)
        {
            place--;
        }

        if (place == 0 || _open[place - 1].OpenMs != openMs)
        {
            if (_open.Count == MaxOpen)
            {
                Drop(); // nobody can say when trades have come: what is too much is told as missing
            }

            var count = _spare.TryPop(out var spare) ? spare : new CandleCount();
            count.Begin(openMs, series.Interval.NextMs(openMs));
            place = Math.Min(place, _open.Count);
            _open.Insert(place, count);
            place++;
            _newest = _open[^1];
        }

        Put(_open[place - 1], trade, oursMs, isForgotten);
    }

    /// <summary>Closes what has ended, and shows the state of what goes on.</summary>
    /// <param name="wholeSinceMs">Since when no trade was missed, by the venue's clock.</param>
    /// <param name="toMs">The time before which all trades have come.</param>
    /// <param name="oursMs">Our clock.</param>
    /// <param name="candles">The list that takes what is to be delivered.</param>
    public void Build(long wholeSinceMs, long toMs, long oursMs, List<BuiltCandle> candles)
    {
        if (_nextMs == 0 && !TryBegin(wholeSinceMs))
        {
            return;
        }

        while (series.Interval.NextMs(_nextMs) is var closeMs && closeMs <= toMs)
        {
            var count = _open.Count > 0 && _open[0].OpenMs == _nextMs ? _open[0] : null;
            if (wholeSinceMs > _nextMs || count is { IsUncertain: true })
            {
                Miss(_nextMs, closeMs, Broken);
            }
            else if (count is not null && Quote(count, oursMs, isClosed: true) is { Series: not null } closed)
            {
                _last = closed with { GapBefore = _gap };
                _gap = null;
                candles.Add(new BuiltCandle(this, _last));
            }

            if (count is not null)
            {
                Remove();
            }

            _nextMs = closeMs;
        }

        if (_open.Count > 0
            && _open[0] is { IsUncertain: false } open
            && open.OpenMs == _nextMs
            && wholeSinceMs <= _nextMs
            && (open.OpenMs != _shownMs || open.Count != _shownCount)
            && Quote(open, oursMs, isClosed: false) is { Series: not null } state)
        {
            (_shownMs, _shownCount) = (open.OpenMs, open.Count);
            candles.Add(new BuiltCandle(this, state));
        }
    }

    /// <summary>Begins the series with the first candle that can be whole; what came before was not asked for. Returns true when it did.</summary>
    private bool TryBegin(long wholeSinceMs)
    {
        if (wholeSinceMs == long.MaxValue)
        {
            return false;
        }

        var floorMs = series.Interval.FloorMs(wholeSinceMs);
        _nextMs = floorMs < wholeSinceMs ? series.Interval.NextMs(floorMs) : floorMs;
        while (_open.Count > 0 && _open[0].OpenMs < _nextMs)
        {
            Remove();
        }

        return true;
    }

    private void Put(CandleCount count, in Trade trade, long oursMs, bool isForgotten)
    {
        if (isForgotten)
        {
            count.IsUncertain = true;
        }
        else
        {
            count.Add(trade, oursMs, _facts);
        }
    }

    private void AddLate(in Trade trade, long openMs, bool isForgotten, out PriceQuote revised)
    {
        revised = default;
        if (_last.Series is null || openMs < _last.OpenMs || isForgotten)
        {
            return; // of before the beginning, or of long ago
        }

        counters.TradeLate();
        if (openMs > _last.OpenMs)
        {
            Miss(openMs, series.Interval.NextMs(openMs), Late); // it was thought to have had none
            return;
        }

        counters.Revision();
        _last = TradeCandles.With(series, _last, trade);
        revised = deliverRevisions ? _last.AsRevision() : default;
    }

    private PriceQuote Quote(CandleCount count, long oursMs, bool isClosed) =>
        TradeCandles.Built(series, count, _facts, oursMs, QuoteSource.BuiltFromTrades, isClosed);

    private void Miss(long fromMs, long toMs, string reason)
    {
        var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs));
        _gap = _gap is { } pending
            ? new Gap(
                pending.From < from ? pending.From : from,
                pending.To > to ? pending.To : to,
                pending.Reason.Contains(reason, StringComparison.Ordinal) ? pending.Reason : $"{pending.Reason}; {reason}")
            : new Gap(from, to, reason);
    }

    private void Drop()
    {
        if (_nextMs != 0)
        {
            Miss(_nextMs, _open[0].CloseMs, Broken);
            _nextMs = _open[0].CloseMs;
        }

        Remove();
    }

    private void Remove()
    {
        _newest = _newest == _open[0] ? null : _newest;
        _spare.Push(_open[0]);
        _open.RemoveAt(0);
    }
}

/// <summary>A candle that trades made, and where it belongs.</summary>
/// <param name="Built">The series.</param>
/// <param name="Quote">The candle: closed, open, or a revision.</param>
internal readonly record struct BuiltCandle(BuiltSeries Built, PriceQuote Quote);
