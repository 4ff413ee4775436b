namespace OhlcvConnector.IndicatorTests.Truths;

internal static class TrendTruths
{
    public static IReadOnlyList<Truth> List { get; } = [];
}
