namespace OhlcvConnector.Indicators;

/// <summary>
/// Highs above and lows below all candles about them. One is known when the last of the candles after it has closed, and belongs to that candle; it is never
/// taken back.
/// </summary>
public sealed class SwingPoints : Indicator
{
    private readonly RingPart _highs;
    private readonly RingPart _lows;
    private readonly int _at; // whether there was a high, whether there was a low
    private readonly int _right;
    private readonly int _warmUp;

    /// <summary>Makes one.</summary>
    /// <param name="left">The number of candles before it.</param>
    /// <param name="right">The number of candles after it.</param>
    public SwingPoints(int left = 5, int right = 5)
        : this(Definition, left, right, left, right)
    {
    }

    private SwingPoints(IndicatorKind kind, int left, int right, params ReadOnlySpan<double> arguments)
        : base(kind, left + right + 1, arguments)
    {
        (_right, _warmUp) = (right, left + right + 1);
        (_highs, _lows, _at) = (new RingPart(this, _warmUp), new RingPart(this, _warmUp), Claim(2));
        Remember(1.0 / _warmUp); // a level stays until the next one
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = Describe(
        "swing",
        "Swing highs and lows",
        "Skender Pivots, at the candle that confirms",
        [IndicatorParameter.Period("left", 5), IndicatorParameter.Period("right", 5)],
        static values => new SwingPoints((int)values[0], (int)values[1]));

    /// <summary>Williams' fractals: the same with as many candles on each side.</summary>
    internal static IndicatorKind Fractals { get; } = Describe(
        "fractal",
        "Williams fractals",
        "Williams 1995; Skender Fractal, at the candle that confirms",
        [IndicatorParameter.Period("span", 2)],
        static values => new SwingPoints(Fractals!, (int)values[0], (int)values[0], values[0]));

    /// <summary>Signal of the last candle, by what it confirmed: 1 a high, -1 a low, 2 both, 0 neither.</summary>
    public int Signal => IsWarm ? (int)this[0] : 0;

    /// <summary>The last high.</summary>
    public double High => this[1];

    /// <summary>The last low.</summary>
    public double Low => this[2];

    private static IndicatorKind Describe(
        string name, string title, string reference, IndicatorParameter[] parameters, Func<double[], Indicator> create) => new()
        {
            Name = name,
            Title = title,
            Group = IndicatorGroup.Levels,
            Parameters = parameters,
            Outputs = ["signal", "high", "low", "hightrend", "lowtrend"],
            Takes = BarParts.Prices,
            Formula = "signal: 1 where this candle confirms a high above all about it, -1 a low below all, 2 both, else 0; high, low: the last ones; "
            + "trends: whether it was higher (1) or lower (-1) than the one before; O(window)",
            Reference = reference,
            Seed = "before the first high or low, the highest or lowest so far stands for it, with a trend of 0",
            Create = create,
        };

    private protected override void Advance(in Bar bar, double[] state)
    {
        _highs.Push(state, bar.High);
        _lows.Push(state, bar.Low);
        if (CountOf(state) < _warmUp)
        {
            return;
        }

        var (isHigh, isLow) = (StandsOut(state, _highs, 1), StandsOut(state, _lows, -1));
        state[0] = isHigh && isLow ? 2 : isHigh ? 1 : isLow ? -1 : 0;
        Keep(state, isHigh, _highs, 0, 1);
        Keep(state, isLow, _lows, 1, -1);
    }

    /// <summary>Takes a high or low, or keeps the last one; before the first, the extreme of all so far.</summary>
    private void Keep(double[] state, bool isNew, RingPart ring, int which, int sign)
    {
        ref var level = ref state[1 + which];
        ref var trend = ref state[3 + which];
        if (isNew)
        {
            var value = ring.Back(state, _right);
            trend = state[_at + which] == 0 ? 0 : Math.Sign(value - level);
            (level, state[_at + which]) = (value, 1);
        }
        else if (state[_at + which] == 0)
        {
            trend = 0;
            level = double.IsNaN(level) ? ring.Back(state, 0) : level;
            foreach (var value in ring.Values(state))
            {
                level = sign > 0 ? Math.Max(level, value) : Math.Min(level, value);
            }
        }
    }

    private bool StandsOut(double[] state, RingPart ring, int sign)
    {
        var middle = sign * ring.Back(state, _right);
        for (var back = 0; back < _warmUp; back++)
        {
            if (back != _right && sign * ring.Back(state, back) >= middle)
            {
                return false;
            }
        }

        return true;
    }
}
