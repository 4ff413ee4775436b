using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <content>Decides where a series begins that nobody asked the past of: by the venue's clock, or where its first message is.</content>
internal sealed partial class SeriesSequencer
{
    private const int FarAhead = 1_000;      // candles: the clock was wrong about where the series is
    private const long MaxAheadMs = 60_000; // of the venue's clock: what opens later is no candle yet
    private const long MaxLateMs = 60_000;  // of a live series' first candle

    /// <summary>
    /// Why a candle of a stream cannot be what it says; null as nearly always. One that opens in the future would take its series there, and one that is long
    /// over would take a series back that nobody asked the past of.
    /// </summary>
    /// <param name="quote">The candle.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public string? WhyImpossible(in PriceQuote quote, long nowMs) =>
        quote.OpenMs - nowMs > MaxAheadMs ? "it opens in the future"
        : State == SequenceState.Guessed && nowMs - Series.Interval.NextMs(quote.CloseMs) > MaxLateMs ? "it was over long before its series was asked for"
        : null;

    private void Anchor(in PriceQuote first)
    {
        if (State != SequenceState.Guessed)
        {
            return;
        }

        GuessAgain();
        Enter(SequenceState.Anchored);
        if (first.OpenMs < _nextMs || Series.Interval.CountBetween(_nextMs, first.OpenMs) > FarAhead)
        {
            StartAt(first.OpenMs);
        }
    }

    /// <summary>
    /// Our clock may have been wrong when the series was added, and the venue's may be known meanwhile: nobody asked for what it would bring from there.
    /// </summary>
    private void GuessAgain()
    {
        if (_started is not null && State == SequenceState.Guessed && Series.Interval.FloorMs(_started()) is var startMs && startMs != _nextMs)
        {
            StartAt(startMs);
        }
    }
}
