using System.Numerics;

namespace OhlcvConnector.Indicators;

/// <summary>Calculates whole series at once, several candles a step.</summary>
internal static class Windows
{
    /// <summary>The longest window whose sums are made anew for each candle; longer ones are cheaper one by one, where a sum goes along.</summary>
    public const int Longest = 64;

    private const int Together = 4; // sums under way, so that none waits for itself

    /// <summary>Returns true when all are finite numbers.</summary>
    public static bool AreFinite(ReadOnlySpan<double> values)
    {
        var index = 0;
        var nothing = Vector<double>.Zero;
        for (; index <= values.Length - Vector<double>.Count; index += Vector<double>.Count)
        {
            nothing += new Vector<double>(values[index..]) * Vector<double>.Zero; // NaN for ever once there was one, or something infinite
        }

        var isFinite = Vector.Sum(nothing) == 0;
        for (; index < values.Length; index++)
        {
            isFinite &= double.IsFinite(values[index]);
        }

        return isFinite;
    }

    /// <summary>Calculates the weighted sum of each window, divided.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="output">The span that takes the sums; NaN before the first window is full.</param>
    /// <param name="weights">The weights of a window, oldest first.</param>
    /// <param name="divisor">The number that each sum is divided by.</param>
    public static void Sums(ReadOnlySpan<double> values, Span<double> output, ReadOnlySpan<double> weights, double divisor)
    {
        var last = weights.Length - 1;
        output[..Math.Min(last, values.Length)].Fill(double.NaN);
        var count = Vector<double>.Count;
        var index = last;
        for (; index <= values.Length - (Together * count); index += Together * count)
        {
            var (first, second, third, fourth) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            var window = values[(index - last)..];
            for (var one = 0; one < weights.Length; one++)
            {
                var weight = new Vector<double>(weights[one]);
                var from = window.Slice(one, Together * count);
                first += new Vector<double>(from) * weight;
                second += new Vector<double>(from[count..]) * weight;
                third += new Vector<double>(from[(2 * count)..]) * weight;
                fourth += new Vector<double>(from[(3 * count)..]) * weight;
            }

            var to = output[index..];
            var by = new Vector<double>(divisor);
            (first / by).CopyTo(to);
            (second / by).CopyTo(to[count..]);
            (third / by).CopyTo(to[(2 * count)..]);
            (fourth / by).CopyTo(to[(3 * count)..]);
        }

        for (; index < values.Length; index++)
        {
            var sum = 0.0;
            for (var one = 0; one < weights.Length; one++)
            {
                sum += weights[one] * values[index - last + one];
            }

            output[index] = sum / divisor;
        }
    }

    /// <summary>Calculates the change of each number from the one so many before it.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="output">The span that takes the changes; NaN while there is no number before.</param>
    /// <param name="period">The number of places back, to the one that each is compared with.</param>
    /// <param name="areParts">True when changes are in percent of the number before, 0 after a zero, instead of differences.</param>
    public static void Changes(ReadOnlySpan<double> values, Span<double> output, int period, bool areParts)
    {
        output[..Math.Min(period, values.Length)].Fill(double.NaN);
        var hundred = new Vector<double>(100);
        var index = period;
        for (; index <= values.Length - Vector<double>.Count; index += Vector<double>.Count)
        {
            var (now, before) = (new Vector<double>(values[index..]), new Vector<double>(values[(index - period)..]));
            var change = areParts
                ? Vector.ConditionalSelect(Vector.Equals(before, Vector<double>.Zero), Vector<double>.Zero, hundred * ((now / before) - Vector<double>.One))
                : now - before;
            change.CopyTo(output[index..]);
        }

        for (; index < values.Length; index++)
        {
            var before = values[index - period];
            output[index] = !areParts ? values[index] - before : before == 0 ? 0 : 100 * ((values[index] / before) - 1);
        }
    }
}
