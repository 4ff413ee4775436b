using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Chaikin's oscillator: the distance of two averages of the accumulation and distribution line.</summary>
public sealed class ChaikinOscillator : Indicator
{
    private readonly EmaPart _fast;
    private readonly EmaPart _slow;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average, longer than the fast one.</param>
    /// <param name="beginsAsAverage">True when each average begins as the average of its first n instead of the first value.</param>
    public ChaikinOscillator(int fast = 3, int slow = 10, bool beginsAsAverage = false)
        : base(Definition, slow, fast, slow, beginsAsAverage ? 1 : 0)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"adosc: fast is shorter than slow, not {fast} and {slow}.");
        }

        _fast = EmaPart.Of(this, fast, !beginsAsAverage);
        _slow = EmaPart.Of(this, slow, !beginsAsAverage);
        _at = Claim(1);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "adosc",
        Aliases = ["chaikinosc"],
        Title = "Chaikin oscillator",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("fast", 3), IndicatorParameter.Period("slow", 10, 2), IndicatorParameter.Word("begin", "first", "average")],
        Takes = BarParts.Prices | BarParts.Volume,
        Formula = "EMA(fast) - EMA(slow) of the accumulation and distribution line",
        Reference = "Chaikin; TA-Lib ADOSC; `average`: Skender",
        Seed = "the first value of the line; `average`: the average of the first n",
        Scaling = PriceScaling.Ratio,
        Create = values => new ChaikinOscillator((int)values[0], (int)values[1], values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var line = state[_at] += MoneyFlow.Of(bar);
        state[0] = _fast.Push(state, line) - _slow.Push(state, line);
    }
}
