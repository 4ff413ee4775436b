namespace OhlcvConnector.IndicatorTests.Truths;

internal static class LevelsTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Skender("heikinashi", "heikinashi", "open", "open"),
        Truth.Skender("heikinashi", "heikinashi", "high", "high"),
        Truth.Skender("heikinashi", "heikinashi", "low", "low"),
        Truth.Skender("heikinashi", "heikinashi", "close", "close"),
    ];
}
