namespace OhlcvConnector.Indicators;

/// <summary>Bollinger's bands: so many standard deviations above and below the average.</summary>
public sealed class Bollinger : Indicator
{
    private readonly MomentsPart _moments;
    private readonly double _multiplier;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="multiplier">The number of deviations that the bands are away.</param>
    public Bollinger(int period = 20, double multiplier = 2)
        : base(Definition, period, period, multiplier)
    {
        _moments = new MomentsPart(this, period);
        _multiplier = multiplier;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="multiplier">The number of deviations that the bands are away.</param>
    public Bollinger(Indicator input, int period = 20, double multiplier = 2)
        : this(period, multiplier) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "bbands",
        Aliases = ["bb", "bollinger"],
        Title = "Bollinger bands",
        Group = IndicatorGroup.Volatility,
        Parameters = [IndicatorParameter.Period("period", 20, 2), IndicatorParameter.Number("multiplier", 2, 0, 100)],
        Outputs = ["upper", "middle", "lower", "percentB", "width"],
        Formula = "middle = SMA; upper, lower = middle ± multiplier x deviation of all n; "
            + "percentB = (x - lower) / (upper - lower); width = (upper - lower) / middle",
        Reference = "Bollinger 1983; TA-Lib BBANDS",
        Flat = "percentB is 0.5 where the bands are one, width 0 where the middle is 0",
        Create = values => new Bollinger((int)values[0], values[1]),
    };

    /// <summary>The band above.</summary>
    public double Upper => this[0];

    /// <summary>The average.</summary>
    public double Middle => this[1];

    /// <summary>The band below.</summary>
    public double Lower => this[2];

    /// <summary>Place of the value between the bands: 0 at the lower, 1 at the upper.</summary>
    public double PercentB => this[3];

    /// <summary>Distance of the bands from each other, in parts of the average.</summary>
    public double Width => this[4];

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (!_moments.Push(state, bar.Close))
        {
            return;
        }

        var distance = _multiplier * _moments.Deviation(state);
        var middle = _moments.Mean(state);
        state[0] = middle + distance;
        state[1] = middle;
        state[2] = middle - distance;
        state[3] = distance == 0 ? 0.5 : 0.5 + ((bar.Close - middle) / (2 * distance));
        state[4] = middle == 0 ? 0 : 2 * distance / middle;
    }
}
