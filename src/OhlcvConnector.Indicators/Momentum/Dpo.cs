namespace OhlcvConnector.Indicators;

/// <summary>The detrended price oscillator: a price of before less the average of now; lagged, never centred, so it knows nothing of later.</summary>
public sealed class Dpo : Indicator
{
    private readonly RingPart _prices;
    private readonly SumPart _sum;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Dpo(int period = 21)
        : base(Definition, Math.Max(period, (period / 2) + 2), period)
    {
        _prices = new RingPart(this, (period / 2) + 2);
        _sum = new SumPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Dpo(Indicator input, int period = 21)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "dpo",
        Title = "Detrended price oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 21)],
        Formula = "x of n/2 + 1 candles ago - SMA(n)",
        Reference = "LEAN DPO",
        Scaling = PriceScaling.Difference,
        Create = values => new Dpo((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        _prices.Push(state, bar.Close);
        var mean = _sum.Mean(state, bar.Close);
        if (_prices.IsFull(state))
        {
            state[0] = _prices.Back(state, _prices.Length - 1) - mean;
        }
    }
}
