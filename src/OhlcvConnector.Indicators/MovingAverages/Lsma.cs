namespace OhlcvConnector.Indicators;

/// <summary>The least squares moving average: where a line through the last prices ends.</summary>
public sealed class Lsma : Indicator
{
    private readonly WeightedPart _weighted;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Lsma(int period = 25)
        : base(Definition, period, period)
    {
        _weighted = new WeightedPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Lsma(Indicator input, int period = 25)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "lsma",
        Aliases = ["epma"],
        Title = "Least squares moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 25, 2)],
        Formula = "the end of the regression line of the last n: 3 WMA - 2 SMA",
        Reference = "TA-Lib LINEARREG; Skender EPMA",
        Scaling = PriceScaling.Price,
        Create = values => new Lsma((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state) =>
        state[0] = (3 * _weighted.Push(state, bar.Close) / _weighted.Weights) - (2 * _weighted.Sum(state) / _weighted.Ring.Length);
}
