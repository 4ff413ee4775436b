using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>What the stream says by bringing a candle.</summary>
internal sealed partial class KeepingQueue
{
    /// <summary>What can be written without a hole, and what is known beside it.</summary>
    private (List<PriceQuote> Candles, List<SeriesCoverage> Covered) Whole(List<Waiting> batch)
    {
        var candles = new List<PriceQuote>(batch.Count);
        var covered = new List<SeriesCoverage>();
        var ends = new Dictionary<Series, long>();
        lock (_gate)
        {
            foreach (var (candle, fromMs, _) in batch)
            {
                var place = _places[candle.Series];
                if (candle.IsRevision)
                {
                    candles.Add(candle);
                    continue;
                }

                if ((ends.TryGetValue(candle.Series, out var end) ? end : place.KeptToMs ?? fromMs) < fromMs)
                {
                    place.IsBehind = true;
                    continue;
                }

                ends[candle.Series] = candle.CloseMs;
                candles.Add(candle);
                Cover(candle, fromMs, covered);
            }
        }

        return (candles, covered);
    }

    /// <summary>What the stream says by bringing this candle next: what lies before it and is not announced as missing had no trades.</summary>
    private static void Cover(in PriceQuote candle, long fromMs, List<SeriesCoverage> covered)
    {
        if (candle.GapBefore is { } gap)
        {
            var (gapFromMs, gapToMs) = (gap.From.ToUnixTimeMilliseconds(), gap.To.ToUnixTimeMilliseconds());
            covered.Add(new SeriesCoverage(candle.Series, new CoverageRange(gapFromMs, gapToMs, Coverage.Missing, gap.Reason)));
            Complete(candle, fromMs, gapFromMs, covered);
            Complete(candle, gapToMs, candle.OpenMs, covered);
        }
        else
        {
            Complete(candle, fromMs, candle.OpenMs, covered);
        }
    }

    private static void Complete(in PriceQuote candle, long fromMs, long toMs, List<SeriesCoverage> covered)
    {
        if (fromMs < toMs)
        {
            covered.Add(SeriesCoverage.Complete(candle.Series, fromMs, toMs));
        }
    }
}
