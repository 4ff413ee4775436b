namespace OhlcvConnector.Indicators;

/// <summary>A candle that closes where it opened, but for a small part of the price.</summary>
public sealed class Doji : Indicator
{
    private readonly double _most;

    /// <summary>Makes one.</summary>
    /// <param name="percent">The largest distance of the close from the open, in percent of the open.</param>
    public Doji(double percent = 0.1)
        : base(Definition, 1, percent) => _most = percent / 100;

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "doji",
        Title = "Doji by percentage",
        Group = IndicatorGroup.Pattern,
        Parameters = [IndicatorParameter.Number("percent", 0.1, 0, 0.5)],
        Takes = BarParts.Prices,
        Formula = "1 where abs(close / open - 1) is at most percent / 100, else 0",
        Reference = "Skender Doji",
        Flat = "1 where open and close are both 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Doji(values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state) =>
        state[0] = bar.Open == bar.Close || (bar.Open != 0 && Math.Abs((bar.Close / bar.Open) - 1) <= _most) ? 1 : 0;
}
