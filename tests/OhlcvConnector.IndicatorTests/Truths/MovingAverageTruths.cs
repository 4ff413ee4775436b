namespace OhlcvConnector.IndicatorTests.Truths;

internal static class MovingAverageTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Skender("sma:20", "sma", "sma"),
        Truth.Skender("ema:20", "ema", "ema"),
        Truth.Lean("ema:14", "spy_ema.csv", "EMA14"),
    ];
}
