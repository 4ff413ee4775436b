namespace OhlcvConnector.Indicators;

/// <summary>The money flow area of the cipher family: above 0 where candles close high in their range, below where low. It knows no volume.</summary>
public sealed class MoneyFlowArea : Indicator
{
    private readonly MoneyFlowPart _flow;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it averages.</param>
    /// <param name="multiplier">The number that a candle counts which is all body.</param>
    /// <param name="offset">The number that is taken off.</param>
    public MoneyFlowArea(int period = 60, double multiplier = 150, double offset = 2.5)
        : base(Definition, period, period, multiplier, offset) => _flow = new MoneyFlowPart(this, period, multiplier, offset);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "moneyflow",
        Aliases = ["mfarea"],
        Title = "Money flow area",
        Group = IndicatorGroup.Momentum,
        Parameters =
        [
            IndicatorParameter.Period("period", 60),
            IndicatorParameter.Number("multiplier", 150, 0, 100_000),
            IndicatorParameter.Number("offset", 2.5, -100_000, 100_000),
        ],
        Takes = BarParts.Prices,
        Formula = "SMA((c - o) / (h - l) multiplier, period) - offset",
        Reference = "the public imitations of Market Cipher B",
        Flat = "a candle without a range counts as 0",
        Scaling = PriceScaling.Ratio,
        Create = values => new MoneyFlowArea((int)values[0], values[1], values[2]),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _flow.Push(state, bar);
}
