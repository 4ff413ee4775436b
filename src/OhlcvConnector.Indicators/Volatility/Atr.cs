namespace OhlcvConnector.Indicators;

/// <summary>The average true range.</summary>
public sealed class Atr : Indicator
{
    private readonly TrueRangePart _range;
    private readonly EmaPart _wilder;
    private readonly SumPart _simple;
    private readonly bool _isSimple;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of ranges that it covers.</param>
    /// <param name="isSimple">True when the average is the simple one instead of Wilder's.</param>
    /// <param name="countsFirst">True when the first candle, which has no close before it, counts with its own range.</param>
    public Atr(int period = 14, bool isSimple = false, bool countsFirst = false)
        : base(Definition, countsFirst ? period : period + 1, period, isSimple ? 1 : 0, countsFirst ? 1 : 0)
    {
        _range = new TrueRangePart(this, countsFirst);
        _isSimple = isSimple;
        if (isSimple)
        {
            _simple = new SumPart(this, period);
        }
        else
        {
            _wilder = EmaPart.Wilder(this, period);
        }
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "atr",
        Title = "Average true range",
        Group = IndicatorGroup.Volatility,
        Parameters =
        [
            IndicatorParameter.Period("period", 14), IndicatorParameter.Word("average", "wilder", "simple"),
            IndicatorParameter.Word("begin", "second", "first"),
        ],
        Takes = BarParts.Prices,
        Formula = "Wilder's average of max(high, close before) - min(low, close before); `simple`: the simple average",
        Reference = "Wilder 1978; TA-Lib ATR, Skender; `first`: Tulip",
        Seed = "the average of the first n true ranges, from the second candle on; `first`: with high - low of the first candle",
        Scaling = PriceScaling.Difference,
        Create = values => new Atr((int)values[0], values[1] == 1, values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var range = _range.Push(state, bar);
        if (!double.IsNaN(range))
        {
            state[0] = _isSimple ? _simple.Mean(state, range) : _wilder.Push(state, range);
        }
    }
}
