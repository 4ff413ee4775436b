namespace OhlcvConnector.Indicators;

/// <summary>Indicators of the trend: whether and where to prices move.</summary>
internal static class Trend
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        Adx.Definition,
        .. Adx.Alone,
        Alligator.Definition,
        Aroon.Definition,
        Aroon.Alone,
        ChandeKroll.Definition,
        Chandelier.Definition,
        HilbertTrendline.Definition,
        Ichimoku.Definition,
        LinReg.Definition,
        .. LinReg.Alone,
        MassIndex.Definition,
        Psar.Definition,
        QStick.Definition,
        SuperTrend.Definition,
        Vortex.Definition,
    ];
}
