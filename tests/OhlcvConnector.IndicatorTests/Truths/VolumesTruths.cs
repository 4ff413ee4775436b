namespace OhlcvConnector.IndicatorTests.Truths;

internal static class VolumesTruths
{
    public static IReadOnlyList<Truth> List { get; } = [];
}
