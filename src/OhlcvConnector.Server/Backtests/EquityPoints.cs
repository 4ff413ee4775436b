namespace OhlcvConnector.Server.Backtests;

/// <summary>Thins a curve for a chart: of each stretch the lowest and the highest point stay, so that no drawdown and no peak is lost.</summary>
internal static class EquityPoints
{
    /// <summary>Returns at most so many points, ascending; the first and the last are among them.</summary>
    /// <param name="times">The times, ascending.</param>
    /// <param name="values">The values.</param>
    /// <param name="most">How many at most, 4 or more.</param>
    public static IReadOnlyList<(long TimeMs, decimal Equity)> Thin(IReadOnlyList<long> times, IReadOnlyList<decimal> values, int most)
    {
        if (times.Count <= most)
        {
            return [.. times.Zip(values)];
        }

        var stretches = (most - 2) / 2;
        var kept = new SortedSet<int> { 0, times.Count - 1 };
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var (first, end) = ((int)((long)times.Count * stretch / stretches), (int)((long)times.Count * (stretch + 1) / stretches));
            var (low, high) = (first, first);
            for (var i = first; i < end; i++)
            {
                (low, high) = (values[i] < values[low] ? i : low, values[i] > values[high] ? i : high);
            }

            kept.Add(low);
            kept.Add(high);
        }

        return [.. kept.Select(i => (times[i], values[i]))];
    }
}
