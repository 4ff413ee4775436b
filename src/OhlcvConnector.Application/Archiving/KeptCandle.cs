using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>The rules by which every store keeps a candle.</summary>
public static class KeptCandle
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5); // clocks differ, but not by so much

    /// <summary>Refuses what no archive keeps: an open candle, a flat one, and one that ends in the future.</summary>
    /// <param name="candle">The candle.</param>
    /// <param name="now">This moment, by the clock that candles are measured with.</param>
    /// <exception cref="ArgumentException">It is open, flat, or none.</exception>
    /// <exception cref="ArchiveException">It ends in the future.</exception>
    public static void Check(in PriceQuote candle, DateTimeOffset now)
    {
        if (candle == default || !candle.IsClosed || candle.Source == QuoteSource.Flat)
        {
            var what = candle == default ? "none" : candle.IsClosed ? "one of which nothing was traded" : "open";
            throw new ArgumentException($"An archive keeps closed candles that were traded; this is {what}: {candle}.", nameof(candle));
        }

        if (candle.CloseMs > (now + Ahead).ToUnixTimeMilliseconds())
        {
            throw new ArchiveException(
                ArchiveTrouble.Refused,
                $"{candle.Series}: the closed candle of {candle.OpenTime:u} ends in the future, for it is {now:u} by this machine's clock. One of the clocks is wrong; nothing was written.");
        }
    }

    /// <summary>Refuses what no archive keeps, of several: see <see cref="Check"/>.</summary>
    /// <param name="candles">The candles; can be empty.</param>
    /// <param name="now">This moment, by the clock that candles are measured with.</param>
    /// <exception cref="ArgumentException">One is open, flat, or none.</exception>
    /// <exception cref="ArchiveException">One ends in the future.</exception>
    public static void CheckAll(IReadOnlyList<PriceQuote> candles, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(candles);
        foreach (var candle in candles)
        {
            Check(candle, now);
        }
    }

    /// <summary>What stands in the place of a kept candle when the same candle is to be kept again.</summary>
    /// <param name="kept">The one that is kept.</param>
    /// <param name="candle">The other.</param>
    /// <param name="isRevision">Whether values differ, so that both are kept; else what the kept one lacked is added to it.</param>
    /// <returns>Null when nothing changes.</returns>
    public static PriceQuote? Successor(in PriceQuote kept, in PriceQuote candle, out bool isRevision)
    {
        isRevision = !candle.Agrees(kept);
        return isRevision ? candle : Knows(candle, kept) ? With(kept, candle) : null;
    }

    /// <summary>Whether the one knows a value that the other lacks.</summary>
    private static bool Knows(in PriceQuote candle, in PriceQuote kept) =>
        (candle.Volume.HasValue && !kept.Volume.HasValue) || (candle.QuoteVolume.HasValue && !kept.QuoteVolume.HasValue)
            || (candle.BuyVolume.HasValue && !kept.BuyVolume.HasValue) || (candle.TradeCount.HasValue && !kept.TradeCount.HasValue);

    private static PriceQuote With(in PriceQuote kept, in PriceQuote candle) => new(
        kept.Series,
        new CandleValues
        {
            OpenMs = kept.OpenMs,
            Open = kept.Open,
            High = kept.High,
            Low = kept.Low,
            Close = kept.Close,
            Volume = kept.Volume ?? candle.Volume,
            QuoteVolume = kept.QuoteVolume ?? candle.QuoteVolume,
            BuyVolume = kept.BuyVolume ?? candle.BuyVolume,
            TradeCount = kept.TradeCount ?? candle.TradeCount,
            IsClosed = true,
            EventMs = kept.EventTime?.ToUnixTimeMilliseconds(),
        },
        kept.Source,
        kept.ReceivedAt);
}
