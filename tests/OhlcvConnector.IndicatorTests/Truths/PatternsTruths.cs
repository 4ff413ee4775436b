using OhlcvConnector.Indicators;

namespace OhlcvConnector.IndicatorTests.Truths;

internal static class PatternsTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        .. IndicatorCatalog.All.Where(kind => kind.Name.StartsWith("cdl", StringComparison.Ordinal))
            .Select(kind => Truth.Lean(kind.Name, "eurusd_candle_patterns.txt", kind.Name.ToUpperInvariant()) with { Within = 0 }),
        Truth.Skender("doji:0.1", "doji", "match") with { Within = 0 },
        Truth.Skender("marubozu:95", "marubozu", "match") with { Within = 0 },
    ];
}
