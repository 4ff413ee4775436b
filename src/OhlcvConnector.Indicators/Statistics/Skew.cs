namespace OhlcvConnector.Indicators;

/// <summary>Skewness: how lopsided the last numbers are about their mean.</summary>
public sealed class Skew : Indicator
{
    private readonly RingPart _ring;
    private readonly bool _isSample;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isSample">True when it is adjusted to be that of a sample.</param>
    public Skew(int period = 30, bool isSample = false)
        : base(Definition, period, period, isSample ? 1 : 0) => (_ring, _isSample) = (new RingPart(this, period), isSample);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isSample">True when it is adjusted to be that of a sample.</param>
    public Skew(Indicator input, int period = 30, bool isSample = false)
        : this(period, isSample) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "skew",
        Title = "Skewness",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 30, 3), IndicatorParameter.Word("of", "all", "sample")],
        Formula = "m3 / m2^1.5, m the central moments of the last n; `sample`: times sqrt(n (n - 1)) / (n - 2); O(window)",
        Reference = "Fisher's g1; `sample`: G1, pandas, Excel SKEW",
        Flat = "0",
        Scaling = PriceScaling.Ratio,
        Create = values => new Skew((int)values[0], values[1] != 0),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        _ring.Push(state, bar.Close);
        if (_ring.IsFull(state))
        {
            double n = _ring.Length;
            var (second, third, _) = WindowMoments.Of(_ring.Values(state));
            state[0] = second > 0 ? third / Math.Pow(second, 1.5) * (_isSample ? Math.Sqrt(n * (n - 1)) / (n - 2) : 1) : 0;
        }
    }
}
