namespace OhlcvConnector.IndicatorTests.Truths;

internal static class LevelsTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Skender("heikinashi", "heikinashi", "open", "open"),
        Truth.Skender("heikinashi", "heikinashi", "high", "high"),
        Truth.Skender("heikinashi", "heikinashi", "low", "low"),
        Truth.Skender("heikinashi", "heikinashi", "close", "close"),
        Truth.Lean("heikinashi", "spy_heikin_ashi.txt", "HA_Open", "open") with { Within = 1e-7 },
        Truth.Lean("heikinashi", "spy_heikin_ashi.txt", "HA_High", "high") with { Within = 1e-7 },
        Truth.Lean("heikinashi", "spy_heikin_ashi.txt", "HA_Low", "low") with { Within = 1e-7 },
        Truth.Lean("heikinashi", "spy_heikin_ashi.txt", "HA_Close", "close") with { Within = 1e-7 },
        Truth.Lean("swing:10:10", "spy_pivot_pnt_hl.txt", "PPHL", "signal") with { BeginsElsewhere = true, Within = 0 },
    ];
}
