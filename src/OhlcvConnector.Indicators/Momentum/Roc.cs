namespace OhlcvConnector.Indicators;

/// <summary>Rate of change in percent.</summary>
public sealed class Roc : Indicator
{
    private readonly RingPart _prices;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles back, to the one that it compares with.</param>
    public Roc(int period = 10)
        : base(Definition, period + 1, period)
    {
        _prices = new RingPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles back, to the one that it compares with.</param>
    public Roc(Indicator input, int period = 10)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "roc",
        Title = "Rate of change in percent",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 10)],
        Formula = "100 (x / x of n candles ago - 1)",
        Reference = "TA-Lib ROC",
        Flat = "0 after a zero",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Roc((int)values[0]),
    };

    private protected override bool TryCompute(ReadOnlySpan<double> values, Span<double> output)
    {
        Windows.Changes(values, output, _prices.Length, areParts: true);
        return true;
    }

    private protected override void Advance(in Bar bar, double[] state)
    {
        var isFull = _prices.IsFull(state);
        var before = _prices.Push(state, bar.Close);
        if (isFull)
        {
            state[0] = before == 0 ? 0 : 100 * ((bar.Close / before) - 1);
        }
    }
}
