namespace OhlcvConnector.Indicators;

/// <summary>The zero lag exponential moving average: of prices from which their own lag is taken.</summary>
public sealed class Zlema : Indicator
{
    private readonly RingPart _prices;
    private readonly EmaPart _average;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Zlema(int period = 14)
        : base(Definition, period + ((period - 1) / 2), period)
    {
        _prices = new RingPart(this, ((period - 1) / 2) + 1);
        _average = EmaPart.Of(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Zlema(Indicator input, int period = 14)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "zlema",
        Title = "Zero lag exponential moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 14)],
        Formula = "EMA(x + (x - x of (n - 1) / 2 candles ago))",
        Reference = "Ehlers and Way; LEAN",
        Seed = "the average of the first n",
        Scaling = PriceScaling.Price,
        Create = values => new Zlema((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        _prices.Push(state, bar.Close);
        if (_prices.IsFull(state))
        {
            state[0] = _average.Push(state, (2 * bar.Close) - _prices.Back(state, _prices.Length - 1));
        }
    }
}
