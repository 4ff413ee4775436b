namespace OhlcvConnector.Indicators;

/// <summary>Williams' awesome oscillator: a fast less a slow average of the middle prices.</summary>
public sealed class AwesomeOscillator : Indicator
{
    private readonly SumPart _fast;
    private readonly SumPart _slow;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    public AwesomeOscillator(int fast = 5, int slow = 34)
        : base(Definition, Math.Max(fast, slow), fast, slow)
    {
        _fast = new SumPart(this, fast);
        _slow = new SumPart(this, slow);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    public AwesomeOscillator(Indicator input, int fast = 5, int slow = 34)
        : this(fast, slow) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ao",
        Aliases = ["awesome"],
        Title = "Awesome oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("fast", 5), IndicatorParameter.Period("slow", 34)],
        Source = PriceSource.Hl2,
        Formula = "SMA(hl2, fast) - SMA(hl2, slow)",
        Reference = "Williams; Skender; LEAN",
        Scaling = PriceScaling.Difference,
        Create = values => new AwesomeOscillator((int)values[0], (int)values[1]),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _fast.Mean(state, bar.Close) - _slow.Mean(state, bar.Close);
}
