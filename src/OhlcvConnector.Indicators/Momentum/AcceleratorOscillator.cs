namespace OhlcvConnector.Indicators;

/// <summary>Williams' accelerator: the awesome oscillator less its own average.</summary>
public sealed class AcceleratorOscillator : Indicator
{
    private readonly SumPart _fast;
    private readonly SumPart _slow;
    private readonly SumPart _smooth;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    /// <param name="smooth">The number of values that its own average has.</param>
    public AcceleratorOscillator(int fast = 5, int slow = 34, int smooth = 5)
        : base(Definition, Math.Max(fast, slow) + smooth - 1, fast, slow, smooth)
    {
        _fast = new SumPart(this, fast);
        _slow = new SumPart(this, slow);
        _smooth = new SumPart(this, smooth);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    /// <param name="smooth">The number of values that its own average has.</param>
    public AcceleratorOscillator(Indicator input, int fast = 5, int slow = 34, int smooth = 5)
        : this(fast, slow, smooth) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ac",
        Aliases = ["acosc"],
        Title = "Accelerator oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("fast", 5), IndicatorParameter.Period("slow", 34), IndicatorParameter.Period("smooth", 5)],
        Source = PriceSource.Hl2,
        Formula = "AO - SMA(AO, smooth)",
        Reference = "Williams; jesse",
        Scaling = PriceScaling.Difference,
        Create = values => new AcceleratorOscillator((int)values[0], (int)values[1], (int)values[2]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var fast = _fast.Mean(state, bar.Close);
        var slow = _slow.Mean(state, bar.Close);
        var awesome = fast - slow;
        if (!double.IsNaN(awesome))
        {
            state[0] = awesome - _smooth.Mean(state, awesome);
        }
    }
}
