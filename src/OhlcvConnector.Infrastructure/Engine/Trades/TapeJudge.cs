using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Sequence;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>Decides by one symbol's trades whether a candle is closed, or had none. Used under the lock of its <see cref="TradeTape"/>.</summary>
/// <param name="facts">The facts about the venue's trades.</param>
/// <param name="delay">Measures how late trades come.</param>
/// <param name="sources">The connections that bring them.</param>
/// <param name="hearing">Remembers when anything was heard of the symbol.</param>
/// <param name="trust">Knows whether the symbol's trades make its candles.</param>
/// <param name="ring">The newest trades.</param>
/// <param name="counters">The counters of the market.</param>
/// <param name="strike">Told of a candle that disagrees with its trades.</param>
internal sealed class TapeJudge(
    VenueTrades facts, TradeDelay delay, TapeSources sources, TapeHearing hearing, TapeTrust trust, TradeRing ring, FeedCounters counters,
    Action<string, Series> strike)
{
    private const long MaxQuietMs = 300_000;
    private const long BurstMs = 1_000;                 // what was held up, or comes out of order, comes together
    private const long MaxWaitMs = 75_000;          // a minute, and what trades may be late
    private const long HistoryAfterMs = 3_000;          // trades that come later are not waited for
    private const long RefutedMs = 60_000;

    private readonly StreamState _states = new(ring);
    private readonly TradeIds _ids = new(facts, sources, counters);

    /// <summary>
    /// Returns true when trades can tell how a candle ended: all of it came, or what did not come is known by its states, and its sums are not forgotten. Of a
    /// series that begins with what comes first, nobody asked for what was before.
    /// </summary>
    private bool IsKnown(SeriesCounts series, long openMs) => openMs >= series.ForgottenToMs
        && (sources.AreWhole(openMs)
            || (
                series.Opened(openMs) is { HasState: true } count
                    ? count.AnchoredIn == sources.WholeSinceMs
                    : sources.WholeSinceMs != long.MaxValue && series.Opened(openMs) is null or { Count: 0 } && series.Sequencer.MayBeginLater));

    public void Judge(SeriesCounts series, long oursMs, long venueMs, bool isStarved, List<TradeClose> closes, ref long nextMs)
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
            if (!IsKnown(series, openMs) || trust.IsDistrusted(oursMs))
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
            if (!trust.HasAgreed || trust.IsCautious(oursMs))
            {
                return false;
            }

            closed = TradeCandles.Built(series.Sequencer.Series, count, facts, oursMs);
            return closed.Series is not null;
        }

        if (!_states.TryFind(count, out var beyond))
        {
            if (!count.IsRefuted)
            {
                count.IsRefuted = true;
                series.Sequencer.InferNothing(count.CloseMs + RefutedMs);
                strike(
                    $"the stream's candle is {count.State} with {count.State.TradeCount} trades, its trades are {count.Count} of {count.Volume}",
                    series.Sequencer.Series);
            }

            return false;
        }

        if (beyond > 0 && trust.IsCautious(oursMs))
        {
            return false;
        }

        if (_ids.HaveHole(series, count))
        {
            count.IsUncertain = true;
            return false;
        }

        trust.Agree();
        closed = _states.Close(series.Sequencer.Series, count, beyond);
        return closed.Series is not null;
    }

    /// <summary>
    /// Returns true when the stream was there to the candle's end: a trade of the symbol came that is of later, for its trades come one after the other, or
    /// others go on on its connection; and its silence before, which may hide that it was mute, is nothing unusual, or is over.
    /// </summary>
    private bool IsAlive(SeriesCounts series, CandleCount count, long oursMs, bool isStarved)
    {
        var closeMs = count.CloseMs;
        var usualMs = isStarved ? hearing.UsualMs * 4 : hearing.UsualMs;
        return hearing.LatestTradeMs >= closeMs
            ? hearing.SilenceAt(closeMs) <= usualMs || SpeaksAgain(series, count.LastMs, closeMs, oursMs)
            : oursMs - hearing.HeardAtMs <= usualMs && sources.GoOn(closeMs, oursMs);
    }

    /// <summary>
    /// Returns true when the symbol was silent over a candle's end because there was nothing to say. A stream that is mute for one symbol stays so until it is
    /// asked anew, which ends the stretch, and one that is mute for all is silent for all. Should it have been mute nevertheless and speak again by itself, the
    /// next candle that it tells counts trades that never came, unless there was none.
    /// </summary>
    private bool SpeaksAgain(SeriesCounts series, long fromMs, long closeMs, long oursMs) =>
        series.FirstFrom(closeMs) is { HasState: true, IsUncertain: false } later
        && oursMs >= Math.Max(delay.DueMs(later.FirstMs), later.HeardAtMs + BurstMs)
        && !trust.IsCautious(oursMs) && sources.AreWhole(later.OpenMs)
        && _states.TryFind(later, out _)
        && sources.TalkedAllThe(fromMs, later.FirstMs);

    /// <summary>
    /// Returns true when a candle had no trades, so that its series may move on: at once where the series may begin later, else when the symbol trades again,
    /// for before that nothing waits for it. Where its silence may hide something, history must agree; it is asked then, and not again and again before.
    /// </summary>
    private bool TryPassQuiet(SeriesCounts series, long openMs, long closeMs, long oursMs, long venueMs)
    {
        var sequencer = series.Sequencer;
        if (!sequencer.OmitsQuietCandles || sequencer.MayBeginLater || SpeaksAgain(series, openMs, closeMs, oursMs))
        {
            return sequencer.OmitsQuietCandles;
        }

        if (series.FirstFrom(closeMs) is { HasState: true } later && _states.TryFind(later, out _))
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

/// <summary>Close that is due next, as the trades make it: a closed candle, or none where there was no trade.</summary>
/// <param name="Sequencer">Of which series.</param>
/// <param name="Quote">The closed candle; no quote where there was no trade.</param>
/// <param name="OpenMs">The open time, Unix epoch milliseconds; 0 for a candle that was closed before.</param>
/// <param name="CloseMs">The end, exclusive, Unix epoch milliseconds; 0 for a candle that was closed before.</param>
internal readonly record struct TradeClose(SeriesSequencer Sequencer, PriceQuote Quote, long OpenMs, long CloseMs);
