namespace OhlcvConnector.Indicators;

/// <summary>Autocorrelation: how much the last numbers go together with those some candles before them, -1 to 1.</summary>
public sealed class Autocorrelation : Indicator
{
    private readonly CovariancePart _covariance;
    private readonly RingPart _late;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of pairs that it covers.</param>
    /// <param name="lag">The number of candles between the numbers of a pair.</param>
    public Autocorrelation(int period = 30, int lag = 1)
        : base(Definition, period + lag, period, lag) => (_covariance, _late) = (new CovariancePart(this, period), new RingPart(this, lag));

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of pairs that it covers.</param>
    /// <param name="lag">The number of candles between the numbers of a pair.</param>
    public Autocorrelation(Indicator input, int period = 30, int lag = 1)
        : this(period, lag) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "autocorr",
        Aliases = ["autocorrelation"],
        Title = "Autocorrelation",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 30, 2), IndicatorParameter.Period("lag", 1)],
        Formula = "Pearson's correlation of the last n numbers with the n that came lag earlier",
        Reference = "pandas Series.autocorr; Ehlers 2013; `autocorr:30:1@roc:1` of returns",
        Flat = "0",
        Scaling = PriceScaling.Ratio,
        Create = values => new Autocorrelation((int)values[0], (int)values[1]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var isLate = _late.IsFull(state);
        var before = _late.Push(state, bar.Close);
        if (isLate && _covariance.Push(state, bar.Close, before))
        {
            var (one, other, products) = _covariance.Sums(state);
            state[0] = one > 0 && other > 0 ? Math.Clamp(products / (Math.Sqrt(one) * Math.Sqrt(other)), -1, 1) : 0;
        }
    }
}
