namespace OhlcvConnector.Indicators;

/// <summary>The balance of power: how far the close is above the open, in parts of the range.</summary>
public sealed class Bop : Indicator
{
    private readonly SumPart _average;

    /// <summary>Makes one.</summary>
    /// <param name="smooth">The number of values that are averaged; 1 for none.</param>
    public Bop(int smooth = 1)
        : base(Definition, smooth, smooth)
    {
        _average = new SumPart(this, smooth);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "bop",
        Title = "Balance of power",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("smooth", 1)],
        Takes = BarParts.Prices,
        Formula = "SMA((c - o) / (h - l), smooth)",
        Reference = "TA-Lib BOP; `bop:14`: Skender",
        Flat = "0 of a candle without a range",
        Scaling = PriceScaling.Ratio,
        Create = values => new Bop((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state) =>
        state[0] = _average.Mean(state, bar.High == bar.Low ? 0 : (bar.Close - bar.Open) / (bar.High - bar.Low));
}
