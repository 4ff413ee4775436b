namespace OhlcvConnector.Indicators;

/// <summary>Shapes of a few candles.</summary>
internal static class Patterns
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } = [];
}
