using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>The rules of where a series begins that nobody asked the past of: by the venue's clock, or where its first message is.</summary>
internal static class SeriesStart
{
    private const int FarAhead = 1_000;     // candles: the clock was wrong about where the series is
    private const long MaxAheadMs = 60_000; // of the venue's clock: what opens later is no candle yet
    private const long MaxLateMs = 60_000;  // of a live series' first candle

    /// <summary>
    /// Returns why a candle of a stream cannot be what it says; null as nearly always. One that opens in the future would take its series there, and one that
    /// is long over would take a series back that nobody asked the past of.
    /// </summary>
    /// <param name="state">The state of the series: how far it has come.</param>
    /// <param name="quote">The candle.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public static string? WhyImpossible(SequenceState state, in PriceQuote quote, long nowMs) =>
        quote.OpenMs - nowMs > MaxAheadMs ? "it opens in the future"
        : state == SequenceState.Guessed && nowMs - quote.Series.Interval.NextMs(quote.CloseMs) > MaxLateMs ? "it was over long before its series was asked for"
        : null;

    /// <summary>Fixes where the series begins, if that is still a guess, by its first message.</summary>
    /// <param name="order">The series' order.</param>
    /// <param name="started">Returns the time at which the series was added, as the venue's clock is known by now; null where that says nothing.</param>
    /// <param name="first">The message.</param>
    public static void Anchor(SeriesOrder order, Func<long>? started, in PriceQuote first)
    {
        if (order.State != SequenceState.Guessed)
        {
            return;
        }

        GuessAgain(order, started);
        order.Enter(SequenceState.Anchored);
        if (first.OpenMs < order.NextMs || order.Series.Interval.CountBetween(order.NextMs, first.OpenMs) > FarAhead)
        {
            order.StartAt(first.OpenMs);
        }
    }

    /// <summary>
    /// Guesses the start again: our clock may have been wrong when the series was added, and the venue's may be known meanwhile; nobody asked for what it would
    /// bring from there.
    /// </summary>
    /// <param name="order">The series' order.</param>
    /// <param name="started">Returns the time at which the series was added, as the venue's clock is known by now; null where that says nothing.</param>
    public static void GuessAgain(SeriesOrder order, Func<long>? started)
    {
        if (started is not null && order.State == SequenceState.Guessed && order.Series.Interval.FloorMs(started()) is var startMs && startMs != order.NextMs)
        {
            order.StartAt(startMs);
        }
    }
}
