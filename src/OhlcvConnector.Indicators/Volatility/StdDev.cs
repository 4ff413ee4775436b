namespace OhlcvConnector.Indicators;

/// <summary>The standard deviation of the last values.</summary>
public sealed class StdDev : Indicator
{
    private readonly MomentsPart _moments;
    private readonly bool _isSample;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isSample">True when it is that of a sample (n - 1) instead of all (n).</param>
    public StdDev(int period = 5, bool isSample = false)
        : base(Definition, period, period, isSample ? 1 : 0)
    {
        _moments = new MomentsPart(this, period);
        _isSample = isSample;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public StdDev(Indicator input, int period = 5)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "stddev",
        Aliases = ["stdev"],
        Title = "Standard deviation",
        Group = IndicatorGroup.Volatility,
        Parameters = [IndicatorParameter.Period("period", 5, 2), IndicatorParameter.Word("of", "all", "sample")],
        Formula = "sqrt(sum of (x - mean)^2 / n); `sample`: / (n - 1)",
        Reference = "TA-Lib STDDEV; Skender",
        Scaling = PriceScaling.Difference,
        Create = values => new StdDev((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (_moments.Push(state, bar.Close))
        {
            state[0] = _moments.Deviation(state, _isSample);
        }
    }
}
