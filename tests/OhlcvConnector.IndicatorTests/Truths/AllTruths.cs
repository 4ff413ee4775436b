namespace OhlcvConnector.IndicatorTests.Truths;

/// <summary>The claims, one list for each group of indicators.</summary>
internal static class AllTruths
{
    public static IReadOnlyList<Truth> List { get; } =
        [
            .. MovingAverageTruths.List, .. MomentumTruths.List, .. TrendTruths.List, .. VolatilityTruths.List, .. VolumesTruths.List,
                .. StatisticsTruths.List, .. LevelsTruths.List,
            .. PatternsTruths.List, .. TalibTruths.List,
        ];
}
