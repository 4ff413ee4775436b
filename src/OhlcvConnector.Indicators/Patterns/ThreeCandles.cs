using Candles = OhlcvConnector.Indicators.CandlesPart.Candles;

namespace OhlcvConnector.Indicators;

/// <summary>Patterns of three candles but for those of <see cref="Stars"/>.</summary>
internal static class ThreeCandles
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        CandlePattern.Describe("cdl2crows", "Two crows", 13,
            TwoCrows, "after a long white body a black one above a gap, and a black one from within that into the first"),
        CandlePattern.Describe("cdl3inside", "Three inside up or down", 13, Inside, "a harami, and a candle that closes beyond the first's open"),
        CandlePattern.Describe("cdl3outside", "Three outside up or down", 4, Outside, "an engulfing, and a candle that closes farther on"),
        CandlePattern.Describe("cdl3starsinsouth", "Three stars in the south", 13,
            StarsInSouth, "three black candles, each smaller, with higher lows; the first with a long lower shadow, the last without shadows"),
        CandlePattern.Describe("cdl3whitesoldiers", "Three white soldiers", 13,
            WhiteSoldiers, "three white candles without upper shadows, each from within the one before to a higher close, none far shorter"),
        CandlePattern.Describe("cdladvanceblock", "Advance block", 13,
            AdvanceBlock, "three white candles as soldiers, but weaker: shorter bodies or long upper shadows"),
        CandlePattern.Describe("cdlgapsidesidewhite", "Side-by-side white lines", 8, SideBySide, "two white candles alike beyond a gap"),
        CandlePattern.Describe("cdlidentical3crows", "Identical three crows", 13,
            IdenticalCrows, "three black candles without lower shadows, each from the close before to a lower one"),
        CandlePattern.Describe("cdlstalledpattern", "Stalled pattern", 13, Stalled, "two long white candles, and a small white one at the end of the second"),
        CandlePattern.Describe("cdlsticksandwich", "Stick sandwich", 8,
            StickSandwich, "a white candle above a black one's close, and a black one that closes there again"),
        CandlePattern.Describe("cdltasukigap", "Tasuki gap", 8,
            TasukiGap, "after a gap, a candle of the other colour and the same size that does not close it"),
        CandlePattern.Describe("cdltristar", "Tristar", 13, Tristar, "three doji, the second beyond a gap"),
        CandlePattern.Describe("cdlunique3river", "Unique three river", 13,
            UniqueRiver, "after a long black body a black one within it with a lower low, and a short white one above that low"),
        CandlePattern.Describe("cdlupsidegap2crows", "Upside gap two crows", 13,
            UpsideGapCrows, "after a long white body a small black one above a gap, and a black one around it above the gap"),
        CandlePattern.Describe("cdlxsidegap3methods", "Gap three methods", 3,
            GapMethods, "a gap between two candles of one colour, and one of the other from body to body"),
    ];

    private static int TwoCrows(Candles c, double penetration) => c.IsWhite(2) && c.IsBlack(1) && c.IsBlack(0) && c.IsLong(2) && c.GapsUp(1, 2)
        && c.Open(0) < c.Open(1) && c.Open(0) > c.Close(1) && c.Close(0) > c.Open(2) && c.Close(0) < c.Close(2) ? -100 : 0;

    private static int Inside(Candles c, double penetration) => c.Color(0) == -c.Color(2) && c.Top(1) < c.Top(2) && c.Bottom(1) > c.Bottom(2)
        && (c.IsWhite(2) ? c.Close(0) < c.Open(2) : c.Close(0) > c.Open(2)) && c.IsLong(2) && c.IsSmall(1) ? -100 * c.Color(2) : 0;

    private static int Outside(Candles c, double penetration) => c.Color(1) == -c.Color(2) && c.Top(1) > c.Top(2) && c.Bottom(1) < c.Bottom(2)
        && (c.IsWhite(1) ? c.Close(0) > c.Close(1) : c.Close(0) < c.Close(1)) ? 100 * c.Color(1) : 0;

    private static int StarsInSouth(Candles c, double penetration) => c.IsBlack(2) && c.IsBlack(1) && c.IsBlack(0) && c.HasLongLowerShadow(2)
        && c.Body(1) < c.Body(2) && c.Open(1) > c.Close(2) && c.Open(1) <= c.High(2) && c.Low(1) < c.Close(2) && c.Low(1) >= c.Low(2)
        && c.Low(0) > c.Low(1) && c.High(0) < c.High(1)
        && c.IsLong(2) && c.HasLowerShadow(1) && c.IsShort(0) && c.HasNoLowerShadow(0) && c.HasNoUpperShadow(0) ? 100 : 0;

    private static int WhiteSoldiers(Candles c, double penetration) => Advances(c) && c.HasNoUpperShadow(2) && c.HasNoUpperShadow(1) && c.HasNoUpperShadow(0)
        && c.Body(1) > c.Body(2) - c.Far(2) && c.Body(0) > c.Body(1) - c.Far(1) && c.IsLong(0) ? 100 : 0;

    private static int AdvanceBlock(Candles c, double penetration) => Advances(c) && c.IsLong(2) && c.UpperShadow(2) < c.ShortShadow(2)
        && ((c.Body(1) < c.Body(2) - c.Far(2) && c.Body(0) < c.Body(1) + c.Near(1))
            || c.Body(0) < c.Body(1) - c.Far(1)
            || (c.Body(0) < c.Body(1) && c.Body(1) < c.Body(2) && (c.UpperShadow(0) > c.ShortShadow(0) || c.UpperShadow(1) > c.ShortShadow(1)))
            || (c.Body(0) < c.Body(1) && c.HasLongUpperShadow(0))) ? -100 : 0;

    private static bool Advances(Candles c) => c.IsWhite(2) && c.IsWhite(1) && c.IsWhite(0) && c.Close(0) > c.Close(1) && c.Close(1) > c.Close(2)
        && c.Open(1) > c.Open(2) && c.Open(1) <= c.Close(2) + c.Near(2) && c.Open(0) > c.Open(1) && c.Open(0) <= c.Close(1) + c.Near(1);

    private static int SideBySide(Candles c, double penetration)
    {
        var isUp = c.GapsUp(1, 2) && c.GapsUp(0, 2);
        return (isUp || (c.GapsDown(1, 2) && c.GapsDown(0, 2))) && c.IsWhite(1) && c.IsWhite(0)
            && c.Body(0) >= c.Body(1) - c.Near(1) && c.Body(0) <= c.Body(1) + c.Near(1) && c.AreEqual(c.Open(0), c.Open(1), 1) ? (isUp ? 100 : -100) : 0;
    }

    private static int IdenticalCrows(Candles c, double penetration) =>
        c.IsBlack(2) && c.IsBlack(1) && c.IsBlack(0) && c.Close(2) > c.Close(1) && c.Close(1) > c.Close(0)
        && c.HasNoLowerShadow(2) && c.HasNoLowerShadow(1) && c.HasNoLowerShadow(0)
        && c.AreEqual(c.Open(1), c.Close(2), 2) && c.AreEqual(c.Open(0), c.Close(1), 1) ? -100 : 0;

    private static int Stalled(Candles c, double penetration) =>
        c.IsWhite(2) && c.IsWhite(1) && c.IsWhite(0) && c.Close(0) > c.Close(1) && c.Close(1) > c.Close(2)
        && c.IsLong(2) && c.IsLong(1) && c.HasNoUpperShadow(1) && c.Open(1) > c.Open(2) && c.Open(1) <= c.Close(2) + c.Near(2)
        && c.IsShort(0) && c.Open(0) >= c.Close(1) - c.Body(0) - c.Near(1) ? -100 : 0;

    private static int StickSandwich(Candles c, double penetration) =>
        c.IsBlack(2) && c.IsWhite(1) && c.IsBlack(0) && c.Low(1) > c.Close(2) && c.AreEqual(c.Close(0), c.Close(2), 2) ? 100 : 0;

    private static int TasukiGap(Candles c, double penetration)
    {
        var isUp = c.GapsUp(1, 2) && c.IsWhite(1) && c.IsBlack(0) && c.Open(0) < c.Close(1) && c.Open(0) > c.Open(1) && c.Close(0) < c.Open(1)
            && c.Close(0) > c.Top(2);
        var isDown = c.GapsDown(1, 2) && c.IsBlack(1) && c.IsWhite(0) && c.Open(0) < c.Open(1) && c.Open(0) > c.Close(1) && c.Close(0) > c.Open(1)
            && c.Close(0) < c.Bottom(2);
        return (isUp || isDown) && Math.Abs(c.Body(1) - c.Body(0)) < c.Near(1) ? 100 * c.Color(1) : 0;
    }

    private static int Tristar(Candles c, double penetration)
    {
        var limit = c.MeanDoji(2);
        return c.Body(2) > limit || c.Body(1) > limit || c.Body(0) > limit ? 0
            : c.GapsDown(1, 2) && c.Bottom(0) > c.Bottom(1) ? 100
            : c.GapsUp(1, 2) && c.Top(0) < c.Top(1) ? -100 : 0;
    }

    private static int UniqueRiver(Candles c, double penetration) =>
        c.IsBlack(2) && c.IsBlack(1) && c.IsWhite(0) && c.Close(1) > c.Close(2) && c.Open(1) <= c.Open(2)
        && c.Low(1) < c.Low(2) && c.Open(0) > c.Low(1) && c.IsLong(2) && c.IsShort(0) ? 100 : 0;

    private static int UpsideGapCrows(Candles c, double penetration) => c.IsWhite(2) && c.IsBlack(1) && c.IsBlack(0) && c.GapsUp(1, 2)
        && c.Open(0) > c.Open(1) && c.Close(0) < c.Close(1) && c.Close(0) > c.Close(2) && c.IsLong(2) && c.IsSmall(1) ? -100 : 0;

    private static int GapMethods(Candles c, double penetration) => c.Color(2) == c.Color(1) && c.Color(1) == -c.Color(0)
        && (c.IsWhite(2) ? c.GapsUp(1, 2) : c.GapsDown(1, 2))
        && c.Open(0) < c.Top(1) && c.Open(0) > c.Bottom(1) && c.Close(0) < c.Top(2) && c.Close(0) > c.Bottom(2) ? 100 * c.Color(2) : 0;
}
