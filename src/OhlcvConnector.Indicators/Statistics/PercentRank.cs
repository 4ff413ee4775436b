using System.Numerics;

namespace OhlcvConnector.Indicators;

/// <summary>Percent rank: how many of the numbers before are not above the last one, in percent.</summary>
public sealed class PercentRank : Indicator
{
    private readonly RingPart _ring;
    private readonly bool _isBelow;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles before the last one that it covers.</param>
    /// <param name="isBelow">True when those equal to the last one do not count.</param>
    public PercentRank(int period = 100, bool isBelow = false)
        : base(Definition, period + 1, period, isBelow ? 1 : 0) => (_ring, _isBelow) = (new RingPart(this, period), isBelow);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles before the last one that it covers.</param>
    /// <param name="isBelow">True when those equal to the last one do not count.</param>
    public PercentRank(Indicator input, int period = 100, bool isBelow = false)
        : this(period, isBelow) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "percentrank",
        Aliases = ["prank"],
        Title = "Percentile rank",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 100), IndicatorParameter.Word("counts", "equal", "below")],
        Formula = "100 times how many of the n before are at most x, / n; `below`: how many are less; O(window)",
        Reference = "TradingView percentrank; `below`: as in Connors RSI",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new PercentRank((int)values[0], values[1] != 0),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (_ring.IsFull(state))
        {
            state[0] = 100.0 * CountTo(_ring.Values(state), bar.Close) / _ring.Length;
        }

        _ring.Push(state, bar.Close);
    }

    private double CountTo(ReadOnlySpan<double> values, double limit)
    {
        var (counts, limits) = (Vector<long>.Zero, new Vector<double>(limit));
        var index = 0;
        for (; index <= values.Length - Vector<double>.Count; index += Vector<double>.Count)
        {
            var several = new Vector<double>(values[index..]);
            counts -= _isBelow ? Vector.LessThan(several, limits) : Vector.LessThanOrEqual(several, limits); // true is -1
        }

        var count = Vector.Sum(counts);
        for (; index < values.Length; index++)
        {
            count += values[index] < limit || (values[index] == limit && !_isBelow) ? 1 : 0;
        }

        return count;
    }
}
