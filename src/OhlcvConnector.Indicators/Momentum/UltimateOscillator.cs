namespace OhlcvConnector.Indicators;

/// <summary>Williams' ultimate oscillator: buying pressure over three periods.</summary>
public sealed class UltimateOscillator : Indicator
{
    private static readonly double[] Weights = [4, 2, 1];
    private readonly SumPart[] _pressures = new SumPart[3];
    private readonly SumPart[] _ranges = new SumPart[3];
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The shortest period.</param>
    /// <param name="middle">The middle period.</param>
    /// <param name="slow">The long period.</param>
    public UltimateOscillator(int fast = 7, int middle = 14, int slow = 28)
        : base(Definition, Math.Max(fast, Math.Max(middle, slow)) + 1, fast, middle, slow)
    {
        var periods = new[] { fast, middle, slow };
        for (var index = 0; index < periods.Length; index++)
        {
            (_pressures[index], _ranges[index]) = (new SumPart(this, periods[index]), new SumPart(this, periods[index]));
        }

        _at = Claim(1);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ultosc",
        Aliases = ["uo"],
        Title = "Ultimate oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("fast", 7), IndicatorParameter.Period("middle", 14), IndicatorParameter.Period("slow", 28)],
        Takes = BarParts.Prices,
        Formula = "100 (4 A(fast) + 2 A(middle) + A(slow)) / 7, A = sum of (c - true low) / sum of true ranges",
        Reference = "Williams 1985; TA-Lib ULTOSC",
        Flat = "0 of a period without a range",
        Scaling = PriceScaling.Ratio,
        Create = values => new UltimateOscillator((int)values[0], (int)values[1], (int)values[2]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = state[_at];
        state[_at] = bar.Close;
        if (CountOf(state) == 1)
        {
            return;
        }

        var low = Math.Min(bar.Low, before);
        var range = Math.Max(bar.High, before) - low;
        var sum = 0.0;
        for (var index = 0; index < Weights.Length; index++)
        {
            var pressure = _pressures[index].Push(state, bar.Close - low);
            var ranges = _ranges[index].Push(state, range);
            sum += ranges == 0 ? 0 : Weights[index] * pressure / ranges;
        }

        state[0] = 100 * sum / 7;
    }
}
