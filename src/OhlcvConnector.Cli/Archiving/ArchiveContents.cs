using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Which series of an archive a command line means.</summary>
internal static class ArchiveContents
{
    /// <summary>All series that words name; all of the archive where there are none.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="words">The words; empty for all.</param>
    /// <param name="market">The market of those that say none; null for any.</param>
    /// <param name="intervals">The intervals; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UsageException">The archive has nothing that a word names.</exception>
    public static async Task<IReadOnlyList<Series>> FindAsync(ICandleArchive archive, IReadOnlyList<string> words, Market? market,
        IReadOnlyList<Interval>? intervals, CancellationToken cancellationToken)
    {
        var all = (await archive.ListAsync(cancellationToken).ConfigureAwait(false)).Where(series => intervals?.Contains(series.Interval) ?? true).ToList();
        if (words.Count == 0)
        {
            return all;
        }

        var found = new List<Series>();
        foreach (var target in SeriesTarget.ParseAll(words, market))
        {
            var matching = all.FindAll(series => Matches(target, series));
            found.AddRange(matching.Count > 0 ? matching
                : throw new UsageException($"The archive {archive.Location} has no {target}{(intervals is null ? "" : " of " + string.Join(", ", intervals))}. 'connector-cli archive status' lists what it has."));
        }

        return [.. found.Distinct()];
    }

    /// <summary>Whether a series is what was written.</summary>
    public static bool Matches(SeriesTarget target, Series series) =>
        string.Equals(target.Exchange, series.Exchange, StringComparison.OrdinalIgnoreCase)
        && (target.Market is null || target.Market == series.Market)
        && (target.IsOf(series) || (SeriesPattern.Is(target.Symbol)
            && new SeriesPattern(target.Exchange, target.Market, target.Symbol).Matches(series.Instrument)));

    /// <summary>As it is typed: <c>okx/usdm:BTC-USDT-SWAP</c>.</summary>
    public static string Typed(this Series series) => $"{series.Exchange}/{series.Market.Name()}:{series.VenueSymbol}";
}
