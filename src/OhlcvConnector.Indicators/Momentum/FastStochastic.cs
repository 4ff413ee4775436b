namespace OhlcvConnector.Indicators;

/// <summary>The fast stochastic oscillator: where the close is in the range of the last candles, and its average.</summary>
public sealed class FastStochastic : Indicator
{
    private readonly StochasticPart _place;
    private readonly SumPart _d;
    private readonly int _fastD;

    /// <summary>Makes one.</summary>
    /// <param name="fastK">The number of candles that the range covers.</param>
    /// <param name="fastD">The number of values that D averages.</param>
    public FastStochastic(int fastK = 5, int fastD = 3)
        : base(Definition, fastK, fastK, fastD)
    {
        _place = new StochasticPart(this, fastK, 1);
        _d = new SumPart(this, fastD);
        _fastD = fastD;
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "stochf",
        Title = "Fast stochastic oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("fastK", 5), IndicatorParameter.Period("fastD", 3)],
        Outputs = ["k", "d"],
        Takes = BarParts.Prices,
        Formula = "k = 100 (c - lowest) / (highest - lowest); d = SMA(k, fastD)",
        Reference = "TA-Lib STOCHF",
        Flat = "0 where highest and lowest are one",
        Scaling = PriceScaling.Ratio,
        Create = values => new FastStochastic((int)values[0], (int)values[1]),
    };

    /// <summary>The place in the range.</summary>
    public double K => this[0];

    /// <summary>The average of K.</summary>
    public double D => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _fastD - 1;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var k = _place.Push(state, bar.High, bar.Low, bar.Close);
        if (!double.IsNaN(k))
        {
            state[0] = k;
            state[1] = _d.Mean(state, k);
        }
    }
}
