using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <content>Decides by its trades whether a candle is closed.</content>
internal sealed partial class TradeTape
{
    private const long MaxQuietMs = 300_000;
    private const long BurstMs = 1_000;                 // what was held up, or comes out of order, comes together
    private const long MaxWaitMs = 75_000;          // a minute, and what trades may be late
    private const long HistoryAfterMs = 3_000;          // trades that come later are not waited for
    private const long RefutedMs = 60_000;

    private readonly List<(SeriesSequencer Sequencer, PriceQuote Quote)> _revised = [];

    /// <summary>Closes what can be closed, and passes what had no trades.</summary>
    /// <param name="oursMs">Our clock, which says how long ago things came.</param>
    /// <param name="venueMs">The venue's clock, at the least that it may be.</param>
    /// <param name="isStarved">Whether history cannot be asked of all that are due, so that what is usual will do.</param>
    /// <param name="closes">Where to add what is to be delivered.</param>
    /// <param name="nextMs">When to look again, at the latest.</param>
    public void Judge(long oursMs, long venueMs, bool isStarved, List<TradeClose> closes, ref long nextMs)
    {
        lock (_gate)
        {
            CheckFaults(venueMs);
            foreach (var (sequencer, quote) in _revised)
            {
                closes.Add(new TradeClose(sequencer, quote, 0, 0));
            }

            _revised.Clear();
            foreach (var series in _series)
            {
                Judge(series, oursMs, venueMs, isStarved, closes, ref nextMs);
            }
        }
    }

    private bool IsWhole(long openMs) => _wholeSinceMs <= openMs;

    /// <summary>
    /// Whether trades can tell how a candle ended: all of it came, or what did not come is known by its states. Of a series that begins with what comes first,
    /// nobody asked for what was before.
    /// </summary>
    private bool IsKnown(SeriesCounts series, long openMs) =>
        IsWhole(openMs)
        || (
            series.Opened(openMs) is { HasState: true } count
                ? count.AnchoredIn == _wholeSinceMs
                : _wholeSinceMs != long.MaxValue && series.Opened(openMs) is null or { Count: 0 } && series.Sequencer.MayBeginLater);

    private void Judge(SeriesCounts series, long oursMs, long venueMs, bool isStarved, List<TradeClose> closes, ref long nextMs)
    {
        var (sequencer, interval) = (series.Sequencer, series.Sequencer.Series.Interval);
        var openMs = sequencer.NextMs;
        while (true)
        {
            var closeMs = interval.NextMs(openMs);
            var dueMs = delay.DueMs(closeMs);
            if (oursMs < dueMs || venueMs < closeMs)
            {
                dueMs = Math.Max(dueMs, oursMs + closeMs - venueMs);
                nextMs = Math.Min(nextMs, dueMs);
                if (IsKnown(series, openMs) && dueMs - oursMs < MaxWaitMs)
                {
                    sequencer.InferNothing(venueMs + dueMs - oursMs);
                    sequencer.Defer(Math.Min(venueMs + dueMs - oursMs, closeMs + HistoryAfterMs));
                }

                return;
            }

            var count = series.Opened(openMs);
            if (!IsKnown(series, openMs) || oursMs < _distrustedUntilMs)
            {
                return;
            }

            if (count is null or { Count: 0, HasState: false })
            {
                if (!TryPassQuiet(series, openMs, closeMs, oursMs, venueMs))
                {
                    return;
                }

                if (!sequencer.MayBeginLater && series.At(openMs) is { } passed)
                {
                    passed.IsPassed = true;
                }

                closes.Add(new TradeClose(sequencer, default, openMs, closeMs));
            }
            else if (TryClose(series, count, oursMs, isStarved, out var closed))
            {
                count.Closed = closed;
                closes.Add(new TradeClose(sequencer, closed, openMs, closeMs));
            }
            else
            {
                return;
            }

            openMs = closeMs;
        }
    }

    private bool TryClose(SeriesCounts series, CandleCount count, long oursMs, bool isStarved, out PriceQuote closed)
    {
        closed = default;
        if (count.IsUncertain || !IsAlive(series, count, oursMs, isStarved))
        {
            return false;
        }

        if (!count.HasState)
        {
            if (!_hasAgreed || oursMs < _cautiousUntilMs)
            {
                return false;
            }

            closed = TradeCandles.Built(series.Sequencer.Series, count, facts, oursMs);
            return closed.Series is not null;
        }

        if (!FindState(count, out var beyond))
        {
            if (!count.IsRefuted)
            {
                count.IsRefuted = true;
                series.Sequencer.InferNothing(count.CloseMs + RefutedMs);
                Strike(
                    $"the stream's candle is {count.State} with {count.State.TradeCount} trades, its trades are {count.Count} of {count.Volume}",
                    series.Sequencer.Series);
            }

            return false;
        }

        if (beyond > 0 && oursMs < _cautiousUntilMs)
        {
            return false;
        }

        if (LacksIds(series, count))
        {
            count.IsUncertain = true;
            return false;
        }

        Agree();
        closed = beyond == 0 ? count.State.AsClosed(QuoteSource.Trades) with { BuyVolume = BoughtOf(count) } : Extended(series.Sequencer.Series, count, beyond);
        return closed.Series is not null;
    }

    /// <summary>
    /// Whether the stream was there to the candle's end: a trade of the symbol came that is of later, for its trades come one after the other, or others go on
    /// on its connection; and its silence before, which may hide that it was mute, is nothing unusual, or is over.
    /// </summary>
    private bool IsAlive(SeriesCounts series, CandleCount count, long oursMs, bool isStarved)
    {
        var closeMs = count.CloseMs;
        var usualMs = isStarved ? _silences.UsualMs * 4 : _silences.UsualMs;
        return _latestTradeMs >= closeMs
            ? _silences.At(closeMs) <= usualMs || SpeaksAgain(series, count.LastMs, closeMs, oursMs)
            : oursMs - _heardAtMs <= usualMs && _sources.Exists(one => one.Source.GoesOn(closeMs, oursMs));
    }

    /// <summary>
    /// Whether the symbol was silent over a candle's end because there was nothing to say. A stream that is mute for one symbol stays so until it is asked
    /// anew, which ends the stretch, and one that is mute for all is silent for all. Should it have been mute nevertheless and speak again by itself, the next
    /// candle that it tells counts trades that never came, unless there was none.
    /// </summary>
    private bool SpeaksAgain(SeriesCounts series, long fromMs, long closeMs, long oursMs) =>
        series.FirstFrom(closeMs) is { HasState: true, IsUncertain: false } later
        && oursMs >= Math.Max(delay.DueMs(later.FirstMs), later.HeardAtMs + BurstMs)
        && oursMs >= _cautiousUntilMs && _begunMs + SureMs <= fromMs && IsWhole(later.OpenMs)
        && FindState(later, out _)
        && _sources.Exists(one => one.Source.TalkedAllThe(fromMs, later.FirstMs));

    /// <summary>Finds what the stream said last among what the trades add up to.</summary>
    /// <param name="count">The interval.</param>
    /// <param name="beyond">How many trades came after it.</param>
    private bool FindState(CandleCount count, out int beyond)
    {
        beyond = 0;
        var state = count.State;
        var isWhole = count.AnchoredIn == 0;
        var left = count.Volume + count.MissedVolume;
        var (high, low) = (decimal.MinValue, decimal.MaxValue);
        var isCounted = state.TradeCount is not null;
        for (var age = 0; ; age++)
        {
            var isIt = isCounted ? count.Count + count.MissedCount - beyond == state.TradeCount : VolumeDust.IsSame(left, state.Volume ?? 0);
            if (isIt)
            {
                break;
            }

            if (age >= _ring.Count || _ring[age].TimeMs < count.OpenMs || beyond >= count.Count || (!isCounted && left < (state.Volume ?? 0)))
            {
                return false;
            }

            var trade = _ring[age];
            if (trade.TimeMs < count.CloseMs)
            {
                beyond++;
                left -= trade.Amount;
                (high, low) = (Math.Max(high, trade.Price), Math.Min(low, trade.Price));
            }
        }

        return VolumeDust.IsSame(left, state.Volume ?? 0)
            && (count.Count == 0 || !isWhole || (state.Open == count.Open && Math.Max(state.High, high) == count.High && Math.Min(state.Low, low) == count.Low))
            && (count.Count == 0 || beyond > 0 || state.Close == count.Close);
    }

    private static decimal? BoughtOf(CandleCount count) => count.AnchoredIn == 0 ? count.Bought : null;

    /// <summary>The stream's last state, and the trades that came after it.</summary>
    private PriceQuote Extended(Series series, CandleCount count, int beyond)
    {
        var state = count.State;
        var values = new CandleValues
        {
            OpenMs = count.OpenMs,
            Open = state.Open,
            High = Math.Max(state.High, count.High),
            Low = Math.Min(state.Low, count.Low),
            Close = count.Close,
            Volume = state.Volume,
            QuoteVolume = state.QuoteVolume,
            BuyVolume = BoughtOf(count),
            TradeCount = state.TradeCount + beyond,
            EventMs = state.EventTime?.ToUnixTimeMilliseconds(),
            IsClosed = true,
        };
        for (var age = 0; beyond > 0; age++)
        {
            var trade = _ring[age];
            if (trade.TimeMs < count.CloseMs)
            {
                values.Volume += trade.Amount;
                values.QuoteVolume += trade.Price * trade.Amount;
                beyond--;
            }
        }

        return TradeCandles.New(series, values, state.ReceivedAt);
    }

    /// <summary>
    /// Whether a candle had no trades, so that its series may move on: at once where the series may begin later, else when the symbol trades again, for before
    /// that nothing waits for it. Where its silence may hide something, history must agree; it is asked then, and not again and again before.
    /// </summary>
    private bool TryPassQuiet(SeriesCounts series, long openMs, long closeMs, long oursMs, long venueMs)
    {
        var sequencer = series.Sequencer;
        if (!sequencer.OmitsQuietCandles || sequencer.MayBeginLater || SpeaksAgain(series, openMs, closeMs, oursMs))
        {
            return sequencer.OmitsQuietCandles;
        }

        if (series.FirstFrom(closeMs) is { HasState: true } later && FindState(later, out _))
        {
            if (oursMs - later.HeardAtMs > HistoryAfterMs)
            {
                sequencer.Quiet(closeMs);
            }
        }
        else if (venueMs - openMs <= Math.Min(2 * sequencer.QuietMs, MaxQuietMs))
        {
            sequencer.Defer(Math.Min(openMs + (2 * sequencer.QuietMs), openMs + MaxQuietMs)); // it is quiet at times
        }

        return false;
    }
}

/// <summary>What trades say of the close that is due next.</summary>
/// <param name="Sequencer">Of which series.</param>
/// <param name="Quote">The closed candle; no quote where there was no trade.</param>
/// <param name="OpenMs">When it opened; 0 for a candle that was closed before.</param>
/// <param name="CloseMs">When it ended.</param>
internal readonly record struct TradeClose(SeriesSequencer Sequencer, PriceQuote Quote, long OpenMs, long CloseMs);
