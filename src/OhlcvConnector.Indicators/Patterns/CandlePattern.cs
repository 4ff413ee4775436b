namespace OhlcvConnector.Indicators;

/// <summary>What a pattern says of the last candles: 100 or -100 where they are it, bullish or bearish, 0 where they are not.</summary>
/// <param name="candles">The last candles.</param>
/// <param name="choice">The pattern's parameter, such as how far into the first candle's body the last one closes, in parts of it; most have none.</param>
internal delegate int CandleRule(CandlesPart.Candles candles, double choice);

/// <summary>One of TA-Lib's candle patterns.</summary>
internal sealed class CandlePattern : Indicator
{
    private readonly CandlesPart _candles;
    private readonly CandleRule _rule;
    private readonly double _choice;
    private readonly int _warmUp;

    private CandlePattern(IndicatorKind kind, int warmUp, CandleRule rule, params ReadOnlySpan<double> arguments)
        : base(kind, warmUp, arguments)
    {
        (_rule, _warmUp, _choice) = (rule, warmUp, arguments.Length > 0 ? arguments[0] : 0);
        _candles = new CandlesPart(this);
    }

    /// <summary>Describes a pattern.</summary>
    /// <param name="name">TA-Lib's name in lower case.</param>
    /// <param name="title">The name in words.</param>
    /// <param name="candles">How many candles it looks at, those that tell what is usual before the first of them included.</param>
    /// <param name="rule">What makes it.</param>
    /// <param name="words">What makes it, in words.</param>
    /// <param name="penetration">How far the last candle goes into the first, where that can be chosen.</param>
    /// <param name="ends">Whether bodies that end at one price can count as one within the other.</param>
    public static IndicatorKind Describe(
        string name, string title, int candles, CandleRule rule, string words, double? penetration = null, bool ends = false)
    {
        IndicatorKind? kind = null;
        return kind = new IndicatorKind
        {
            Name = name,
            Title = title,
            Group = IndicatorGroup.Pattern,
            Parameters = penetration is { } usual ? [IndicatorParameter.Number("penetration", usual, 0, 10)]
                : ends ? [IndicatorParameter.Word("ends", "apart", "matching")] : [],
            Takes = BarParts.Prices,
            Formula = ends ? $"{words}; `matching`: 80 where one end is the same" : words,
            Reference = $"TA-Lib {name.ToUpperInvariant()}{(ends ? ", until 0.4; since then `matching`" : "")}",
            Scaling = PriceScaling.ScaleFree,
            Create = values => new CandlePattern(kind!, candles, rule, values),
        };
    }

    private protected override void Advance(in Bar bar, double[] state)
    {
        var candles = _candles.Push(state, bar);
        if (CountOf(state) >= _warmUp)
        {
            state[0] = _rule(candles, _choice);
        }
    }
}
