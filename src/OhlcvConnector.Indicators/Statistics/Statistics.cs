namespace OhlcvConnector.Indicators;

/// <summary>Measures of the distribution.</summary>
internal static class Statistics
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } = [];
}
