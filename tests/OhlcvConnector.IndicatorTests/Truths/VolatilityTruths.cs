namespace OhlcvConnector.IndicatorTests.Truths;

internal static class VolatilityTruths
{
    public static IReadOnlyList<Truth> List { get; } = [];
}
