namespace OhlcvConnector.Indicators;

/// <summary>
/// Beta: how much the second series moves when the first one does, which is the slope of its returns upon the first's. For a market against a benchmark, add
/// the benchmark's number first, then the market's.
/// </summary>
public sealed class Beta : PairIndicator
{
    private readonly CovariancePart _covariance;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of returns that it covers.</param>
    /// <param name="first">The price of a candle that is the first series, the benchmark.</param>
    /// <param name="second">The price that is the second.</param>
    public Beta(int period = 5, PriceSource first = PriceSource.High, PriceSource second = PriceSource.Low)
        : base(Definition, period + 1, period, first, second) => (_covariance, _at) = (new CovariancePart(this, period), Claim(2));

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "beta",
        Title = "Beta",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 5, 2), First, Second],
        Takes = BarParts.Prices,
        Formula = "covariance of both series' returns / variance of the first's, of the last n",
        Reference = "TA-Lib BETA, Skender",
        Flat = "0 where the first does not change; the return upon a price of 0 counts as 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Beta((int)values[0], FirstOf(values[1]), SecondOf(values[2])),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (first, second) = Of(bar);
        var (before, secondBefore) = (state[_at], state[_at + 1]);
        (state[_at], state[_at + 1]) = (first, second);
        if (CountOf(state) > 1 && _covariance.Push(state, Return(first, before), Return(second, secondBefore)))
        {
            var (one, _, products) = _covariance.Sums(state);
            state[0] = one > 0 ? products / one : 0;
        }
    }

    private static double Return(double now, double before) => before != 0 ? (now / before) - 1 : 0;
}
