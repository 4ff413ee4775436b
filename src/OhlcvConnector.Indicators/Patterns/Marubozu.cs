namespace OhlcvConnector.Indicators;

/// <summary>A candle that is nearly all body.</summary>
public sealed class Marubozu : Indicator
{
    private readonly double _least;

    /// <summary>Makes one.</summary>
    /// <param name="percent">The smallest part of the range that the body has, in percent.</param>
    public Marubozu(double percent = 95)
        : base(Definition, 1, percent) => _least = percent / 100;

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "marubozu",
        Title = "Marubozu by percentage",
        Group = IndicatorGroup.Pattern,
        Parameters = [IndicatorParameter.Number("percent", 95, 80, 100)],
        Takes = BarParts.Prices,
        Formula = "100 of a rising, -100 of a falling candle whose body is at least percent / 100 of its range, else 0",
        Reference = "Skender Marubozu",
        Flat = "0 of a candle without a range",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Marubozu(values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var range = bar.High - bar.Low;
        state[0] = range > 0 && Math.Abs(bar.Close - bar.Open) / range >= _least ? (bar.Close > bar.Open ? 100 : -100) : 0;
    }
}
