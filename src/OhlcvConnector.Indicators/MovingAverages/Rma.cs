namespace OhlcvConnector.Indicators;

/// <summary>Wilder's moving average: an exponential one of weight 1 / n.</summary>
public sealed class Rma : Indicator
{
    private readonly EmaPart _average;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Rma(int period = 14)
        : base(Definition, period, period)
    {
        _average = EmaPart.Wilder(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Rma(Indicator input, int period = 14)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "rma",
        Aliases = ["smma", "wilder"],
        Title = "Wilder's moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 14)],
        Formula = "r += (x - r) / n",
        Reference = "Wilder 1978; Skender SMMA",
        Seed = "the average of the first n",
        Scaling = PriceScaling.Price,
        Create = values => new Rma((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _average.Push(state, bar.Close);
}
