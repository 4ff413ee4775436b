using Candles = OhlcvConnector.Indicators.CandlesPart.Candles;

namespace OhlcvConnector.Indicators;

/// <summary>Patterns of four and five candles.</summary>
internal static class MoreCandles
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        CandlePattern.Describe("cdl3blackcrows", "Three black crows", 14,
            BlackCrows, "after a white candle three black ones without lower shadows, each from within the one before to a lower close"),
        CandlePattern.Describe("cdl3linestrike", "Three-line strike", 9,
            LineStrike, "three candles of one colour, each farther on, and one of the other around all"),
        CandlePattern.Describe("cdlbreakaway", "Breakaway", 15,
            Breakaway, "a long body, a gap, two candles farther on, and one of the other colour back into the gap"),
        CandlePattern.Describe("cdlconcealbabyswall", "Concealing baby swallow", 14,
            ConcealingSwallow, "two black marubozu, a black candle below a gap with an upper shadow into it, and a black one around that"),
        CandlePattern.Describe("cdlladderbottom", "Ladder bottom", 15,
            LadderBottom, "three black candles down, a black one with an upper shadow, and a white one that closes above its high"),
        CandlePattern.Describe("cdlmathold", "Mat hold", 15,
            MatHold, "a long white body, a small black one above a gap, two small ones falling within reach, and a white one above all", 0.5),
        CandlePattern.Describe("cdlrisefall3methods", "Rising or falling three methods", 15,
            RisingFalling, "a long body, three small ones of the other colour within its range, and a long one farther on"),
    ];

    private static int BlackCrows(Candles c, double penetration) => c.IsWhite(3) && c.IsBlack(2) && c.IsBlack(1) && c.IsBlack(0)
        && c.Open(1) < c.Open(2) && c.Open(1) > c.Close(2) && c.Open(0) < c.Open(1) && c.Open(0) > c.Close(1)
        && c.High(3) > c.Close(2) && c.Close(2) > c.Close(1) && c.Close(1) > c.Close(0)
        && c.HasNoLowerShadow(2) && c.HasNoLowerShadow(1) && c.HasNoLowerShadow(0) ? -100 : 0;

    private static int LineStrike(Candles c, double penetration)
    {
        var color = c.Color(1);
        var strikes = c.IsWhite(1)
            ? c.Close(1) > c.Close(2) && c.Close(2) > c.Close(3) && c.Open(0) > c.Close(1) && c.Close(0) < c.Open(3)
            : c.Close(1) < c.Close(2) && c.Close(2) < c.Close(3) && c.Open(0) < c.Close(1) && c.Close(0) > c.Open(3);
        return strikes && c.Color(3) == color && c.Color(2) == color && c.Color(0) == -color && OpensWithin(c, 2) && OpensWithin(c, 1) ? 100 * color : 0;
    }

    private static bool OpensWithin(Candles c, int back) =>
        c.Open(back) >= c.Bottom(back + 1) - c.Near(back + 1) && c.Open(back) <= c.Top(back + 1) + c.Near(back + 1);

    private static int Breakaway(Candles c, double penetration)
    {
        var breaks = c.IsBlack(4)
            ? c.GapsDown(3, 4) && c.High(2) < c.High(3) && c.Low(2) < c.Low(3) && c.High(1) < c.High(2) && c.Low(1) < c.Low(2)
                && c.Close(0) > c.Open(3) && c.Close(0) < c.Close(4)
            : c.GapsUp(3, 4) && c.High(2) > c.High(3) && c.Low(2) > c.Low(3) && c.High(1) > c.High(2) && c.Low(1) > c.Low(2)
                && c.Close(0) < c.Open(3) && c.Close(0) > c.Close(4);
        return breaks && c.Color(4) == c.Color(3) && c.Color(3) == c.Color(1) && c.Color(1) == -c.Color(0) && c.IsLong(4) ? 100 * c.Color(0) : 0;
    }

    private static int ConcealingSwallow(Candles c, double penetration) => c.IsBlack(3) && c.IsBlack(2) && c.IsBlack(1) && c.IsBlack(0)
        && c.GapsDown(1, 2) && c.High(1) > c.Close(2) && c.High(0) > c.High(1) && c.Low(0) < c.Low(1)
        && c.HasNoLowerShadow(3) && c.HasNoUpperShadow(3) && c.HasNoLowerShadow(2) && c.HasNoUpperShadow(2) && c.HasUpperShadow(1) ? 100 : 0;

    private static int LadderBottom(Candles c, double penetration) => c.IsBlack(4) && c.IsBlack(3) && c.IsBlack(2) && c.IsBlack(1) && c.IsWhite(0)
        && c.Open(4) > c.Open(3) && c.Open(3) > c.Open(2) && c.Close(4) > c.Close(3) && c.Close(3) > c.Close(2)
        && c.Open(0) > c.Open(1) && c.Close(0) > c.High(1) && c.HasUpperShadow(1) ? 100 : 0;

    private static int MatHold(Candles c, double penetration)
    {
        var reach = c.Close(4) - (c.Body(4) * penetration);
        return c.IsWhite(4) && c.IsBlack(3) && c.IsWhite(0) && c.GapsUp(3, 4)
            && c.Bottom(2) < c.Close(4) && c.Bottom(1) < c.Close(4) && c.Bottom(2) > reach && c.Bottom(1) > reach
            && c.Top(2) < c.Open(3) && c.Top(1) < c.Top(2) && c.Open(0) > c.Close(1) && c.Close(0) > Math.Max(Math.Max(c.High(3), c.High(2)), c.High(1))
            && c.IsLong(4) && c.IsShort(3) && c.IsShort(2) && c.IsShort(1) ? 100 : 0;
    }

    private static int RisingFalling(Candles c, double penetration)
    {
        var color = c.Color(4);
        return c.Color(3) == -color && c.Color(2) == -color && c.Color(1) == -color && c.Color(0) == color
            && Touches(c, 3) && Touches(c, 2) && Touches(c, 1)
            && c.Close(2) * color < c.Close(3) * color && c.Close(1) * color < c.Close(2) * color
            && c.Open(0) * color > c.Close(1) * color && c.Close(0) * color > c.Close(4) * color
            && c.IsLong(4) && c.IsShort(3) && c.IsShort(2) && c.IsShort(1) && c.IsLong(0) ? 100 * color : 0;
    }

    private static bool Touches(Candles c, int back) => c.Bottom(back) < c.High(4) && c.Top(back) > c.Low(4);
}
