using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>The volume oscillator: how far the fast average of volumes is from the slow one, in percent.</summary>
public sealed class VolumeOscillator : Indicator
{
    private readonly SumPart _fast;
    private readonly SumPart _slow;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average, longer than the fast one.</param>
    public VolumeOscillator(int fast = 5, int slow = 10)
        : base(Definition, slow, fast, slow)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"vosc: fast is shorter than slow, not {fast} and {slow}.");
        }

        _fast = new SumPart(this, fast);
        _slow = new SumPart(this, slow);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "vosc",
        Aliases = ["vo"],
        Title = "Volume oscillator",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("fast", 5), IndicatorParameter.Period("slow", 10, 2)],
        Source = PriceSource.Volume,
        Formula = "100 (SMA(fast) - SMA(slow)) / SMA(slow) of volumes",
        Reference = "Achelis 1995; Tulip VOSC",
        Flat = "0 while nothing is traded",
        Scaling = PriceScaling.Ratio,
        Create = values => new VolumeOscillator((int)values[0], (int)values[1]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var fast = _fast.Mean(state, bar.Close);
        var slow = _slow.Mean(state, bar.Close);
        state[0] = slow == 0 ? 0 : 100 * (fast - slow) / slow;
    }
}
