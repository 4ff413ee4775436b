namespace OhlcvConnector.Indicators;

/// <summary>Dreiss' choppiness index: 100 where prices go to and fro within one range, 0 where they go one way.</summary>
public sealed class Choppiness : Indicator
{
    private readonly TrueRangePart _range;
    private readonly SumPart _ranges;
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly double _scale;
    private readonly bool _isPlain;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isPlain">True when the whole range is that of highs and lows alone, without the close before.</param>
    public Choppiness(int period = 14, bool isPlain = false)
        : base(Definition, period + 1, period, isPlain ? 1 : 0)
    {
        _range = new TrueRangePart(this);
        _ranges = new SumPart(this, period);
        _high = ExtremePart.Highest(this, period);
        _low = ExtremePart.Lowest(this, period);
        _scale = 100 / Math.Log(period);
        _isPlain = isPlain;
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "chop",
        Title = "Choppiness index",
        Group = IndicatorGroup.Volatility,
        Parameters = [IndicatorParameter.Period("period", 14, 2), IndicatorParameter.Word("range", "true", "plain")],
        Takes = BarParts.Prices,
        Formula = "100 log(sum of true ranges / (highest true high - lowest true low)) / log n; `plain`: highest high - lowest low",
        Reference = "Dreiss 1993; Skender; `plain`: TradingView, jesse",
        Seed = "from the second candle on",
        Flat = "0 where there was no range",
        Scaling = PriceScaling.Ratio,
        Create = values => new Choppiness((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = _range.Before(state);
        var range = _range.Push(state, bar);
        if (double.IsNaN(range))
        {
            return;
        }

        var sum = _ranges.Push(state, range);
        var whole = _high.Push(state, _isPlain ? bar.High : Math.Max(bar.High, before)) - _low.Push(state, _isPlain ? bar.Low : Math.Min(bar.Low, before));
        if (!double.IsNaN(sum))
        {
            state[0] = whole <= 0 || sum <= 0 ? 0 : _scale * Math.Log(sum / whole);
        }
    }
}
