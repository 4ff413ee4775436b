namespace OhlcvConnector.Indicators;

/// <summary>The stochastic oscillator of the relative strength index.</summary>
public sealed class StochRsi : Indicator
{
    private readonly RsiPart _index;
    private readonly StochasticPart _place;
    private readonly SumPart _average;
    private readonly int _later;

    /// <summary>Makes one.</summary>
    /// <param name="rsi">The period of the index.</param>
    /// <param name="stoch">The number of values of the index that the range covers.</param>
    /// <param name="d">The number of values that D averages.</param>
    /// <param name="smoothK">The number of values that smooth K.</param>
    public StochRsi(int rsi = 14, int stoch = 14, int d = 3, int smoothK = 1)
        : base(Definition, rsi + stoch + smoothK - 1, rsi, stoch, d, smoothK)
    {
        _index = new RsiPart(this, rsi);
        _place = new StochasticPart(this, stoch, smoothK);
        _average = new SumPart(this, d);
        _later = d - 1;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="rsi">The period of the index.</param>
    /// <param name="stoch">The number of values of the index that the range covers.</param>
    /// <param name="d">The number of values that D averages.</param>
    /// <param name="smoothK">The number of values that smooth K.</param>
    public StochRsi(Indicator input, int rsi = 14, int stoch = 14, int d = 3, int smoothK = 1)
        : this(rsi, stoch, d, smoothK) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "stochrsi",
        Title = "Stochastic relative strength index",
        Group = IndicatorGroup.Momentum,
        Parameters =
        [
            IndicatorParameter.Period("rsi", 14),
            IndicatorParameter.Period("stoch", 14),
            IndicatorParameter.Period("d", 3),
            IndicatorParameter.Period("smoothK", 1),
        ],
        Outputs = ["k", "d"],
        Formula = "k = SMA(100 (RSI - lowest) / (highest - lowest), smoothK); d = SMA(k, d)",
        Reference = "Chande and Kroll 1994; TA-Lib STOCHRSI, Skender",
        Flat = "0 where highest and lowest are one",
        Create = values => new StochRsi((int)values[0], (int)values[1], (int)values[2], (int)values[3]),
    };

    /// <summary>The place in the range, smoothed.</summary>
    public double K => this[0];

    /// <summary>The average of K.</summary>
    public double D => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _later;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var index = _index.Push(state, bar.Close);
        if (double.IsNaN(index))
        {
            return;
        }

        var k = _place.Push(state, index, index, index);
        if (!double.IsNaN(k))
        {
            state[0] = k;
            state[1] = _average.Mean(state, k);
        }
    }
}
