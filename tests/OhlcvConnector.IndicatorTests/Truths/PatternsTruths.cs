namespace OhlcvConnector.IndicatorTests.Truths;

internal static class PatternsTruths
{
    public static IReadOnlyList<Truth> List { get; } = [];
}
