namespace OhlcvConnector.Indicators;

/// <summary>McGinley's dynamic: an average that speeds up when prices fall away from it.</summary>
public sealed class McGinley : Indicator
{
    private readonly int _at;
    private readonly int _period;
    private readonly double _weight;
    private readonly bool _beginsAtAverage;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="factor">The share of the period that counts; 1 in the original.</param>
    /// <param name="beginsAtAverage">True when it begins as the average of the first period prices, as LEAN's, instead of the first one.</param>
    public McGinley(int period = 14, double factor = 0.6, bool beginsAtAverage = false)
        : base(Definition, beginsAtAverage ? period : 2, period, factor, beginsAtAverage ? 1 : 0)
    {
        _at = Claim(1);
        _period = period;
        _weight = factor * period;
        _beginsAtAverage = beginsAtAverage;
        Remember(1 / Math.Max(_weight, 1));
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="factor">The share of the period that counts; 1 in the original.</param>
    /// <param name="beginsAtAverage">True when it begins as the average of the first period prices, as LEAN's, instead of the first one.</param>
    public McGinley(Indicator input, int period = 14, double factor = 0.6, bool beginsAtAverage = false)
        : this(period, factor, beginsAtAverage) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "mcginley",
        Aliases = ["dynamic", "md"],
        Title = "McGinley dynamic",
        Group = IndicatorGroup.MovingAverage,
        Parameters =
        [
            IndicatorParameter.Period("period", 14),
            IndicatorParameter.Number("factor", 0.6, 0.01, 1),
            IndicatorParameter.Word("begin", "first", "average"),
        ],
        Formula = "d += (x - d) / (factor n (x / d)^4)",
        Reference = "McGinley 1990; Skender Dynamic; `mcginley:14:1:average`: LEAN",
        Seed = "the first price; `average`: the average of the first n",
        Flat = "the price itself where it fell so far that the step would go beyond it",
        Scaling = PriceScaling.Proportional,
        Create = values => new McGinley((int)values[0], values[1], values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var count = CountOf(state);
        ref var value = ref state[_at];
        if (count <= (_beginsAtAverage ? _period : 1))
        {
            value += (bar.Close - value) / count;
            if (_beginsAtAverage && count == _period)
            {
                state[0] = value;
            }

            return;
        }

        var ratio = value == 0 ? 1 : bar.Close / value;
        var divisor = _weight * ratio * ratio * ratio * ratio;
        value = divisor > 1 ? value + ((bar.Close - value) / divisor) : bar.Close;
        state[0] = value;
    }
}
