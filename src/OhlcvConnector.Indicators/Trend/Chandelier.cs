namespace OhlcvConnector.Indicators;

/// <summary>LeBeau's chandelier exit: stops that hang so many average ranges below the highest high, and above the lowest low.</summary>
public sealed class Chandelier : Indicator
{
    private readonly AtrPart _range;
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly double _multiplier;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="multiplier">The number of ranges that the stops are away.</param>
    /// <param name="countsFirst">True when the first candle, which has no close before it, counts with its own range, as Tulip's.</param>
    public Chandelier(int period = 22, double multiplier = 3, bool countsFirst = false)
        : base(Definition, countsFirst ? period : period + 1, period, multiplier, countsFirst ? 1 : 0)
    {
        _range = new AtrPart(this, period, countsFirst);
        _high = ExtremePart.Highest(this, period);
        _low = ExtremePart.Lowest(this, period);
        _multiplier = multiplier;
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "chandelier",
        Aliases = ["ce", "chexit"],
        Title = "Chandelier exit",
        Group = IndicatorGroup.Trend,
        Parameters =
        [
            IndicatorParameter.Period("period", 22), IndicatorParameter.Number("multiplier", 3, 0, 100), IndicatorParameter.Word("begin", "second", "first"),
        ],
        Outputs = ["long", "short"],
        Takes = BarParts.Prices,
        Formula = "long = highest high - multiplier x ATR; short = lowest low + multiplier x ATR",
        Reference = "LeBeau; Skender; `first`: Tulip CE",
        Seed = "as atr",
        Scaling = PriceScaling.Price,
        Create = values => new Chandelier((int)values[0], values[1], values[2] == 1),
    };

    /// <summary>The stop of who has bought.</summary>
    public double LongStop => this[0];

    /// <summary>The stop of who has sold.</summary>
    public double ShortStop => this[1];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var distance = _multiplier * _range.Push(state, bar);
        state[0] = _high.Push(state, bar.High) - distance;
        state[1] = _low.Push(state, bar.Low) + distance;
    }
}
