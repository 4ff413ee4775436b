namespace OhlcvConnector.Indicators;

/// <summary>Correlation: how much two series go together, -1 to 1: two prices of each candle, or numbers added two by two.</summary>
public sealed class Correlation : PairIndicator
{
    private readonly CovariancePart _covariance;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="first">The price of a candle that is the first series.</param>
    /// <param name="second">The price that is the second.</param>
    public Correlation(int period = 30, PriceSource first = PriceSource.High, PriceSource second = PriceSource.Low)
        : base(Definition, period, period, first, second) => _covariance = new CovariancePart(this, period);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "correl",
        Aliases = ["corr", "correlation"],
        Title = "Correlation",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 30, 2), First, Second],
        Takes = BarParts.Prices,
        Formula = "Pearson's: covariance / (deviation x deviation) of the last n of both series",
        Reference = "TA-Lib CORREL, Skender",
        Flat = "0 where one of them does not change",
        Scaling = PriceScaling.Ratio,
        Create = values => new Correlation((int)values[0], FirstOf(values[1]), SecondOf(values[2])),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (first, second) = Of(bar);
        if (_covariance.Push(state, first, second))
        {
            var (one, other, products) = _covariance.Sums(state);
            state[0] = one > 0 && other > 0 ? Math.Clamp(products / (Math.Sqrt(one) * Math.Sqrt(other)), -1, 1) : 0;
        }
    }
}
