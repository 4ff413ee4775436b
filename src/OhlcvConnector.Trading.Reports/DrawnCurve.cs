namespace OhlcvConnector.Trading.Reports;

/// <summary>
/// Equity of a run as it is drawn, beside buying and holding an equal part of each series without costs. Of long runs, the least and the most of each stretch
/// are kept, so that no extreme is lost.
/// </summary>
/// <param name="TimesMs">Times, Unix epoch milliseconds UTC.</param>
/// <param name="Equity">Equity.</param>
/// <param name="Hold">Equity of buying and holding.</param>
/// <param name="Drawdown">Fall from the highest equity so far, as a share, 0 or below.</param>
internal sealed record DrawnCurve(IReadOnlyList<long> TimesMs, IReadOnlyList<double> Equity, IReadOnlyList<double> Hold, IReadOnlyList<double> Drawdown)
{
    public static DrawnCurve Of(BacktestResult result, int benchmarkFrom, int most = 6_000)
    {
        var (times, values) = (result.Equity.Times, result.Equity.Values);
        var drawdown = new double[values.Count];
        var peak = 0.0;
        for (var i = 0; i < values.Count; i++)
        {
            var value = (double)values[i];
            peak = Math.Max(peak, value);
            drawdown[i] = peak > 0 ? Math.Min(0, (value / peak) - 1) : 0;
        }

        var hold = Holding(result, benchmarkFrom);
        var kept = Kept(values, most);
        return new DrawnCurve(
            [.. kept.Select(i => times[i])], [.. kept.Select(i => (double)values[i])], [.. kept.Select(i => hold[i])], [.. kept.Select(i => drawdown[i])]);
    }

    private static double[] Holding(BacktestResult result, int benchmarkFrom)
    {
        var (times, part) = (result.Equity.Times, (double)result.Portfolio.InitialCash / result.Data.Count);
        var hold = new double[times.Count];
        foreach (var candles in result.Data.Select(one => one.Candles))
        {
            var traded = 0;
            while (traded < candles.Count - 1 && candles[traded].OpenMs < result.FromMs)
            {
                traded++;
            }

            var begin = Math.Min(candles.Count - 1, traded + benchmarkFrom);
            var (first, at) = ((double)candles[begin].Close, begin);
            for (var i = 0; i < times.Count; i++)
            {
                while (at + 1 < candles.Count && candles[at + 1].CloseMs <= times[i])
                {
                    at++;
                }

                hold[i] += times[i] < candles[begin].CloseMs ? part : part * (double)candles[at].Close / first;
            }
        }

        return hold;
    }

    private static List<int> Kept(IReadOnlyList<decimal> values, int most)
    {
        if (values.Count <= most)
        {
            return [.. Enumerable.Range(0, values.Count)];
        }

        var kept = new List<int>();
        var every = (values.Count * 2 / most) + 1;
        for (var start = 0; start < values.Count; start += every)
        {
            var (low, high) = (start, start);
            for (var i = start; i < Math.Min(values.Count, start + every); i++)
            {
                (low, high) = (values[i] < values[low] ? i : low, values[i] > values[high] ? i : high);
            }

            kept.Add(Math.Min(low, high));
            if (low != high)
            {
                kept.Add(Math.Max(low, high));
            }
        }

        if (kept[^1] != values.Count - 1)
        {
            kept.Add(values.Count - 1);
        }

        return kept;
    }
}
