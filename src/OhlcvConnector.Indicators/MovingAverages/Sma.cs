namespace OhlcvConnector.Indicators;

/// <summary>The simple moving average.</summary>
public sealed class Sma : Indicator
{
    private readonly SumPart _sum;
    private readonly int _period;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it averages.</param>
    public Sma(int period = 30)
        : base(Definition, period, period) => (_sum, _period) = (new SumPart(this, period), period);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of values that it averages.</param>
    public Sma(Indicator input, int period = 30)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "sma",
        Title = "Simple moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 30)],
        Formula = "sum of the last n / n",
        Reference = "TA-Lib SMA",
        Scaling = PriceScaling.Price,
        Create = values => new Sma((int)values[0]),
    };

    private protected override bool TryCompute(ReadOnlySpan<double> values, Span<double> output)
    {
        if (_period > Windows.Longest)
        {
            return false;
        }

        Span<double> weights = stackalloc double[_period];
        weights.Fill(1);
        Windows.Sums(values, output, weights, _period);
        return true;
    }

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _sum.Push(state, bar.Close) / _period;
}
