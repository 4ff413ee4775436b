namespace OhlcvConnector.Indicators;

/// <summary>Coppock's curve: a weighted average of two rates of change.</summary>
public sealed class Coppock : Indicator
{
    private readonly RingPart _slow;
    private readonly RingPart _fast;
    private readonly WeightedPart _average;

    /// <summary>Makes one.</summary>
    /// <param name="slow">The longer rate of change.</param>
    /// <param name="fast">The shorter rate of change.</param>
    /// <param name="period">The period of the average.</param>
    public Coppock(int slow = 14, int fast = 11, int period = 10)
        : base(Definition, Math.Max(slow, fast) + period, slow, fast, period)
    {
        _slow = new RingPart(this, slow);
        _fast = new RingPart(this, fast);
        _average = new WeightedPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="slow">The longer rate of change.</param>
    /// <param name="fast">The shorter rate of change.</param>
    /// <param name="period">The period of the average.</param>
    public Coppock(Indicator input, int slow = 14, int fast = 11, int period = 10)
        : this(slow, fast, period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "coppock",
        Title = "Coppock curve",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("slow", 14), IndicatorParameter.Period("fast", 11), IndicatorParameter.Period("period", 10)],
        Formula = "WMA(ROC(slow) + ROC(fast), period)",
        Reference = "Coppock 1962",
        Flat = "a rate of change after a zero is 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Coppock((int)values[0], (int)values[1], (int)values[2]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var isFull = _slow.IsFull(state) && _fast.IsFull(state);
        var slow = _slow.Push(state, bar.Close);
        var fast = _fast.Push(state, bar.Close);
        if (isFull)
        {
            state[0] = _average.Push(state, Change(bar.Close, slow) + Change(bar.Close, fast)) / _average.Weights;
        }
    }

    private static double Change(double price, double before) => before == 0 ? 0 : 100 * ((price / before) - 1);
}
