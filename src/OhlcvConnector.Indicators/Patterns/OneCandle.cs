using Candles = OhlcvConnector.Indicators.CandlesPart.Candles;

namespace OhlcvConnector.Indicators;

/// <summary>Patterns of one candle, beside those before it that tell what is usual.</summary>
internal static class OneCandle
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        CandlePattern.Describe("cdlbelthold", "Belt hold", 11, BeltHold, "a long body without a shadow at its beginning"),
        CandlePattern.Describe("cdlclosingmarubozu", "Closing marubozu", 11, ClosingMarubozu, "a long body without a shadow at its end"),
        CandlePattern.Describe("cdldoji", "Doji", 11, static (c, _) => c.IsDoji(0) ? 100 : 0, "a body of a tenth of the usual range at most"),
        CandlePattern.Describe("cdldragonflydoji", "Dragonfly doji", 11,
            static (c, _) => c.IsDoji(0) && c.HasNoUpperShadow(0) && c.HasLowerShadow(0) ? 100 : 0, "a doji with a lower shadow alone"),
        CandlePattern.Describe("cdlgravestonedoji", "Gravestone doji", 11,
            static (c, _) => c.IsDoji(0) && c.HasNoLowerShadow(0) && c.HasUpperShadow(0) ? 100 : 0, "a doji with an upper shadow alone"),
        CandlePattern.Describe("cdlhighwave", "High wave", 11, HighWave, "a short body between shadows longer than twice itself"),
        CandlePattern.Describe("cdllongleggeddoji", "Long-legged doji", 11,
            static (c, _) => c.IsDoji(0) && (c.HasLongLowerShadow(0) || c.HasLongUpperShadow(0)) ? 100 : 0, "a doji with a long shadow"),
        CandlePattern.Describe("cdllongline", "Long line", 11, LongLine, "a long body between short shadows"),
        CandlePattern.Describe("cdlmarubozu", "Marubozu", 11, Marubozu, "a long body without shadows"),
        CandlePattern.Describe("cdlrickshawman", "Rickshaw man", 11, RickshawMan, "a doji with two long shadows and its body near the middle"),
        CandlePattern.Describe("cdlshortline", "Short line", 11, ShortLine, "a short body between short shadows"),
        CandlePattern.Describe("cdlspinningtop", "Spinning top", 11, SpinningTop, "a short body between shadows longer than itself"),
        CandlePattern.Describe("cdltakuri", "Takuri", 11,
            static (c, _) => c.IsDoji(0) && c.HasNoUpperShadow(0) && c.HasVeryLongLowerShadow(0) ? 100 : 0, "a dragonfly doji with a very long lower shadow"),
    ];

    private static int BeltHold(Candles c, double penetration) =>
        c.IsLong(0) && (c.IsWhite(0) ? c.HasNoLowerShadow(0) : c.HasNoUpperShadow(0)) ? 100 * c.Color(0) : 0;

    private static int ClosingMarubozu(Candles c, double penetration) =>
        c.IsLong(0) && (c.IsWhite(0) ? c.HasNoUpperShadow(0) : c.HasNoLowerShadow(0)) ? 100 * c.Color(0) : 0;

    private static int HighWave(Candles c, double penetration) =>
        c.IsShort(0) && c.HasVeryLongUpperShadow(0) && c.HasVeryLongLowerShadow(0) ? 100 * c.Color(0) : 0;

    private static int LongLine(Candles c, double penetration) =>
        c.IsLong(0) && c.UpperShadow(0) < c.ShortShadow(0) && c.LowerShadow(0) < c.ShortShadow(0) ? 100 * c.Color(0) : 0;

    private static int Marubozu(Candles c, double penetration) => c.IsLong(0) && c.HasNoUpperShadow(0) && c.HasNoLowerShadow(0) ? 100 * c.Color(0) : 0;

    private static int RickshawMan(Candles c, double penetration)
    {
        var middle = c.Low(0) + (c.Range(0) / 2);
        return c.IsDoji(0) && c.HasLongLowerShadow(0) && c.HasLongUpperShadow(0) && c.Bottom(0) <= middle + c.Near(0)
            && c.Top(0) >= middle - c.Near(0) ? 100 : 0;
    }

    private static int ShortLine(Candles c, double penetration) =>
        c.IsShort(0) && c.UpperShadow(0) < c.ShortShadow(0) && c.LowerShadow(0) < c.ShortShadow(0) ? 100 * c.Color(0) : 0;

    private static int SpinningTop(Candles c, double penetration) => c.IsShort(0) && c.HasLongUpperShadow(0) && c.HasLongLowerShadow(0) ? 100 * c.Color(0) : 0;
}
