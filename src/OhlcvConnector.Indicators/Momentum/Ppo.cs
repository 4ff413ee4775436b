using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Percentage price oscillator.</summary>
public sealed class Ppo : Indicator
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
    public Ppo(int fast = 12, int slow = 26, bool isExponential = false)
        : base(Definition, slow, fast, slow, isExponential ? 1 : 0)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"ppo: fast is shorter than slow, not {fast} and {slow}.");
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
    public Ppo(Indicator input, int fast = 12, int slow = 26, bool isExponential = false)
        : this(fast, slow, isExponential) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ppo",
        Title = "Percentage price oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("fast", 12), IndicatorParameter.Period("slow", 26, 2), IndicatorParameter.Word("average", "sma", "ema")],
        Formula = "100 (fast average - slow average) / slow average",
        Reference = "TA-Lib PPO",
        Seed = "an exponential average begins as the average of its first n",
        Flat = "0 where the slow average is 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Ppo((int)values[0], (int)values[1], values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var slow = _isExponential ? _slowEma.Push(state, bar.Close) : _slowSma.Mean(state, bar.Close);
        var fast = _isExponential ? _fastEma.Push(state, bar.Close) : _fastSma.Mean(state, bar.Close);
        if (!double.IsNaN(slow))
        {
            state[0] = slow == 0 ? 0 : 100 * (fast - slow) / slow;
        }
    }
}
