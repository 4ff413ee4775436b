using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>What an archive has of a series, and what it lacks between its first moment and its last.</summary>
/// <param name="Holdings">What it has.</param>
/// <param name="Holes">What is missing or was never asked, ascending.</param>
internal sealed record ArchiveState(SeriesHoldings Holdings, IReadOnlyList<CoverageRange> Holes)
{
    /// <summary>How many candles can open where something is known or missing, listing and all.</summary>
    public long Expected { get; private init; }

    /// <summary>How many of them are known to be kept or not to exist.</summary>
    public long Known { get; private init; }

    /// <summary>How much is known, in percent; null where nothing is.</summary>
    public double? Percent => Expected == 0 ? null : Math.Floor(Known * 10_000d / Expected) / 100; // 100 is all

    /// <summary>Looks at a series.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="series">The series.</param>
    /// <param name="from">Where to begin; null for the first moment that something is known of.</param>
    /// <param name="to">Where to end; null for the last.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ArchiveState> ReadAsync(ICandleArchive archive, Series series, DateTimeOffset? from, DateTimeOffset? to,
        CancellationToken cancellationToken)
    {
        var holdings = await archive.HoldingsAsync(series, cancellationToken).ConfigureAwait(false);
        if (holdings.Coverage.Count == 0)
        {
            return new ArchiveState(holdings, []);
        }

        var ranges = new CoverageMap(holdings.Coverage).Between(
            from?.ToUnixTimeMilliseconds() ?? holdings.Coverage[0].FromMs, to?.ToUnixTimeMilliseconds() ?? holdings.Coverage[^1].ToMs);
        return new ArchiveState(holdings, [.. ranges.Where(range => IsHole(range) && Count(series, range) > 0)])
        {
            Expected = ranges.Where(range => range.Coverage != Coverage.BeforeListing).Sum(range => Count(series, range)),
            Known = ranges.Where(range => range.Coverage == Coverage.Complete).Sum(range => Count(series, range)),
        };
    }

    /// <summary>How many candles can open in a stretch.</summary>
    public static long Count(Series series, in CoverageRange range)
    {
        var floor = series.Interval.FloorMs(range.FromMs);
        return series.Interval.CountBetween(floor < range.FromMs ? series.Interval.NextMs(floor) : floor, range.ToMs);
    }

    private static bool IsHole(in CoverageRange range) => range.Coverage is Coverage.Missing or Coverage.NeverAsked;
}
