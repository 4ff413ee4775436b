namespace OhlcvConnector.Indicators;

/// <summary>The lists of kinds, one for each group, so that adding an indicator is a file and a word.</summary>
internal static class Groups
{
    public static IEnumerable<IndicatorKind> All =>
        [
            .. MovingAverages.Kinds, .. Momentum.Kinds, .. Trend.Kinds, .. Volatility.Kinds, .. Volumes.Kinds, .. Statistics.Kinds, .. Levels.Kinds,
            .. Patterns.Kinds,
        ];
}
