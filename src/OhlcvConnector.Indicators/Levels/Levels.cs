namespace OhlcvConnector.Indicators;

/// <summary>Prices that others look at.</summary>
internal static class Levels
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
        [SwingPoints.Fractals, HeikinAshi.Definition, .. PivotPoints.Kinds, Renko.Definition, SwingPoints.Definition, ZigZag.Definition];
}
