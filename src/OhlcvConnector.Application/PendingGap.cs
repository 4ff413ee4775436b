using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>The gap since the last candle: the next one carries it, or it is missing at the end.</summary>
internal sealed class PendingGap
{
    /// <summary>Missing candles that no candle has followed yet; null when nothing is missing there.</summary>
    public MissingCandles? AtEnd { get; private set; }

    /// <summary>Adds a missing part; what cannot exist is none.</summary>
    public void Add(MissingCandles missing)
    {
        if (missing.Kind == MissingKind.Gap)
        {
            AtEnd = AtEnd is null
                ? missing
                : AtEnd with
                {
                    To = missing.To,
                    Reason = AtEnd.Reason.Contains(missing.Reason, StringComparison.Ordinal) ? AtEnd.Reason : $"{AtEnd.Reason}; {missing.Reason}",
                };
        }
    }

    /// <summary>
    /// The next candle, with the gap before it if there is one. It reaches up to the candle: what lies between had no trades that anybody knows of.
    /// </summary>
    public PriceQuote Before(in PriceQuote quote)
    {
        if (AtEnd is not { } missing)
        {
            return quote;
        }

        AtEnd = null;
        return quote with { GapBefore = new Gap(missing.From, quote.OpenTime, missing.Reason) };
    }
}
