namespace OhlcvConnector.Indicators;

/// <summary>How much prices move.</summary>
internal static class Volatility
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } = [];
}
