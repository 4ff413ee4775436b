namespace OhlcvConnector.Indicators;

/// <summary>
/// Entropy: how evenly the last numbers lie over their range, in bits: 0 where all are in one part of it, log2 of the parts where all are as full.
/// </summary>
public sealed class Entropy : Indicator
{
    private readonly RingPart _ring;
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly int _parts;
    private readonly double[] _bits; // what a part with so many of them adds
    private readonly int _at; // how many are in each part, of this window alone

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="parts">The number of parts that their range is cut into.</param>
    public Entropy(int period = 64, int parts = 8)
        : base(Definition, period, period, parts)
    {
        (_ring, _parts) = (new RingPart(this, period), parts);
        (_high, _low, _at) = (ExtremePart.Highest(this, period), ExtremePart.Lowest(this, period), Claim(parts));
        _bits = [.. Enumerable.Range(0, period + 1).Select(count => count == 0 ? 0 : -(double)count / period * Math.Log2((double)count / period))];
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="parts">The number of parts that their range is cut into.</param>
    public Entropy(Indicator input, int period = 64, int parts = 8)
        : this(period, parts) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "entropy",
        Title = "Shannon entropy",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 64, 2), IndicatorParameter.Period("parts", 8, 2)],
        Formula = "-sum p log2 p, p the share of the last n in each of the parts of equal width between their lowest and highest, "
            + "which is in the last part; O(window)",
        Reference = "Shannon 1948; `entropy:64:8@roc:1` of returns",
        Flat = "0",
        Create = values => new Entropy((int)values[0], (int)values[1]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        _ring.Push(state, bar.Close);
        var (high, low) = (_high.Push(state, bar.Close), _low.Push(state, bar.Close));
        if (double.IsNaN(high))
        {
            return;
        }

        var counts = state.AsSpan(_at, _parts);
        counts.Clear();
        var range = high - low;
        foreach (var value in _ring.Values(state))
        {
            counts[range > 0 ? Math.Min((int)((value - low) / range * _parts), _parts - 1) : 0]++;
        }

        var entropy = 0.0;
        foreach (var count in counts)
        {
            entropy += _bits[(int)count];
        }

        state[0] = entropy;
    }
}
