namespace OhlcvConnector.Indicators;

/// <summary>The stochastic oscillator: where the close is in the range of the last candles, and its average.</summary>
public sealed class Stochastic : Indicator
{
    private readonly StochasticPart _place;
    private readonly SumPart _d;
    private readonly int _slowD;

    /// <summary>Makes one.</summary>
    /// <param name="fastK">The number of candles that the range covers.</param>
    /// <param name="slowK">The number of values that smooth K; 1 makes it the fast one.</param>
    /// <param name="slowD">The number of values that D averages.</param>
    public Stochastic(int fastK = 5, int slowK = 3, int slowD = 3)
        : base(Definition, fastK + slowK - 1, fastK, slowK, slowD)
    {
        _place = new StochasticPart(this, fastK, slowK);
        _d = new SumPart(this, slowD);
        _slowD = slowD;
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "stoch",
        Title = "Stochastic oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("fastK", 5), IndicatorParameter.Period("slowK", 3), IndicatorParameter.Period("slowD", 3)],
        Outputs = ["k", "d", "j"],
        Takes = BarParts.Prices,
        Formula = "k = SMA(100 (c - lowest) / (highest - lowest), slowK); d = SMA(k, slowD); j = 3 k - 2 d",
        Reference = "Lane; TA-Lib STOCH; Skender",
        Flat = "0 where highest and lowest are one",
        Scaling = PriceScaling.Ratio,
        Create = values => new Stochastic((int)values[0], (int)values[1], (int)values[2]),
    };

    /// <summary>The place in the range, smoothed.</summary>
    public double K => this[0];

    /// <summary>The average of K.</summary>
    public double D => this[1];

    /// <summary>Line J, which is 3 K - 2 D: K, and twice its distance from D.</summary>
    public double J => this[2];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _slowD - 1;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var k = _place.Push(state, bar.High, bar.Low, bar.Close);
        if (double.IsNaN(k))
        {
            return;
        }

        state[0] = k;
        state[1] = _d.Mean(state, k);
        state[2] = (3 * k) - (2 * state[1]);
    }
}
