namespace OhlcvConnector.Indicators;

/// <summary>Momentum.</summary>
public sealed class Mom : Indicator
{
    private readonly RingPart _prices;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles back, to the one that it compares with.</param>
    public Mom(int period = 10)
        : base(Definition, period + 1, period)
    {
        _prices = new RingPart(this, period);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles back, to the one that it compares with.</param>
    public Mom(Indicator input, int period = 10)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "mom",
        Aliases = ["momentum"],
        Title = "Momentum",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 10)],
        Formula = "x - x of n candles ago",
        Reference = "TA-Lib MOM",
        Scaling = PriceScaling.Difference,
        Create = values => new Mom((int)values[0]),
    };

    private protected override bool TryCompute(ReadOnlySpan<double> values, Span<double> output)
    {
        Windows.Changes(values, output, _prices.Length, areParts: false);
        return true;
    }

    private protected override void Advance(in Bar bar, double[] state)
    {
        var isFull = _prices.IsFull(state);
        var before = _prices.Push(state, bar.Close);
        if (isFull)
        {
            state[0] = bar.Close - before;
        }
    }
}
