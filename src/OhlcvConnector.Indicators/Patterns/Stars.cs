using Candles = OhlcvConnector.Indicators.CandlesPart.Candles;

namespace OhlcvConnector.Indicators;

/// <summary>Patterns of a long candle, a small one beyond a gap, and one back into the first.</summary>
internal static class Stars
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        CandlePattern.Describe("cdlabandonedbaby", "Abandoned baby", 13, AbandonedBaby, "a doji star with gaps between the ranges on both sides", 0.3),
        CandlePattern.Describe("cdleveningdojistar", "Evening doji star", 13,
            static (c, p) => c.IsDoji(1) ? Evening(c, p) : 0, "an evening star whose star is a doji", 0.3),
        CandlePattern.Describe("cdleveningstar", "Evening star", 13,
            static (c, p) => c.IsSmall(1) ? Evening(c, p) : 0, "a long white body, a small one above a gap, and a black one well into the first", 0.3),
        CandlePattern.Describe("cdlmorningdojistar", "Morning doji star", 13,
            static (c, p) => c.IsDoji(1) ? Morning(c, p) : 0, "a morning star whose star is a doji", 0.3),
        CandlePattern.Describe("cdlmorningstar", "Morning star", 13,
            static (c, p) => c.IsSmall(1) ? Morning(c, p) : 0, "a long black body, a small one below a gap, and a white one well into the first", 0.3),
    ];

    private static int AbandonedBaby(Candles c, double penetration) => c.Color(0) == -c.Color(2)
        && (c.IsWhite(2) ? c.JumpsUp(1, 2) && c.JumpsDown(0, 1) && IsBelow(c, penetration) : c.JumpsDown(1, 2) && c.JumpsUp(0, 1) && IsAbove(c, penetration))
        && c.IsLong(2) && c.IsDoji(1) && c.IsLong(0) ? 100 * c.Color(0) : 0;

    private static int Evening(Candles c, double penetration) =>
        c.IsWhite(2) && c.IsBlack(0) && c.GapsUp(1, 2) && IsBelow(c, penetration) && c.IsLong(2) && c.IsLong(0) ? -100 : 0;

    private static int Morning(Candles c, double penetration) =>
        c.IsBlack(2) && c.IsWhite(0) && c.GapsDown(1, 2) && IsAbove(c, penetration) && c.IsLong(2) && c.IsLong(0) ? 100 : 0;

    private static bool IsBelow(Candles c, double penetration) => c.Close(0) < c.Close(2) - (c.Body(2) * penetration);

    private static bool IsAbove(Candles c, double penetration) => c.Close(0) > c.Close(2) + (c.Body(2) * penetration);
}
