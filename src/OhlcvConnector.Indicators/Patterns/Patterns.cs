namespace OhlcvConnector.Indicators;

/// <summary>Shapes of a few candles.</summary>
internal static class Patterns
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        .. OneCandle.Kinds,
        .. TwoCandles.Kinds,
        .. ThreeCandles.Kinds,
        .. Stars.Kinds,
        .. MoreCandles.Kinds,
        .. Hikkake.Kinds,
        Doji.Definition,
        Marubozu.Definition,
    ];
}
