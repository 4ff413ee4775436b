using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>Finds where an archive ends.</summary>
internal static class ArchiveEnd
{
    /// <summary>
    /// Returns the end of what an archive knows of a series, candles or that there are none, Unix epoch milliseconds UTC; null where it knows nothing.
    /// </summary>
    /// <param name="archive">The archive.</param>
    /// <param name="series">The series.</param>
    /// <param name="from">What ends before is not looked for.</param>
    /// <param name="now">The present; an archive that ends later was written by another clock.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It cannot be read.</exception>
    public static async Task<long?> EndMsAsync(
        this ICandleArchive archive, Series series, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await archive.CoverageAsync(series, from, now.AddYears(100), cancellationToken).ConfigureAwait(false);
        return known.LastOrDefault(range => range.Coverage != Coverage.NeverAsked) is { ToMs: > 0 } last ? last.ToMs : null;
    }
}
