namespace OhlcvConnector.Indicators;

/// <summary>Keltner's channel: so many average true ranges above and below an average.</summary>
public sealed class Keltner : Indicator
{
    private readonly EmaPart _middle;
    private readonly SumPart _simple;
    private readonly TrueRangePart _range;
    private readonly EmaPart _ranges;
    private readonly SumPart _simpleRanges;
    private readonly double _multiplier;
    private readonly bool _isSimple;

    /// <summary>Makes one.</summary>
    /// <param name="ema">The period of the average of closes.</param>
    /// <param name="multiplier">The number of ranges that the bands are away.</param>
    /// <param name="atr">The period of the average true range.</param>
    /// <param name="isSimple">True when both averages are simple ones, that of prices of high, low and close.</param>
    public Keltner(int ema = 20, double multiplier = 2, int atr = 10, bool isSimple = false)
        : base(Definition, Math.Max(ema, atr + 1), ema, multiplier, atr, isSimple ? 1 : 0)
    {
        (_multiplier, _isSimple) = (multiplier, isSimple);
        _range = new TrueRangePart(this);
        if (isSimple)
        {
            (_simple, _simpleRanges) = (new SumPart(this, ema), new SumPart(this, atr));
        }
        else
        {
            (_middle, _ranges) = (EmaPart.Of(this, ema), EmaPart.Wilder(this, atr));
        }
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "keltner",
        Aliases = ["kc"],
        Title = "Keltner channel",
        Group = IndicatorGroup.Volatility,
        Parameters =
        [
            IndicatorParameter.Period("ema", 20), IndicatorParameter.Number("multiplier", 2, 0, 100), IndicatorParameter.Period("atr", 10),
            IndicatorParameter.Word("average", "exponential", "simple"),
        ],
        Outputs = ["upper", "middle", "lower"],
        Takes = BarParts.Prices,
        Formula = "middle = EMA of closes, ± multiplier x ATR; `simple`: SMA of hlc3, ± multiplier x SMA of true ranges",
        Reference = "Keltner 1960, Raschke; Skender; `simple`: LEAN",
        Seed = "the averages of the first n",
        Scaling = PriceScaling.Price,
        Create = values => new Keltner((int)values[0], values[1], (int)values[2], values[3] == 1),
    };

    /// <summary>The band above.</summary>
    public double Upper => this[0];

    /// <summary>The average.</summary>
    public double Middle => this[1];

    /// <summary>The band below.</summary>
    public double Lower => this[2];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var middle = _isSimple ? _simple.Mean(state, bar[PriceSource.Hlc3]) : _middle.Push(state, bar.Close);
        var range = _range.Push(state, bar);
        if (double.IsNaN(range))
        {
            return;
        }

        var distance = _multiplier * (_isSimple ? _simpleRanges.Mean(state, range) : _ranges.Push(state, range));
        if (!double.IsNaN(distance + middle))
        {
            (state[0], state[1], state[2]) = (middle + distance, middle, middle - distance);
        }
    }
}
