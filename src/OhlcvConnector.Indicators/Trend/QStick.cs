namespace OhlcvConnector.Indicators;

/// <summary>Chande's QStick: the average body of candles.</summary>
public sealed class QStick : Indicator
{
    private readonly SumPart _bodies;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public QStick(int period = 8)
        : base(Definition, period, period) => _bodies = new SumPart(this, period);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "qstick",
        Title = "QStick",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 8)],
        Takes = BarParts.Prices,
        Formula = "SMA of close - open",
        Reference = "Chande 1994; Tulip QSTICK",
        Scaling = PriceScaling.Difference,
        Create = values => new QStick((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _bodies.Mean(state, bar.Close - bar.Open);
}
