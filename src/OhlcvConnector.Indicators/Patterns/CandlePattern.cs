namespace OhlcvConnector.Indicators;

/// <summary>Rule of a pattern: returns 100 or -100 where the last candles are the pattern, bullish or bearish, and 0 where they are not.</summary>
/// <param name="candles">The last candles.</param>
/// <param name="choice">The pattern's parameter, such as how far into the first candle's body the last one closes, in parts of it; most have none.</param>
internal delegate int CandleRule(CandlesPart.Candles candles, double choice);

/// <summary>Candle pattern of TA-Lib.</summary>
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
    /// <param name="candles">The number of candles that it looks at, those that tell what is usual before the first of them included.</param>
    /// <param name="rule">The rule that makes it.</param>
    /// <param name="words">The rule in words.</param>
    /// <param name="penetration">The part of the first candle that the last one goes into, where that can be chosen.</param>
    /// <param name="ends">True when bodies that end at one price can count as one within the other.</param>
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
