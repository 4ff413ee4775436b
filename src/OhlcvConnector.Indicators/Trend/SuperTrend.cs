namespace OhlcvConnector.Indicators;

/// <summary>Seban's SuperTrend: a stop so many average ranges away, on the other side after the close has gone through it.</summary>
public sealed class SuperTrend : Indicator
{
    private readonly AtrPart _range;
    private readonly double _multiplier;
    private readonly int _at; // upper band, lower band, direction, close before

    /// <summary>Makes one.</summary>
    /// <param name="period">The period of the average true range.</param>
    /// <param name="multiplier">The number of ranges that the bands are away.</param>
    public SuperTrend(int period = 10, double multiplier = 3)
        : base(Definition, period + 1, period, multiplier)
    {
        _range = new AtrPart(this, period);
        _multiplier = multiplier;
        _at = Claim(4);
        Remember(0.1); // a stop lasts until it turns
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "supertrend",
        Title = "SuperTrend",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 10), IndicatorParameter.Number("multiplier", 3, 0, 100)],
        Outputs = ["supertrend", "direction"],
        Takes = BarParts.Prices,
        Formula = "bands hl2 ± multiplier x ATR, which only come nearer until the close before is beyond them; the lower one while it rises (direction 1), "
            + "the upper one while it falls (-1)",
        Reference = "Seban; Skender",
        Seed = "rising where the first close is not below hl2",
        Create = values => new SuperTrend((int)values[0], values[1]),
    };

    /// <summary>Direction of the trend: 1 while it rises, -1 while it falls.</summary>
    public double Direction => this[1];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var range = _range.Push(state, bar);
        var before = state[_at + 3];
        state[_at + 3] = bar.Close;
        if (double.IsNaN(range))
        {
            return;
        }

        var middle = (bar.High + bar.Low) / 2;
        var (upper, lower) = (middle + (_multiplier * range), middle - (_multiplier * range));
        if (state[_at + 2] == 0)
        {
            (state[_at], state[_at + 1], state[_at + 2]) = (upper, lower, bar.Close >= middle ? 1 : -1);
        }

        if (upper < state[_at] || before > state[_at])
        {
            state[_at] = upper;
        }

        if (lower > state[_at + 1] || before < state[_at + 1])
        {
            state[_at + 1] = lower;
        }

        state[_at + 2] = bar.Close <= (state[_at + 2] > 0 ? state[_at + 1] : state[_at]) ? -1 : 1;
        state[0] = state[_at + 2] > 0 ? state[_at + 1] : state[_at];
        state[1] = state[_at + 2];
    }
}
