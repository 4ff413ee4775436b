namespace OhlcvConnector.Indicators;

/// <summary>Hurst's exponent by rescaled ranges: 0.5 of a random walk, above where moves go on, below where they turn back.</summary>
public sealed class Hurst : Indicator
{
    private const int LeastChunk = 8;

    private readonly RingPart _ring;
    private readonly int _at; // the last price, the returns in their order

    /// <summary>Makes one.</summary>
    /// <param name="period">How many returns it covers.</param>
    public Hurst(int period = 100)
        : base(Definition, period + 1, period) => (_ring, _at) = (new RingPart(this, period), Claim(1 + period));

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">How many returns it covers.</param>
    public Hurst(Indicator input, int period = 100)
        : this(period) => Follow(input, 0);

    /// <summary>What it is.</summary>
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
        if (CountOf(state) > 1)
        {
            _ring.Push(state, bar.Close > 0 && before > 0 ? Math.Log(bar.Close / before) : 0);
            if (_ring.IsFull(state))
            {
                var returns = state.AsSpan(_at + 1, _ring.Length);
                _ring.Older(state).CopyTo(returns);
                _ring.Newer(state).CopyTo(returns[_ring.Older(state).Length..]);
                state[0] = Exponent(returns);
            }
        }
    }

    private static double Exponent(ReadOnlySpan<double> returns)
    {
        var length = returns.Length;
        var (count, sumX, sumY, sumXX, sumXY) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var pieces = 1; length / pieces >= LeastChunk; pieces *= 2)
        {
            var size = length / pieces;
            var sum = 0.0;
            for (var piece = 0; piece < pieces; piece++)
            {
                sum += RescaledRange(returns.Slice(length - ((pieces - piece) * size), size));
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

    private static double RescaledRange(ReadOnlySpan<double> returns)
    {
        var sum = 0.0;
        foreach (var one in returns)
        {
            sum += one;
        }

        var mean = sum / returns.Length;
        var (walked, least, most, squares) = (0.0, double.PositiveInfinity, double.NegativeInfinity, 0.0);
        foreach (var one in returns)
        {
            var distance = one - mean;
            walked += distance;
            least = walked < least ? walked : least;
            most = walked > most ? walked : most;
            squares += distance * distance;
        }

        return squares > 0 ? (most - least) / Math.Sqrt(squares / returns.Length) : 0;
    }
}
