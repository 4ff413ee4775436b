using System.Numerics;

namespace OhlcvConnector.Indicators;

/// <summary>Hurst's exponent by rescaled ranges: 0.5 of a random walk, above where moves go on, below where they turn back.</summary>
public sealed class Hurst : Indicator
{
    private const int MinChunk = 8;

    private readonly RingPart _ring;
    private readonly int _at; // the last price, the returns in their order, their sums up to each, of which the first is 0

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of returns that it covers.</param>
    public Hurst(int period = 100)
        : base(Definition, period + 1, period) => (_ring, _at) = (new RingPart(this, period), Claim(2 + (2 * period)));

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of returns that it covers.</param>
    public Hurst(Indicator input, int period = 100)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "hurst",
        Title = "Hurst exponent",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 100, 20)],
        Formula = "slope of log(mean R/S) by log(size), of the last n log returns cut into 1, 2, 4, ... pieces of 8 at least that end with the last; O(window)",
        Reference = "Hurst 1951; Skender",
        Flat = "R/S is 0 of a piece without changes, and the exponent 0.5 where all of a size have none; "
            + "the return upon or to a price of 0 or less counts as 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Hurst((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = state[_at];
        state[_at] = bar.Close;
        if (CountOf(state) == 1)
        {
            return;
        }

        _ring.Push(state, bar.Close > 0 && before > 0 ? Math.Log(bar.Close / before) : 0);
        if (!_ring.IsFull(state))
        {
            return;
        }

        var returns = state.AsSpan(_at + 1, _ring.Length);
        var sums = state.AsSpan(_at + 1 + _ring.Length, _ring.Length + 1);
        var older = _ring.Older(state);
        older.CopyTo(returns);
        _ring.Newer(state).CopyTo(returns[older.Length..]);
        Add(returns, sums);

        state[0] = Exponent(returns, sums);
    }

    /// <summary>Sums up to each number, four at a time: only every fourth waits for the one before.</summary>
    private static void Add(ReadOnlySpan<double> returns, Span<double> sums)
    {
        var index = 0;
        for (; index + 4 <= returns.Length; index += 4)
        {
            var sum = sums[index];
            var four = returns.Slice(index, 4);
            var (first, last) = (four[0] + four[1], four[2] + four[3]);
            sums[index + 1] = sum + four[0];
            sums[index + 2] = sum + first;
            sums[index + 3] = sum + first + four[2];
            sums[index + 4] = sum + (first + last);
        }

        for (; index < returns.Length; index++)
        {
            sums[index + 1] = sums[index] + returns[index];
        }
    }

    private static double Exponent(ReadOnlySpan<double> returns, ReadOnlySpan<double> sums)
    {
        var length = returns.Length;
        var (count, sumX, sumY, sumXX, sumXY) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var pieces = 1; length / pieces >= MinChunk; pieces *= 2)
        {
            var size = length / pieces;
            var sum = 0.0;
            for (var start = length - (pieces * size); start < length; start += size)
            {
                sum += RescaledRange(returns.Slice(start, size), sums.Slice(start, size + 1));
            }

            if (!(sum > 0))
            {
                return 0.5;
            }

            var (x, y) = (Math.Log(size), Math.Log(sum / pieces));
            count++;
            (sumX, sumY, sumXX, sumXY) = (sumX + x, sumY + y, sumXX + (x * x), sumXY + (x * y));
        }

        return ((count * sumXY) - (sumX * sumY)) / ((count * sumXX) - (sumX * sumX));
    }

    /// <summary>
    /// Returns how far a piece walks from its mean, in deviations. The sums up to each return make the steps independent of each other, for vectors.
    /// </summary>
    private static double RescaledRange(ReadOnlySpan<double> returns, ReadOnlySpan<double> sums)
    {
        var mean = (sums[^1] - sums[0]) / returns.Length;
        var means = Vector.CreateSequence(mean, mean);
        var (leasts, mosts, squares) = (Vector.Create(double.PositiveInfinity), Vector.Create(double.NegativeInfinity), Vector<double>.Zero);
        var index = 0;
        for (; index <= returns.Length - Vector<double>.Count; index += Vector<double>.Count)
        {
            var walked = Vector.Create(sums[(index + 1)..]) - Vector.Create(sums[0] + (index * mean)) - means;
            leasts = Vector.Min(leasts, walked);
            mosts = Vector.Max(mosts, walked);
            var distance = Vector.Create(returns[index..]) - Vector.Create(mean);
            squares += distance * distance;
        }

        var (least, most, square) = (double.PositiveInfinity, double.NegativeInfinity, Vector.Sum(squares));
        for (var lane = 0; lane < Vector<double>.Count; lane++)
        {
            (least, most) = (Math.Min(least, leasts[lane]), Math.Max(most, mosts[lane]));
        }

        for (; index < returns.Length; index++)
        {
            var walked = sums[index + 1] - (sums[0] + (index * mean)) - mean;
            (least, most) = (Math.Min(least, walked), Math.Max(most, walked));
            square += (returns[index] - mean) * (returns[index] - mean);
        }

        return square > 0 ? (most - least) / Math.Sqrt(square / returns.Length) : 0;
    }
}
