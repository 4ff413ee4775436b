namespace OhlcvConnector.Indicators;

/// <summary>Ehlers' MESA adaptive moving average and the one that follows it.</summary>
public sealed class Mama : Indicator
{
    private readonly HilbertPart _cycle;
    private readonly int _at;
    private readonly double _fast;
    private readonly double _slow;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The largest weight.</param>
    /// <param name="slow">The smallest weight.</param>
    public Mama(double fast = 0.5, double slow = 0.05)
        : base(Definition, 6, fast, slow)
    {
        _cycle = new HilbertPart(this);
        _at = Claim(2);
        (_fast, _slow) = (fast, slow);
        Remember(slow / 2);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="fast">The largest weight.</param>
    /// <param name="slow">The smallest weight.</param>
    public Mama(Indicator input, double fast = 0.5, double slow = 0.05)
        : this(fast, slow) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "mama",
        Title = "MESA adaptive moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Number("fast", 0.5, 0.01, 0.99), IndicatorParameter.Number("slow", 0.05, 0.01, 0.99)],
        Outputs = ["mama", "fama"],
        Source = PriceSource.Hl2,
        Formula = "mama += a (x - mama), fama += a/2 (mama - fama), a = fast / change of the phase of the cycle, at least slow",
        Reference = "Ehlers 2001; Skender MAMA, on hl2 as in his article",
        Seed = "the mean of the first six",
        Scaling = PriceScaling.Proportional,
        Create = values => new Mama(values[0], values[1]),
    };

    /// <summary>The average that follows it at half its weight.</summary>
    public double Fama => this[1];

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (_cycle.Push(state, bar.Close))
        {
            var weight = Math.Max(_fast / Math.Max(_cycle.PhaseChange(state), 1), _slow);
            state[_at] += weight * (bar.Close - state[_at]);
            state[_at + 1] += 0.5 * weight * (state[_at] - state[_at + 1]);
        }
        else
        {
            // the mean of the first prices, as it grows
            state[_at] += (bar.Close - state[_at]) / CountOf(state);
            state[_at + 1] = state[_at];
            if (CountOf(state) < 6)
            {
                return;
            }
        }

        (state[0], state[1]) = (state[_at], state[_at + 1]);
    }
}
