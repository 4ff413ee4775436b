namespace OhlcvConnector.Indicators;

/// <summary>Wilder's relative strength index, 0 to 100.</summary>
public sealed class Rsi : Indicator
{
    private readonly RsiPart _index;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of changes that the averages of the beginning have.</param>
    public Rsi(int period = 14)
        : base(Definition, period + 1, period) => _index = new RsiPart(this, period);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of changes that the averages of the beginning have.</param>
    public Rsi(Indicator input, int period = 14)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "rsi",
        Title = "Relative strength index",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 14)],
        Formula = "100 up / (up + down), up and down being Wilder's averages of rises and falls",
        Reference = "Wilder 1978; TA-Lib RSI",
        Seed = "the averages of the first n changes",
        Flat = "100 while there is neither a rise nor a fall",
        Scaling = PriceScaling.Ratio,
        Create = values => new Rsi((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _index.Push(state, bar.Close);
}
