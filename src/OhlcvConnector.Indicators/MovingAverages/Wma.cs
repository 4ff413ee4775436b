namespace OhlcvConnector.Indicators;

/// <summary>The linearly weighted moving average.</summary>
public sealed class Wma : Indicator
{
    private readonly WeightedPart _weighted;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Wma(int period = 30)
        : base(Definition, period, period)
    {
        _weighted = new WeightedPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Wma(Indicator input, int period = 30)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "wma",
        Aliases = ["lwma"],
        Title = "Weighted moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 30)],
        Formula = "sum of the last n, weighted 1 for the oldest to n for the newest / (n (n + 1) / 2)",
        Reference = "TA-Lib WMA",
        Scaling = PriceScaling.Price,
        Create = values => new Wma((int)values[0]),
    };

    private protected override bool TryCompute(ReadOnlySpan<double> values, Span<double> output)
    {
        if (_weighted.Ring.Length > Windows.Longest)
        {
            return false;
        }

        Span<double> weights = stackalloc double[_weighted.Ring.Length];
        for (var index = 0; index < weights.Length; index++)
        {
            weights[index] = index + 1;
        }

        Windows.Sums(values, output, weights, _weighted.Weights);
        return true;
    }

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _weighted.Push(state, bar.Close) / _weighted.Weights;
}
