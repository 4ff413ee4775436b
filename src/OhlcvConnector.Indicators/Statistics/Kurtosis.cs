namespace OhlcvConnector.Indicators;

/// <summary>Kurtosis: how heavy the tails of the last numbers are, beside those of a normal distribution.</summary>
public sealed class Kurtosis : Indicator
{
    private readonly RingPart _ring;
    private readonly bool _isSample;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isSample">True when it is adjusted to be that of a sample.</param>
    public Kurtosis(int period = 30, bool isSample = false)
        : base(Definition, period, period, isSample ? 1 : 0) => (_ring, _isSample) = (new RingPart(this, period), isSample);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isSample">True when it is adjusted to be that of a sample.</param>
    public Kurtosis(Indicator input, int period = 30, bool isSample = false)
        : this(period, isSample) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "kurtosis",
        Title = "Excess kurtosis",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 30, 4), IndicatorParameter.Word("of", "all", "sample")],
        Formula = "m4 / m2^2 - 3, m the central moments of the last n; `sample`: (n - 1) / ((n - 2) (n - 3)) ((n + 1) g2 + 6); O(window)",
        Reference = "Fisher's g2; `sample`: G2, pandas, Excel KURT",
        Flat = "0",
        Scaling = PriceScaling.Ratio,
        Create = values => new Kurtosis((int)values[0], values[1] != 0),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        _ring.Push(state, bar.Close);
        if (_ring.IsFull(state))
        {
            double n = _ring.Length;
            var (second, _, fourth) = WindowMoments.Of(_ring.Values(state));
            var excess = second > 0 ? (fourth / (second * second)) - 3 : 0;
            state[0] = _isSample && second > 0 ? (n - 1) / ((n - 2) * (n - 3)) * (((n + 1) * excess) + 6) : excess;
        }
    }
}
