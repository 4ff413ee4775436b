namespace OhlcvConnector.Indicators;

/// <summary>The straight line of least squares through the last values.</summary>
public sealed class LinReg : Indicator
{
    private readonly WeightedPart _weighted;
    private readonly MomentsPart _moments;
    private readonly int _period;
    private readonly AlonePart _alone;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public LinReg(int period = 14)
        : this(Definition, -1, period)
    {
    }

    private LinReg(IndicatorKind kind, int alone, int period)
        : base(kind, period, period)
    {
        _alone = new AlonePart(this, Definition.Outputs.Count, alone, period);
        _period = period;
        _weighted = new WeightedPart(this, period);
        _moments = new MomentsPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public LinReg(Indicator input, int period = 14)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "linreg",
        Aliases = ["linearreg"],
        Title = "Linear regression",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 14, 2)],
        Outputs = ["value", "slope", "intercept", "r2", "forecast"],
        Formula = "y = intercept + slope x, x from 0 at the oldest of n; value at the newest (n - 1), forecast at the next (n); r2 = slope^2 Sxx / Syy",
        Reference = "TA-Lib LINEARREG, LINEARREG_SLOPE, LINEARREG_INTERCEPT, TSF; Skender slope",
        Flat = "slope and r2 are 0 while all values are one",
        Create = values => new LinReg((int)values[0]),
    };

    /// <summary>The kinds of one output of it.</summary>
    internal static IReadOnlyList<IndicatorKind> Alone { get; } =
    [
        AlonePart.Of(Definition, 1, "linearreg_slope", "Slope of the linear regression", [], values => new LinReg(Alone![0], 1, (int)values[0])),
        AlonePart.Of(Definition, 2, "linearreg_intercept", "Intercept of the linear regression", [], values => new LinReg(Alone![1], 2, (int)values[0])),
        AlonePart.Of(Definition, 4, "tsf", "Time series forecast", [], values => new LinReg(Alone![2], 4, (int)values[0])),
    ];

    /// <summary>Slope of the line: how much it rises with each candle.</summary>
    public double Slope => this[1];

    /// <summary>The line at the oldest candle.</summary>
    public double Intercept => this[2];

    /// <summary>Part of the variance that the line explains, 0 to 1.</summary>
    public double R2 => this[3];

    /// <summary>The line at the next candle.</summary>
    public double Forecast => this[4];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var weighted = _weighted.Push(state, bar.Close);
        if (!_moments.Push(state, bar.Close))
        {
            return;
        }

        var n = (double)_period;
        var squares = _moments.Squares(state);
        var mean = _moments.Mean(state);
        var spread = n * ((n * n) - 1) / 12;
        var slope = squares == 0 ? 0 : (weighted - (0.5 * (n + 1) * _weighted.Sum(state))) / spread;
        var half = 0.5 * slope * (n - 1);
        var to = _alone.At;
        state[to] = mean + half;
        state[to + 1] = slope;
        state[to + 2] = mean - half;
        state[to + 3] = squares == 0 ? 0 : Math.Min(slope * slope * spread / squares, 1);
        state[to + 4] = mean + half + slope;
        _alone.Give(state, CountOf(state));
    }
}
