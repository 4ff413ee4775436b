namespace OhlcvConnector.Trading;

/// <summary>Drawdowns of the equity: from a peak to the candle at which it is reached again, or to the end.</summary>
/// <param name="Max">Deepest, as a share of the peak; 0 without any.</param>
/// <param name="Average">Mean of the deepest points; null without any.</param>
/// <param name="MaxDays">Longest, in days rounded up to whole candles; null without any.</param>
/// <param name="AverageDays">Mean length, in days rounded up to whole candles; null without any.</param>
internal sealed record Drawdowns(double Max, double? Average, double? MaxDays, double? AverageDays)
{
    public static Drawdowns Of(EquityCurve curve, long startMs)
    {
        var (times, values) = (curve.Times, curve.Values);
        var depths = new double[values.Count];
        var peak = decimal.MinValue;
        for (var i = 0; i < values.Count; i++)
        {
            peak = Math.Max(peak, values[i]);
            depths[i] = peak > 0 ? 1 - (double)(values[i] / peak) : 0;
        }

        var found = new List<(double Depth, long LengthMs)>();
        var last = 0;
        for (var i = 0; i < values.Count; i++)
        {
            if (depths[i] > 0 && i + 1 < values.Count)
            {
                continue;
            }

            if (i > last + 1)
            {
                found.Add((depths[last..(i + 1)].Max(), times[i] - times[last]));
            }

            last = i;
        }

        var candleMs = times.Count > 1 ? MedianStep(times) : Math.Max(1, times[0] - startMs);
        return new Drawdowns(
            depths.Max(),
            found.Count > 0 ? found.Average(one => one.Depth) : null,
            found.Count > 0 ? TradeFigures.Days(found.Max(one => one.LengthMs), candleMs) : null,
            found.Count > 0 ? TradeFigures.Days(found.Average(one => (double)one.LengthMs), candleMs) : null);
    }

    private static long MedianStep(IReadOnlyList<long> times)
    {
        var steps = new long[Math.Min(times.Count - 1, 1_001)];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = times[i + 1] - times[i];
        }

        Array.Sort(steps);
        return Math.Max(1, steps[steps.Length / 2]);
    }
}
