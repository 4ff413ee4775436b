namespace OhlcvConnector.Indicators;

/// <summary>Wilder's true range: what the price went through since the last close.</summary>
public sealed class TrueRange : Indicator
{
    private readonly TrueRangePart _range;

    /// <summary>Makes one.</summary>
    public TrueRange()
        : base(Definition, 2) => _range = new TrueRangePart(this);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "tr",
        Aliases = ["trange"],
        Title = "True range",
        Group = IndicatorGroup.Volatility,
        Takes = BarParts.Prices,
        Formula = "max(high, close before) - min(low, close before)",
        Reference = "Wilder 1978; TA-Lib TRANGE",
        Seed = "from the second candle on",
        Scaling = PriceScaling.Difference,
        Create = _ => new TrueRange(),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _range.Push(state, bar);
}
