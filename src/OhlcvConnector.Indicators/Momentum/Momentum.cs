namespace OhlcvConnector.Indicators;

/// <summary>How fast prices move.</summary>
internal static class Momentum
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } = [Rsi.Definition, Macd.Definition];
}
