using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>The rules by which every store finds a series.</summary>
public static class KeptSeries
{
    /// <summary>Refuses a series that an archive has in another spelling.</summary>
    /// <param name="kept">The one that it has under this name, whatever its case.</param>
    /// <param name="series">The one that is asked for.</param>
    /// <param name="location">The archive.</param>
    /// <exception cref="ArchiveException">They are not the same.</exception>
    public static void CheckSpelling(Series kept, Series series, string location)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (!kept.Equals(series))
        {
            throw new ArchiveException(
                ArchiveTrouble.Refused,
                $"The archive {location} has '{kept}', and '{series}' is the same in another spelling. Write it as the exchange does: {kept.Exchange} {kept.VenueSymbol}.");
        }
    }

    /// <summary>Series in the order in which an archive lists them: by exchange, market, symbol and interval.</summary>
    public static IReadOnlyList<Series> Ordered(IEnumerable<Series> all) =>
    [
        .. all.OrderBy(series => series.Exchange, StringComparer.Ordinal).ThenBy(series => series.Market)
            .ThenBy(series => series.VenueSymbol, StringComparer.Ordinal).ThenBy(series => series.Interval),
    ];
}
