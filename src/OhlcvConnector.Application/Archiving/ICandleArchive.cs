using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// Keeps closed candles and what is known to be missing of them. Writing the same again changes nothing; other values become a <see cref="CandleRevision"/>. A
/// call that writes has written all of it to disk when it returns, or nothing when it throws an <see cref="ArchiveException"/>. One can be used by several
/// threads, and a store by several programs.
/// </summary>
public interface ICandleArchive : IAsyncDisposable
{
    /// <summary>Where it is, for people: a file, or an address without its password.</summary>
    string Location { get; }

    /// <summary>Whether it keeps simulated candles; those and real ones never share an archive.</summary>
    bool IsSimulated { get; }

    /// <summary>
    /// Keeps closed candles of any series, in any order, with what is known beside them, in one transaction. A candle's own stretch is complete without saying
    /// so. Where a kept candle lacks what the same candle knows now, such as the number of trades, that is added; where values differ, the newer ones stand
    /// and both are kept as a revision.
    /// </summary>
    /// <param name="candles">The candles; can be empty.</param>
    /// <param name="covered">What is known of stretches beyond the candles themselves; can be empty.</param>
    /// <param name="cancellationToken">Ends the wait for others' writing; what is being written is written.</param>
    /// <exception cref="ArchiveException">Nothing was written.</exception>
    Task<AppendCounts> AppendAsync(IReadOnlyList<PriceQuote> candles, IReadOnlyList<SeriesCoverage> covered, CancellationToken cancellationToken = default);

    /// <summary>The kept candles that open in <c>[from, to)</c>, ascending, marked <see cref="PriceQuote.IsFromArchive"/>. What is missing between them
    /// <see cref="CoverageAsync"/> says.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    IAsyncEnumerable<PriceQuote> ReadAsync(Series series, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default);

    /// <summary>What is known of <c>[from, to)</c>, ascending and without a hole; what was never asked is named, too.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<IReadOnlyList<CoverageRange>> CoverageAsync(Series series, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default);

    /// <summary>The open time of the last kept candle, UTC; null when none is kept.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<DateTimeOffset?> LastOpenTimeAsync(Series series, CancellationToken cancellationToken = default);

    /// <summary>All series that it has, ordered by exchange, market, symbol and interval.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<IReadOnlyList<Series>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>How much it keeps of a series: reads all its rows.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<SeriesHoldings> HoldingsAsync(Series series, CancellationToken cancellationToken = default);

    /// <summary>The values that candles which open in <c>[from, to)</c> had before, oldest change first.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<IReadOnlyList<CandleRevision>> RevisionsAsync(Series series, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps what a market lists at a moment: how each instrument is now, where that differs from the reading before, and that those which are no longer listed
    /// ended. A reading that is older than one that is kept, or of nothing, changes nothing.
    /// </summary>
    /// <param name="listed">All instruments of one market of one exchange, suspended ones included.</param>
    /// <param name="readAt">When it was read, UTC.</param>
    /// <param name="cancellationToken">Ends the wait for others' writing.</param>
    /// <returns>How many instruments are new, changed or gone.</returns>
    /// <exception cref="ArchiveException">Nothing was written.</exception>
    Task<int> KeepListingAsync(IReadOnlyList<Instrument> listed, DateTimeOffset readAt, CancellationToken cancellationToken = default);

    /// <summary>All instruments that were ever kept as listed, each once for every state that it had, ordered by exchange, market, symbol and time.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<IReadOnlyList<KeptListing>> ListingsAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps revisions of another archive with their own times. A kept candle that is still as before gets the values after. Those that are kept already change
    /// nothing.
    /// </summary>
    /// <returns>How many were not kept.</returns>
    /// <exception cref="ArchiveException">Nothing was written.</exception>
    Task<long> ReviseAsync(IReadOnlyList<CandleRevision> revisions, CancellationToken cancellationToken = default);

    /// <summary>Removes the candles of a series that open before a moment, their revisions, and what is known of that time: it counts as never asked
    /// then.</summary>
    /// <returns>How many candles were removed.</returns>
    /// <exception cref="ArchiveException">Nothing was removed.</exception>
    Task<long> ForgetAsync(Series series, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>How much room it takes, in bytes.</summary>
    /// <exception cref="ArchiveException">It could not be read.</exception>
    Task<long> SizeAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives the room of what was removed back to the disk. Writers wait meanwhile.</summary>
    /// <exception cref="ArchiveException">It could not be done; nothing is lost.</exception>
    Task CompactAsync(CancellationToken cancellationToken = default);
}

/// <summary>What became of candles that were to be kept.</summary>
/// <param name="Added">How many are new.</param>
/// <param name="Same">How many were kept already.</param>
/// <param name="Revised">How many were kept with other values.</param>
public readonly record struct AppendCounts(long Added, long Same, long Revised)
{
    /// <summary>Adds counts.</summary>
    public static AppendCounts operator +(AppendCounts left, AppendCounts right) => left.Plus(right);

    /// <summary>Adds counts.</summary>
    public AppendCounts Plus(AppendCounts other) => new(Added + other.Added, Same + other.Same, Revised + other.Revised);
}

/// <summary>Values that a kept candle had before.</summary>
/// <param name="Before">The candle with the older values, and when it was received.</param>
/// <param name="After">The candle with the values that took their place, and when it was received.</param>
/// <param name="RevisedAt">When that was written, UTC.</param>
public sealed record CandleRevision(PriceQuote Before, PriceQuote After, DateTimeOffset RevisedAt);

/// <summary>How much an archive keeps of a series.</summary>
/// <param name="Series">The series.</param>
/// <param name="Count">How many candles.</param>
/// <param name="FirstOpen">The open time of the first, UTC; null when there is none.</param>
/// <param name="LastOpen">The open time of the last, UTC; null when there is none.</param>
/// <param name="Revisions">How many candles had other values before, each change counted.</param>
/// <param name="Coverage">What is known, ascending; what was never asked is left out.</param>
public sealed record SeriesHoldings(Series Series, long Count, DateTimeOffset? FirstOpen, DateTimeOffset? LastOpen, long Revisions,
    IReadOnlyList<CoverageRange> Coverage);
