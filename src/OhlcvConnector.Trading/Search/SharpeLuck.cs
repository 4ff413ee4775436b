namespace OhlcvConnector.Trading;

/// <summary>How much of a Sharpe ratio may be luck: an interval by resampling, and what the number of variants that were tried takes off.</summary>
public static class SharpeLuck
{
    private const int BlockDays = 20;
    private const int Resamples = 1_000;
    private const double EulerMascheroni = 0.57721566490153286;

    /// <summary>
    /// Interval that holds 95 of 100 Sharpe ratios of runs whose days are drawn anew from this one, in blocks of twenty (circular block bootstrap), annualised.
    /// </summary>
    /// <param name="result">The run.</param>
    /// <param name="daysPerYear">Trading days of a year.</param>
    /// <param name="seed">Seed of the draws; the same gives the same interval.</param>
    /// <returns>The interval; null with fewer than forty days.</returns>
    public static (double Low, double High)? Interval(BacktestResult result, int daysPerYear = 365, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(result);
        var returns = DailyReturns.Of(result.Equity);
        if (returns.Count < 2 * BlockDays)
        {
            return null;
        }

        var (random, year) = (new Random(seed), Math.Sqrt(DailyReturns.PeriodsPerYear(result, daysPerYear)));
        var (ratios, drawn) = (new double[Resamples], new double[returns.Count]);
        for (var i = 0; i < Resamples; i++)
        {
            for (var at = 0; at < drawn.Length; at += BlockDays)
            {
                var from = random.Next(returns.Count);
                for (var day = 0; day < BlockDays && at + day < drawn.Length; day++)
                {
                    drawn[at + day] = returns[(from + day) % returns.Count];
                }
            }

            ratios[i] = Ratio(drawn) * year;
        }

        Array.Sort(ratios);
        return (ratios[(int)(Resamples * 0.025)], ratios[(int)(Resamples * 0.975)]);
    }

    /// <summary>
    /// Deflated Sharpe ratio: probability that a run's true Sharpe ratio is above that which the best of so many worthless variants would show by luck. Bailey
    /// and
    /// López de Prado, The Deflated Sharpe Ratio, 2014.
    /// </summary>
    /// <param name="result">The chosen run.</param>
    /// <param name="trials">All variants that were tried, the chosen one among them; those that failed do not count.</param>
    /// <returns>From 0 to 1; below 0.95 luck explains it. Null with fewer than two trials, or too few days.</returns>
    public static double? Deflated(BacktestResult result, IReadOnlyList<TriedVariant> trials)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(trials);
        return Deflated(DailyReturns.Of(result.Equity), [.. trials.Where(trial => trial.Statistics is not null).Select(trial => trial.DailySharpe)]);
    }

    internal static double? Deflated(IReadOnlyList<double> returns, IReadOnlyList<double> ratios)
    {
        if (returns.Count < 30 || ratios.Count < 2)
        {
            return null;
        }

        var mean = ratios.Average();
        var deviation = Math.Sqrt(ratios.Sum(one => (one - mean) * (one - mean)) / (ratios.Count - 1));
        return Deflated(Ratio(returns), returns.Count, Shape(returns), deviation, ratios.Count);
    }

    /// <summary>The formula: ratio and deviation of a day, skewness and kurtosis (3 of a normal distribution) of the days.</summary>
    internal static double? Deflated(double ratio, int days, (double Skew, double Kurtosis) shape, double deviationOfTrials, int trials)
    {
        var byLuck = deviationOfTrials
            * (((1 - EulerMascheroni) * Normal.Quantile(1 - (1.0 / trials))) + (EulerMascheroni * Normal.Quantile(1 - (1 / (trials * Math.E)))));
        var spread = 1 - (shape.Skew * ratio) + ((shape.Kurtosis - 1) / 4 * ratio * ratio);
        return spread > 0 ? Normal.Cdf((ratio - byLuck) * Math.Sqrt(days - 1) / Math.Sqrt(spread)) : null;
    }

    /// <summary>Sharpe ratio of a day: mean over sample deviation; 0 where nothing moved.</summary>
    internal static double Ratio(IReadOnlyList<double> returns)
    {
        if (returns.Count < 2)
        {
            return 0;
        }

        var mean = returns.Average();
        var deviation = Math.Sqrt(returns.Sum(one => (one - mean) * (one - mean)) / (returns.Count - 1));
        return deviation > 0 ? mean / deviation : 0;
    }

    private static (double Skew, double Kurtosis) Shape(IReadOnlyList<double> returns)
    {
        var mean = returns.Average();
        var (second, third, fourth) = (0.0, 0.0, 0.0);
        foreach (var one in returns)
        {
            var off = one - mean;
            second += off * off;
            third += off * off * off;
            fourth += off * off * off * off;
        }

        (second, third, fourth) = (second / returns.Count, third / returns.Count, fourth / returns.Count);
        return second > 0 ? (third / Math.Pow(second, 1.5), fourth / (second * second)) : (0, 3);
    }
}
