namespace OhlcvConnector.Indicators;

/// <summary>Rate of change.</summary>
public sealed class Rocp : Indicator
{
    private readonly RingPart _prices;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles back, to the one that it compares with.</param>
    public Rocp(int period = 10)
        : base(Definition, period + 1, period)
    {
        _prices = new RingPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles back, to the one that it compares with.</param>
    public Rocp(Indicator input, int period = 10)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "rocp",
        Title = "Rate of change",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 10)],
        Formula = "x / x of n candles ago - 1",
        Reference = "TA-Lib ROCP",
        Flat = "0 after a zero",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Rocp((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var isFull = _prices.IsFull(state);
        var before = _prices.Push(state, bar.Close);
        if (isFull)
        {
            state[0] = before == 0 ? 0 : (bar.Close / before) - 1;
        }
    }
}
