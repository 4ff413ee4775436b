namespace OhlcvConnector.Indicators;

/// <summary>Z-score: the number of deviations that a number is from the mean of the last ones.</summary>
public sealed class ZScore : Indicator
{
    private readonly MomentsPart _moments;
    private readonly bool _isSample;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isSample">True when the deviation is that of a sample (n - 1) instead of all.</param>
    public ZScore(int period = 20, bool isSample = false)
        : base(Definition, period, period, isSample ? 1 : 0) => (_moments, _isSample) = (new MomentsPart(this, period), isSample);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isSample">True when the deviation is that of a sample (n - 1) instead of all.</param>
    public ZScore(Indicator input, int period = 20, bool isSample = false)
        : this(period, isSample) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "zscore",
        Title = "Standard score",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 20, 2), IndicatorParameter.Word("deviation", "all", "sample")],
        Formula = "(x - mean) / deviation of the last n",
        Reference = "jesse zscore",
        Flat = "0",
        Scaling = PriceScaling.Ratio,
        Create = values => new ZScore((int)values[0], values[1] != 0),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (_moments.Push(state, bar.Close))
        {
            var deviation = _moments.Deviation(state, _isSample);
            state[0] = deviation > 0 ? (bar.Close - _moments.Mean(state)) / deviation : 0;
        }
    }
}
