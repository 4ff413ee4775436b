namespace OhlcvConnector.Trading;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>Probability of a value at most this; by the error function's continued fraction and series, to fifteen digits.</summary>
    public static double Cdf(double x)
    {
        var z = Math.Abs(x) / Math.Sqrt(2);
        var tail = z < 2.5 ? 1 - Erf(z) : Erfc(z);
        return x > 0 ? 1 - (tail / 2) : tail / 2;
    }

    /// <summary>Value that a probability lies below; by Newton's method on <see cref="Cdf"/>.</summary>
    public static double Quantile(double probability)
    {
        var x = 0.0;
        for (var step = 0; step < 100; step++)
        {
            var density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
            var change = (Cdf(x) - probability) / density;
            x -= Math.Clamp(change, -1, 1);
            if (Math.Abs(change) < 1e-13)
            {
                break;
            }
        }

        return x;
    }

    private static double Erf(double z)
    {
        var (sum, term) = (z, z);
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum) && n < 200; n++)
        {
            term *= -z * z / n;
            sum += term / ((2 * n) + 1);
        }

        return sum * 2 / Math.Sqrt(Math.PI);
    }

    private static double Erfc(double z)
    {
        var fraction = 0.0;
        for (var n = 60; n > 0; n--)
        {
            fraction = n / 2.0 / (z + fraction);
        }

        return Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction);
    }
}
