using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Absolute price oscillator.</summary>
public sealed class Apo : Indicator
{
    private readonly EmaPart _fastEma;
    private readonly EmaPart _slowEma;
    private readonly SumPart _fastSma;
    private readonly SumPart _slowSma;
    private readonly bool _isExponential;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    /// <param name="isExponential">True when the averages are exponential instead of simple.</param>
    public Apo(int fast = 12, int slow = 26, bool isExponential = false)
        : base(Definition, slow, fast, slow, isExponential ? 1 : 0)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"apo: fast is shorter than slow, not {fast} and {slow}.");
        }

        if (isExponential)
        {
            (_fastEma, _slowEma) = (EmaPart.Of(this, fast), EmaPart.Of(this, slow));
        }
        else
        {
            (_fastSma, _slowSma) = (new SumPart(this, fast), new SumPart(this, slow));
        }

        _isExponential = isExponential;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    /// <param name="isExponential">True when the averages are exponential instead of simple.</param>
    public Apo(Indicator input, int fast = 12, int slow = 26, bool isExponential = false)
        : this(fast, slow, isExponential) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "apo",
        Title = "Absolute price oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("fast", 12), IndicatorParameter.Period("slow", 26, 2), IndicatorParameter.Word("average", "sma", "ema")],
        Formula = "fast average - slow average",
        Reference = "TA-Lib APO",
        Seed = "an exponential average begins as the average of its first n",
        Scaling = PriceScaling.Difference,
        Create = values => new Apo((int)values[0], (int)values[1], values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var slow = _isExponential ? _slowEma.Push(state, bar.Close) : _slowSma.Mean(state, bar.Close);
        var fast = _isExponential ? _fastEma.Push(state, bar.Close) : _fastSma.Mean(state, bar.Close);
        if (!double.IsNaN(slow))
        {
            state[0] = fast - slow;
        }
    }
}
