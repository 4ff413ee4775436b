namespace OhlcvConnector.Indicators;

/// <summary>Measures of the distribution.</summary>
internal static class Statistics
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        Autocorrelation.Definition,
        Beta.Definition,
        Correlation.Definition,
        Drawdown.Definition,
        Entropy.Definition,
        Hurst.Definition,
        Kurtosis.Definition,
        PercentRank.Definition,
        Skew.Definition,
        ZScore.Definition,
    ];
}
