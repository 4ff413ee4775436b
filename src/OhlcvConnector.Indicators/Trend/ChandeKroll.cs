namespace OhlcvConnector.Indicators;

/// <summary>Chande and Kroll's stop: the extremes of stops that hang so many average ranges away.</summary>
public sealed class ChandeKroll : Indicator
{
    private readonly AtrPart _range;
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly ExtremePart _long;
    private readonly ExtremePart _short;
    private readonly double _multiplier;

    /// <summary>Makes one.</summary>
    /// <param name="period">The period of extremes and of the average true range.</param>
    /// <param name="multiplier">The number of ranges that the first stops are away.</param>
    /// <param name="stop">Of how many first stops the extreme is taken.</param>
    public ChandeKroll(int period = 10, double multiplier = 1, int stop = 9)
        : base(Definition, period + stop, period, multiplier, stop)
    {
        _range = new AtrPart(this, period);
        _high = ExtremePart.Highest(this, period);
        _low = ExtremePart.Lowest(this, period);
        _long = ExtremePart.Highest(this, stop);
        _short = ExtremePart.Lowest(this, stop);
        _multiplier = multiplier;
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "cksp",
        Aliases = ["chandekroll"],
        Title = "Chande Kroll stop",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 10), IndicatorParameter.Number("multiplier", 1, 0, 100), IndicatorParameter.Period("stop", 9)],
        Outputs = ["long", "short"],
        Takes = BarParts.Prices,
        Formula = "long = the highest of the last stops of highest high - multiplier x ATR; short = the lowest of lowest low + multiplier x ATR",
        Reference = "Chande and Kroll 1994; jesse",
        Seed = "as atr",
        Scaling = PriceScaling.Price,
        Create = values => new ChandeKroll((int)values[0], values[1], (int)values[2]),
    };

    /// <summary>The stop of who has bought.</summary>
    public double LongStop => this[0];

    /// <summary>The stop of who has sold.</summary>
    public double ShortStop => this[1];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var distance = _multiplier * _range.Push(state, bar);
        var (high, low) = (_high.Push(state, bar.High), _low.Push(state, bar.Low));
        if (!double.IsNaN(distance))
        {
            state[0] = _long.Push(state, high - distance);
            state[1] = _short.Push(state, low + distance);
        }
    }
}
