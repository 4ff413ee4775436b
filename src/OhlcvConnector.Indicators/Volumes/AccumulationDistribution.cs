namespace OhlcvConnector.Indicators;

/// <summary>Chaikin's accumulation and distribution line: all money flow so far.</summary>
public sealed class AccumulationDistribution : Indicator
{
    private readonly int _at;

    /// <summary>Makes one.</summary>
    public AccumulationDistribution()
        : base(Definition, 1) => _at = Claim(1);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ad",
        Aliases = ["adl"],
        Title = "Accumulation and distribution line",
        Group = IndicatorGroup.Volume,
        Takes = BarParts.Prices | BarParts.Volume,
        Formula = "a += volume ((c - l) - (h - c)) / (h - l)",
        Reference = "Chaikin; TA-Lib AD, Skender ADL",
        Flat = "a candle without a range adds nothing",
        Scaling = PriceScaling.Ratio,
        Create = _ => new AccumulationDistribution(),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = state[_at] += MoneyFlow.Of(bar);
}
