namespace OhlcvConnector.Trading.Reports;

/// <summary>Returns of a calendar year's months, UTC, as shares; null for months outside of the run.</summary>
/// <param name="Year">The year.</param>
/// <param name="Months">January to December.</param>
/// <param name="Whole">Return of the year, as far as the run covers it.</param>
internal sealed record MonthlyReturns(int Year, double?[] Months, double Whole)
{
    /// <summary>Returns the years of a run; a close belongs to the month that its candle ends in, midnight to the month before.</summary>
    public static IReadOnlyList<MonthlyReturns> Of(BacktestResult result)
    {
        var years = new List<MonthlyReturns>();
        var (times, values) = (result.Equity.Times, result.Equity.Values);
        var (before, atYear) = ((double)result.Portfolio.InitialCash, (double)result.Portfolio.InitialCash);
        for (var i = 0; i < times.Count; i++)
        {
            var month = MonthOf(times[i]);
            if (i + 1 < times.Count && MonthOf(times[i + 1]) == month)
            {
                continue;
            }

            if (years.Count == 0 || years[^1].Year != month.Year)
            {
                years.Add(new MonthlyReturns(month.Year, new double?[12], 0));
                atYear = before;
            }

            var now = (double)values[i];
            years[^1].Months[month.Month - 1] = before > 0 ? (now / before) - 1 : null;
            years[^1] = years[^1] with { Whole = atYear > 0 ? (now / atYear) - 1 : 0 };
            before = now;
        }

        return years;
    }

    private static (int Year, int Month) MonthOf(long closeMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(closeMs - 1);
        return (time.Year, time.Month);
    }
}
