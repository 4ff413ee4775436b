namespace OhlcvConnector.IndicatorTests.Truths;

internal static class LevelsTruths
{
    public static IReadOnlyList<Truth> List { get; } = [];
}
