using System.Numerics;

namespace OhlcvConnector.Indicators;

/// <summary>Sums over windows, several numbers at once.</summary>
internal static class Sums
{
    /// <summary>The sum of numbers.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        var index = 0;
        if (values.Length >= 2 * Vector<double>.Count)
        {
            var several = Vector<double>.Zero;
            for (; index <= values.Length - Vector<double>.Count; index += Vector<double>.Count)
            {
                several += new Vector<double>(values[index..]);
            }

            sum = Vector.Sum(several);
        }

        for (; index < values.Length; index++)
        {
            sum += values[index];
        }

        return sum;
    }

    /// <summary>The sum of numbers' distances from a centre, and that of their squares.</summary>
    public static (double First, double Second) OfDistances(ReadOnlySpan<double> values, double centre)
    {
        var (first, second) = (0.0, 0.0);
        var index = 0;
        if (values.Length >= Vector<double>.Count)
        {
            var (firsts, seconds) = (Vector<double>.Zero, Vector<double>.Zero);
            var centres = new Vector<double>(centre);
            for (; index <= values.Length - Vector<double>.Count; index += Vector<double>.Count)
            {
                var distances = new Vector<double>(values[index..]) - centres;
                firsts += distances;
                seconds += distances * distances;
            }

            (first, second) = (Vector.Sum(firsts), Vector.Sum(seconds));
        }

        for (; index < values.Length; index++)
        {
            var distance = values[index] - centre;
            first += distance;
            second += distance * distance;
        }

        return (first, second);
    }
}
