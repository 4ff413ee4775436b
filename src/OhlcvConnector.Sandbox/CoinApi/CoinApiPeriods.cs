using OhlcvConnector.Domain;

namespace OhlcvConnector.Sandbox.CoinApi;

/// <summary>CoinAPI's periods.</summary>
internal static class CoinApiPeriods
{
    /// <summary>The periods that a stream has: a second to a day.</summary>
    public static IReadOnlyDictionary<string, Interval> Streamed { get; } = Make(
        ("SEC", 's', [1, 2, 3, 4, 5, 6, 10, 15, 20, 30]), ("MIN", 'm', [1, 2, 3, 4, 5, 6, 10, 15, 20, 30]), ("HRS", 'h', [1, 2, 3, 4, 6, 8, 12]), ("DAY", 'd', [1]));

    private static Dictionary<string, Interval> Make(params (string Name, char Unit, int[] Counts)[] units) => units
        .SelectMany(unit => unit.Counts, (unit, count) => (Name: $"{count}{unit.Name}", Interval: Interval.Parse($"{count}{unit.Unit}")))
        .ToDictionary(period => period.Name, period => period.Interval, StringComparer.Ordinal);
}
