namespace OhlcvConnector.Indicators;

/// <summary>The triangular moving average: the simple average of a simple average.</summary>
public sealed class Trima : Indicator
{
    private readonly SumPart _first;
    private readonly SumPart _second;
    private readonly double _product;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Trima(int period = 30)
        : base(Definition, period, period)
    {
        _first = new SumPart(this, (period / 2) + 1);
        _second = new SumPart(this, (period + 1) / 2);
        _product = (double)((period / 2) + 1) * ((period + 1) / 2);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Trima(Indicator input, int period = 30)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "trima",
        Title = "Triangular moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 30)],
        Formula = "SMA((n + 1) / 2) of SMA(n / 2 + 1), whole divisions",
        Reference = "TA-Lib TRIMA",
        Scaling = PriceScaling.Price,
        Create = values => new Trima((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var sum = _first.Push(state, bar.Close);
        if (!double.IsNaN(sum))
        {
            state[0] = _second.Push(state, sum) / _product;
        }
    }
}
