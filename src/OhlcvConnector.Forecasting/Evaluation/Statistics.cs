namespace OhlcvConnector.Forecasting.Evaluation;

/// <summary>The statistics of an evaluation.</summary>
internal static class Statistics
{
    private const double Normal95 = 1.959963984540054;

    /// <summary>Wilson's interval of a share at 95 %.</summary>
    public static (double Low, double High) Wilson(int hits, int count)
    {
        var share = (double)hits / count;
        var square = Normal95 * Normal95;
        var middle = (share + (square / (2 * count))) / (1 + (square / count));
        var reach = Normal95 / (1 + (square / count)) * Math.Sqrt((share * (1 - share) / count) + (square / (4.0 * count * count)));
        return (middle - reach, middle + reach);
    }

    /// <summary>The test of Diebold and Mariano (1995) on squared errors, with the correction of Harvey, Leybourne and Newbold (1997).</summary>
    /// <returns>The statistic, above 0 where the model is better, and its two-sided probability.</returns>
    public static (double Statistic, double P) DieboldMariano(double[] model, double[] naive, int horizon)
    {
        var count = model.Length;
        double[] differences = [.. model.Zip(naive, (one, other) => (other * other) - (one * one))];
        var mean = differences.Average();
        var variance = Covariance(0);
        for (var lag = 1; lag < Math.Min(horizon, count); lag++)
        {
            variance += 2 * (1 - ((double)lag / horizon)) * Covariance(lag); // Newey and West 1987: never below zero
        }

        if (!(variance > 0))
        {
            return (0, 1); // the same forecasts
        }

        var correction = Math.Sqrt(Math.Max(1.0 / count, (count + 1 - (2.0 * horizon) + (horizon * (horizon - 1.0) / count)) / count));
        var statistic = mean / Math.Sqrt(variance / count) * correction;
        return (statistic, 2 * (1 - NormalCdf(Math.Abs(statistic))));

        double Covariance(int lag)
        {
            var sum = 0.0;
            for (var index = lag; index < count; index++)
            {
                sum += (differences[index] - mean) * (differences[index - lag] - mean);
            }

            return sum / count;
        }
    }

    /// <summary>The skill, and its 95 % interval by a circular bootstrap of blocks (Politis and Romano 1992).</summary>
    public static (double Skill, double Low, double High) Skill(double[] model, double[] naive, int horizon, int drawings, int seed)
    {
        var count = model.Length;
        var block = Math.Min(count, Math.Max(horizon, (int)Math.Ceiling(Math.Cbrt(count))));
        var random = new Random(seed);
        var skills = new double[drawings];
        for (var drawing = 0; drawing < drawings; drawing++)
        {
            var (mine, others) = (0.0, 0.0);
            for (var taken = 0; taken < count; taken += block)
            {
                var start = random.Next(count);
                for (var at = 0; at < Math.Min(block, count - taken); at++)
                {
                    var index = (start + at) % count;
                    mine += model[index] * model[index];
                    others += naive[index] * naive[index];
                }
            }

            skills[drawing] = Ratio(mine, others);
        }

        Array.Sort(skills);
        return (Ratio(model.Sum(error => error * error), naive.Sum(error => error * error)), skills[(int)(0.025 * drawings)], skills[(int)(0.975 * drawings)]);
    }

    /// <summary>The normal distribution, to 1e-7 (Abramowitz and Stegun 26.2.17).</summary>
    public static double NormalCdf(double value)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(value)));
        var series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        var tail = Math.Exp(-value * value / 2) / Math.Sqrt(2 * Math.PI) * series;
        return value >= 0 ? 1 - tail : tail;
    }

    /// <summary>The pinball loss of a quantile.</summary>
    public static double Pinball(double level, double quantile, double value) =>
        value > quantile ? level * (value - quantile) : (1 - level) * (quantile - value);

    private static double Ratio(double mine, double others) => others > 0 ? 1 - Math.Sqrt(mine / others) : 0;
}
