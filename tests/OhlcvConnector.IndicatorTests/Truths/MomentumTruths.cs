namespace OhlcvConnector.IndicatorTests.Truths;

internal static class MomentumTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Skender("rsi:14", "rsi", "rsi"),
        Truth.Skender("macd:12:26:9", "macd", "macd"),
        Truth.Skender("macd:12:26:9", "macd", "signal", "signal"),
        Truth.Skender("macd:12:26:9", "macd", "histogram", "histogram"),
        Truth.Lean("macd:12:26:9", "spy_with_macd.txt", "MACD") with { BeginsElsewhere = true, Within = 1e-6 },
        Truth.Lean("macd:12:26:9", "spy_with_macd.txt", "Signal", "signal") with { BeginsElsewhere = true, Within = 1e-6 },
    ];
}
