namespace OhlcvConnector.Indicators;

/// <summary>Indicators of volatility: how much prices move.</summary>
internal static class Volatility
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        Atr.Definition,
        Bollinger.Definition,
        ChaikinVolatility.Definition,
        Choppiness.Definition,
        Donchian.Definition,
        HistoricalVolatility.Definition,
        Keltner.Definition,
        Natr.Definition,
        StdDev.Definition,
        TrueRange.Definition,
        Ulcer.Definition,
        Variance.Definition,
    ];
}
