using Candles = OhlcvConnector.Indicators.CandlesPart.Candles;

namespace OhlcvConnector.Indicators;

/// <summary>Patterns of two candles.</summary>
internal static class TwoCandles
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        CandlePattern.Describe("cdlcounterattack", "Counterattack", 12, Counterattack, "two long bodies of opposite colours that close at one price"),
        CandlePattern.Describe("cdldarkcloudcover", "Dark cloud cover", 12,
            DarkCloudCover, "after a long white body a black one that opens above its high and closes within it", 0.5),
        CandlePattern.Describe("cdldojistar", "Doji star", 12, DojiStar, "a doji beyond a gap, after a long body"),
        CandlePattern.Describe("cdlengulfing", "Engulfing", 3, Engulfing, "a body around the one before, of the other colour", ends: true),
        CandlePattern.Describe("cdlhammer", "Hammer", 12, Hammer, "a short body with a long lower shadow alone, near the low before"),
        CandlePattern.Describe("cdlhangingman", "Hanging man", 12, HangingMan, "a short body with a long lower shadow alone, near the high before"),
        CandlePattern.Describe("cdlharami", "Harami", 12,
            static (c, ends) => c.IsSmall(0) ? Harami(c, ends) : 0, "a short body within a long one before", ends: true),
        CandlePattern.Describe("cdlharamicross", "Harami cross", 12,
            static (c, ends) => c.IsDoji(0) ? Harami(c, ends) : 0, "a doji within a long body before", ends: true),
        CandlePattern.Describe("cdlhomingpigeon", "Homing pigeon", 12, HomingPigeon, "a short black body within a long black one before"),
        CandlePattern.Describe("cdlinneck", "In-neck", 12,
            InNeck, "after a long black body a white one that opens below the low and closes at the close before or barely above"),
        CandlePattern.Describe("cdlinvertedhammer", "Inverted hammer", 12, InvertedHammer, "a short body with a long upper shadow alone, below a gap"),
        CandlePattern.Describe("cdlkicking", "Kicking", 12,
            static (c, _) => Kicks(c) ? 100 * c.Color(0) : 0, "two marubozu of opposite colours with a gap between their ranges"),
        CandlePattern.Describe("cdlkickingbylength", "Kicking by length", 12,
            static (c, _) => Kicks(c) ? 100 * c.Color(c.Body(0) > c.Body(1) ? 0 : 1) : 0, "kicking, of the longer candle's colour"),
        CandlePattern.Describe("cdlmatchinglow", "Matching low", 7, MatchingLow, "two black candles that close at one price"),
        CandlePattern.Describe("cdlonneck", "On-neck", 12, OnNeck, "after a long black body a white one that opens below the low and closes at it"),
        CandlePattern.Describe("cdlpiercing", "Piercing", 12,
            Piercing, "after a long black body a long white one that opens below the low and closes above its middle"),
        CandlePattern.Describe("cdlseparatinglines", "Separating lines", 12,
            SeparatingLines, "two candles of opposite colours that open at one price, the last long without a shadow there"),
        CandlePattern.Describe("cdlshootingstar", "Shooting star", 12, ShootingStar, "a short body with a long upper shadow alone, above a gap"),
        CandlePattern.Describe("cdlthrusting", "Thrusting", 12,
            Thrusting, "after a long black body a white one that opens below the low and closes within it, up to its middle"),
    ];

    private static int Counterattack(Candles c, double penetration) =>
        c.Color(1) == -c.Color(0) && c.IsLong(1) && c.IsLong(0) && c.AreEqual(c.Close(0), c.Close(1), 1) ? 100 * c.Color(0) : 0;

    private static int DarkCloudCover(Candles c, double penetration) => c.IsWhite(1) && c.IsBlack(0) && c.IsLong(1)
        && c.Open(0) > c.High(1) && c.Close(0) > c.Open(1) && c.Close(0) < c.Close(1) - (c.Body(1) * penetration) ? -100 : 0;

    private static int DojiStar(Candles c, double penetration) =>
        (c.IsWhite(1) ? c.GapsUp(0, 1) : c.GapsDown(0, 1)) && c.IsLong(1) && c.IsDoji(0) ? -100 * c.Color(1) : 0;

    private static int Engulfing(Candles c, double ends) => c.Color(1) == -c.Color(0) ? c.Color(0) * Encloses(c, 0, 1, ends) : 0;

    /// <summary>Returns 100 where one body is within another, 80 where both end at one price on one side, if that counts; else 0.</summary>
    private static int Encloses(Candles c, int outer, int inner, double ends)
    {
        var (above, below) = (c.Top(outer) - c.Top(inner), c.Bottom(inner) - c.Bottom(outer));
        return above > 0 && below > 0 ? 100 : ends != 0 && above >= 0 && below >= 0 && above + below > 0 ? 80 : 0;
    }

    private static int Hammer(Candles c, double penetration) =>
        c.HasLongLowerShadow(0) && c.IsShort(0) && c.HasNoUpperShadow(0) && c.Bottom(0) <= c.Low(1) + c.Near(1) ? 100 : 0;

    private static int HangingMan(Candles c, double penetration) =>
        c.HasLongLowerShadow(0) && c.IsShort(0) && c.HasNoUpperShadow(0) && c.Bottom(0) >= c.High(1) - c.Near(1) ? -100 : 0;

    private static int Harami(Candles c, double ends) => c.IsLong(1) ? -c.Color(1) * Encloses(c, 1, 0, ends) : 0;

    private static int HomingPigeon(Candles c, double penetration) =>
        c.IsBlack(1) && c.IsBlack(0) && c.Open(0) < c.Open(1) && c.Close(0) > c.Close(1) && c.IsLong(1) && c.IsSmall(0) ? 100 : 0;

    private static int InNeck(Candles c, double penetration) => c.IsBlack(1) && c.IsWhite(0) && c.Open(0) < c.Low(1) && c.IsLong(1)
        && c.Close(0) >= c.Close(1) && c.Close(0) <= c.Close(1) + c.Equality(1) ? -100 : 0;

    private static int InvertedHammer(Candles c, double penetration) =>
        c.GapsDown(0, 1) && c.HasLongUpperShadow(0) && c.IsShort(0) && c.HasNoLowerShadow(0) ? 100 : 0;

    private static bool Kicks(Candles c) =>
        c.Color(1) == -c.Color(0) && (c.IsBlack(1) ? c.JumpsUp(0, 1) : c.JumpsDown(0, 1)) && IsMarubozu(c, 1) && IsMarubozu(c, 0);

    private static bool IsMarubozu(Candles c, int back) => c.IsLong(back) && c.HasNoUpperShadow(back) && c.HasNoLowerShadow(back);

    private static int MatchingLow(Candles c, double penetration) => c.IsBlack(1) && c.IsBlack(0) && c.AreEqual(c.Close(0), c.Close(1), 1) ? 100 : 0;

    private static int OnNeck(Candles c, double penetration) =>
        c.IsBlack(1) && c.IsWhite(0) && c.Open(0) < c.Low(1) && c.IsLong(1) && c.AreEqual(c.Close(0), c.Low(1), 1) ? -100 : 0;

    private static int Piercing(Candles c, double penetration) => c.IsBlack(1) && c.IsWhite(0) && c.Open(0) < c.Low(1) && c.IsLong(1) && c.IsLong(0)
        && c.Close(0) < c.Open(1) && c.Close(0) > c.Close(1) + (c.Body(1) * 0.5) ? 100 : 0;

    private static int SeparatingLines(Candles c, double penetration) => c.Color(1) == -c.Color(0) && c.AreEqual(c.Open(0), c.Open(1), 1)
        && c.IsLong(0) && (c.IsWhite(0) ? c.HasNoLowerShadow(0) : c.HasNoUpperShadow(0)) ? 100 * c.Color(0) : 0;

    private static int ShootingStar(Candles c, double penetration) =>
        c.GapsUp(0, 1) && c.HasLongUpperShadow(0) && c.IsShort(0) && c.HasNoLowerShadow(0) ? -100 : 0;

    private static int Thrusting(Candles c, double penetration) => c.IsBlack(1) && c.IsWhite(0) && c.Open(0) < c.Low(1) && c.IsLong(1)
        && c.Close(0) > c.Close(1) + c.Equality(1) && c.Close(0) <= c.Close(1) + (c.Body(1) * 0.5) ? -100 : 0;
}
