namespace OhlcvConnector.IndicatorTests.Truths;

internal static class StatisticsTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Skender("hurst:100", "hurst", "hurstExponent"),
    ];
}
