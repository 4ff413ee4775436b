namespace OhlcvConnector.Indicators;

/// <summary>The averages.</summary>
internal static class MovingAverages
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } = [Ema.Definition, Sma.Definition];
}
