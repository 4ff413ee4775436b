namespace OhlcvConnector.Indicators;

/// <summary>Williams' %R: how far the close is below the highest, -100 to 0.</summary>
public sealed class WilliamsR : Indicator
{
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public WilliamsR(int period = 14)
        : base(Definition, period, period)
    {
        _high = ExtremePart.Highest(this, period);
        _low = ExtremePart.Lowest(this, period);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "willr",
        Aliases = ["williamsr"],
        Title = "Williams %R",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 14)],
        Takes = BarParts.Prices,
        Formula = "-100 (highest - c) / (highest - lowest)",
        Reference = "TA-Lib WILLR",
        Flat = "0 where highest and lowest are one",
        Scaling = PriceScaling.Ratio,
        Create = values => new WilliamsR((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var high = _high.Push(state, bar.High);
        var low = _low.Push(state, bar.Low);
        state[0] = high == low ? 0 : -100 * (high - bar.Close) / (high - low);
    }
}
