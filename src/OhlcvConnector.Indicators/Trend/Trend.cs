namespace OhlcvConnector.Indicators;

/// <summary>Whether and where to prices move.</summary>
internal static class Trend
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        Adx.Definition,
        Alligator.Definition,
        Aroon.Definition,
        ChandeKroll.Definition,
        Chandelier.Definition,
        HilbertTrendline.Definition,
        Ichimoku.Definition,
        LinReg.Definition,
        MassIndex.Definition,
        Psar.Definition,
        QStick.Definition,
        SuperTrend.Definition,
        Vortex.Definition,
    ];
}
