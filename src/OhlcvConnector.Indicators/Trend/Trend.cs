namespace OhlcvConnector.Indicators;

/// <summary>Whether and where to prices move.</summary>
internal static class Trend
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } = [];
}
