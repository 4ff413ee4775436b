namespace OhlcvConnector.Indicators;

/// <summary>What is traded.</summary>
internal static class Volumes
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } = [];
}
