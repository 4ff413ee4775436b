namespace OhlcvConnector.Indicators;

/// <summary>Hull's moving average.</summary>
public sealed class Hma : Indicator
{
    private readonly WeightedPart _half;
    private readonly WeightedPart _whole;
    private readonly WeightedPart _root;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Hma(int period = 9)
        : base(Definition, period + (int)Math.Sqrt(period) - 1, period)
    {
        _half = new WeightedPart(this, period / 2);
        _whole = new WeightedPart(this, period);
        _root = new WeightedPart(this, (int)Math.Sqrt(period));
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Hma(Indicator input, int period = 9)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "hma",
        Title = "Hull moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 9, 2)],
        Formula = "WMA(2 WMA(n / 2) - WMA(n), sqrt n), whole numbers rounded down",
        Reference = "Hull 2005; LEAN, TradingView",
        Scaling = PriceScaling.Price,
        Create = values => new Hma((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var half = _half.Push(state, bar.Close) / _half.Weights;
        var whole = _whole.Push(state, bar.Close) / _whole.Weights;
        if (!double.IsNaN(whole))
        {
            state[0] = _root.Push(state, (2 * half) - whole) / _root.Weights;
        }
    }
}
