namespace OhlcvConnector.Trading;

/// <summary>
/// Returns of the equity from one UTC day's last candle to the next one's, and what they are in a year. Days without a candle are left out; of candles that are
/// longer than a day, from one candle to the next.
/// </summary>
internal sealed class DailyReturns
{
    public DailyReturns(BacktestResult result, int daysPerYear)
    {
        var (returns, periods) = (Of(result.Equity), PeriodsPerYear(result, daysPerYear));
        if (returns.Count < 2)
        {
            return; // a ruined account has no geometric mean
        }

        var mean = returns.Average();
        var variance = returns.Sum(value => (value - mean) * (value - mean)) / (returns.Count - 1);
        var geometric = Math.Exp(returns.Average(value => Math.Log(1 + value))) - 1;
        var growth = Math.Pow(1 + geometric, 2);
        Annual = Math.Pow(1 + geometric, periods) - 1;
        Volatility = Math.Sqrt(Math.Pow(variance + growth, periods) - Math.Pow(growth, periods));
        Downside = Math.Sqrt(returns.Average(value => Math.Pow(Math.Min(value, 0), 2))) * Math.Sqrt(periods);
    }

    /// <summary>Returns the daily returns; none where there are fewer than three days, or the account was ruined.</summary>
    public static IReadOnlyList<double> Of(EquityCurve curve)
    {
        var ends = new List<double>();
        for (var i = 0; i < curve.Times.Count; i++)
        {
            var isLastOfDay = i + 1 == curve.Times.Count || DayOf(curve.Times[i]) != DayOf(curve.Times[i + 1]);
            if (isLastOfDay)
            {
                ends.Add((double)curve.Values[i]);
            }
        }

        return ends.Count < 3 || ends.Exists(end => end <= 0) ? [] : [.. ends.Zip(ends.Skip(1), (before, after) => (after / before) - 1)];
    }

    /// <summary>
    /// Returns of a year: its trading days; of candles that are longer than a day so many of them, 52 weeks and 12 months as the
    /// <c>backtesting</c> package has it.
    /// </summary>
    public static double PeriodsPerYear(BacktestResult result, int daysPerYear)
    {
        var days = result.Data.Min(one => one.Candles[0].CloseMs - one.Candles[0].OpenMs) / 86_400_000.0;
        return days <= 1 ? daysPerYear : days == 7 ? 52 : days is >= 28 and <= 31 ? 12 : 365 / days;
    }

    /// <summary>Return of a year; null with fewer than three days.</summary>
    public double? Annual { get; }

    /// <summary>Volatility of a year.</summary>
    public double? Volatility { get; }

    /// <summary>Deviation of a year of the days with a loss.</summary>
    public double? Downside { get; }

    private static long DayOf(long closeMs) => (closeMs - 1) / 86_400_000;
}
