namespace OhlcvConnector.Indicators;

/// <summary>The central moments of a window, calculated anew: differences of running sums of third and fourth powers would cancel.</summary>
internal static class WindowMoments
{
    /// <summary>The second, third and fourth one; of equal numbers exactly zero.</summary>
    public static (double Second, double Third, double Fourth) Of(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value - values[0];
        }

        var mean = values[0] + (sum / values.Length);
        var (second, third, fourth) = (0.0, 0.0, 0.0);
        foreach (var value in values)
        {
            var distance = value - mean;
            var square = distance * distance;
            second += square;
            third += square * distance;
            fourth += square * square;
        }

        return (second / values.Length, third / values.Length, fourth / values.Length);
    }
}
