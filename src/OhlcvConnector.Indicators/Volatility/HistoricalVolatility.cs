namespace OhlcvConnector.Indicators;

/// <summary>The volatility of the last candles, as a part of the price in a year.</summary>
public sealed class HistoricalVolatility : Indicator
{
    private readonly VolatilityEstimator _estimator;
    private readonly SumPart _terms;
    private readonly MomentsPart _returns;
    private readonly MomentsPart _jumps;
    private readonly int _period;
    private readonly double _year;
    private readonly double _share;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="year">The number of candles in a year; 1 for the volatility of one candle.</param>
    /// <param name="estimator">The estimator: what it is estimated from.</param>
    public HistoricalVolatility(int period = 20, double year = 365, VolatilityEstimator estimator = VolatilityEstimator.Close)
        : base(Definition, NeedsBefore(estimator) ? period + 1 : period, period, year, (int)estimator)
    {
        (_period, _year, _estimator) = (period, year, estimator);
        _share = 0.34 / (1.34 + ((period + 1.0) / (period - 1.0)));
        _at = Claim(1);
        if (NeedsBefore(estimator))
        {
            _returns = new MomentsPart(this, period);
        }

        if (estimator == VolatilityEstimator.Yang)
        {
            _jumps = new MomentsPart(this, period);
        }

        if (estimator != VolatilityEstimator.Close)
        {
            _terms = new SumPart(this, period);
        }
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "hv",
        Aliases = ["histvol"],
        Title = "Historical volatility",
        Group = IndicatorGroup.Volatility,
        Parameters =
        [
            IndicatorParameter.Period("period", 20, 2), IndicatorParameter.Number("year", 365, 1, 100_000_000),
            IndicatorParameter.Word("estimator", "close", "parkinson", "garman", "rogers", "yang"),
        ],
        Takes = BarParts.Prices,
        Formula = "sqrt(year x v); v of `close`: sample variance of ln(c / c before); "
            + "`parkinson`: mean of ln(h/l)^2 / (4 ln 2); `garman`: mean of ln(h/l)^2 / 2 - (2 ln 2 - 1) ln(c/o)^2; "
            + "`rogers`: mean of ln(h/c) ln(h/o) + ln(l/c) ln(l/o); "
            + "`yang`: sample variance of ln(o / c before) + k sample variance of ln(c/o) + (1 - k) rogers, k = 0.34 / (1.34 + (n+1)/(n-1))",
        Reference = "Parkinson 1980, Garman and Klass 1980, Rogers and Satchell 1991, Yang and Zhang 2000",
        Seed = "`close` and `yang` from the second candle on",
        Flat = "0; logarithms of prices that are not above 0 count as 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new HistoricalVolatility((int)values[0], values[1], (VolatilityEstimator)values[2]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = state[_at];
        state[_at] = bar.Close;
        if (NeedsBefore(_estimator) && CountOf(state) == 1)
        {
            return;
        }

        var variance = _estimator switch
        {
            VolatilityEstimator.Close => SampleVariance(_returns, state, Log(bar.Close, before)),
            VolatilityEstimator.Parkinson => _terms.Mean(state, Square(Log(bar.High, bar.Low)) / (4 * Math.Log(2))),
            VolatilityEstimator.Garman => _terms.Mean(state, Garman(bar)),
            VolatilityEstimator.Rogers => _terms.Mean(state, Rogers(bar)),
            _ => SampleVariance(_jumps, state, Log(bar.Open, before)) + (_share * SampleVariance(_returns, state, Log(bar.Close, bar.Open)))
                + ((1 - _share) * _terms.Mean(state, Rogers(bar))),
        };
        if (!double.IsNaN(variance))
        {
            state[0] = Math.Sqrt(_year * Math.Max(variance, 0));
        }
    }

    private static bool NeedsBefore(VolatilityEstimator estimator) => estimator is VolatilityEstimator.Close or VolatilityEstimator.Yang;

    private static double Garman(in Bar bar) => (0.5 * Square(Log(bar.High, bar.Low))) - (((2 * Math.Log(2)) - 1) * Square(Log(bar.Close, bar.Open)));

    private static double Rogers(in Bar bar) => (Log(bar.High, bar.Close) * Log(bar.High, bar.Open)) + (Log(bar.Low, bar.Close) * Log(bar.Low, bar.Open));

    private static double Log(double price, double other) => price > 0 && other > 0 ? Math.Log(price / other) : 0;

    private static double Square(double value) => value * value;

    private double SampleVariance(MomentsPart part, double[] state, double value) => part.Push(state, value) ? part.Squares(state) / (_period - 1) : double.NaN;
}
