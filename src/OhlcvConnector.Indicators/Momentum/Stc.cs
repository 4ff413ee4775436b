using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Schaff's trend cycle: a stochastic of a stochastic of the distance of two averages, 0 to 100.</summary>
public sealed class Stc : Indicator
{
    private readonly SchaffPart _cycle;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    /// <param name="cycle">The number of values that the ranges cover.</param>
    /// <param name="factor">The weight of each smoothing.</param>
    public Stc(int fast = 23, int slow = 50, int cycle = 10, double factor = 0.5)
        : base(Definition, SchaffPart.WarmUp(slow, cycle), fast, slow, cycle, factor)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"stc: fast is shorter than slow, not {fast} and {slow}.");
        }

        _cycle = new SchaffPart(this, fast, slow, cycle, factor);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    /// <param name="cycle">The number of values that the ranges cover.</param>
    /// <param name="factor">The weight of each smoothing.</param>
    public Stc(Indicator input, int fast = 23, int slow = 50, int cycle = 10, double factor = 0.5)
        : this(fast, slow, cycle, factor) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "stc",
        Title = "Schaff trend cycle",
        Group = IndicatorGroup.Momentum,
        Parameters =
        [
            IndicatorParameter.Period("fast", 23),
            IndicatorParameter.Period("slow", 50, 2),
            IndicatorParameter.Period("cycle", 10),
            IndicatorParameter.Number("factor", 0.5, 0.01, 1),
        ],
        Formula = "twice: the place in the range of cycle values, smoothed by the factor; of EMA(fast) - EMA(slow)",
        Reference = "Schaff 1999; TradingView",
        Seed = "averages as those of their first n, smoothings as their first value",
        Flat = "0 where highest and lowest are one",
        Create = values => new Stc((int)values[0], (int)values[1], (int)values[2], values[3]),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _cycle.Push(state, bar.Close);
}
