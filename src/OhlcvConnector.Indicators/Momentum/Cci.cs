namespace OhlcvConnector.Indicators;

/// <summary>Lambert's commodity channel index.</summary>
public sealed class Cci : Indicator
{
    private readonly SumPart _prices;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Cci(int period = 14)
        : base(Definition, period, period)
    {
        _prices = new SumPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Cci(Indicator input, int period = 14)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "cci",
        Title = "Commodity channel index",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 14, 2)],
        Source = PriceSource.Hlc3,
        Formula = "(x - SMA) / (0.015 mean deviation), of hlc3; O(window)",
        Reference = "Lambert 1980; TA-Lib CCI",
        Flat = "0 while all prices are one",
        Scaling = PriceScaling.Ratio,
        Create = values => new Cci((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var mean = _prices.Mean(state, bar.Close);
        if (double.IsNaN(mean))
        {
            return;
        }

        var deviation = 0.0;
        foreach (var price in _prices.Ring.Values(state))
        {
            deviation += Math.Abs(price - mean);
        }

        deviation /= _prices.Ring.Length;
        state[0] = deviation <= 1e-14 * Math.Abs(mean) ? 0 : (bar.Close - mean) / (0.015 * deviation);
    }
}
