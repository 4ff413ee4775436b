using System.Runtime.CompilerServices;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>
/// An archive in one SQLite file, with its write-ahead log beside it while it is open. Each write is one transaction that is on disk when the call returns.
/// Any number of programs can use one file on the same machine; reading never waits for writing. A file on a network drive is none for SQLite.
/// </summary>
public sealed class SqliteCandleArchive : ICandleArchive
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly TimeProvider _clock;
    private ArchiveWriter? _writer;
    private bool _isDisposed;

    private SqliteCandleArchive(string path, bool isSimulated, TimeProvider clock) => (FilePath, IsSimulated, _clock) = (path, isSimulated, clock);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <inheritdoc/>
    public string Location => FilePath;

    /// <inheritdoc/>
    public bool IsSimulated { get; }

    /// <summary>How many pages the file may have; for tests of full disks.</summary>
    internal long? MaxPages { get; set; }

    /// <summary>Opens an archive, and brings a file of an older version up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSimulated">Whether simulated candles are to be kept, or real ones: a file keeps either; null for whichever it keeps.</param>
    /// <param name="mustExist">Whether a file that is not there is an error; else it is made, with its directory.</param>
    /// <param name="clock">The clock that candles are measured with: those that end later are refused. Null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static SqliteCandleArchive Open(string path, bool? isSimulated = null, bool mustExist = false, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        clock ??= TimeProvider.System;
        var full = Path.GetFullPath(path);
        MakeFolder(full, mustExist);
        using var database = Database.Open(full, mayCreate: !mustExist, isPooled: false);
        return new SqliteCandleArchive(full, Schema.Prepare(database, full, isSimulated, clock.GetUtcNow()), clock);
    }

    /// <inheritdoc/>
    public async Task<AppendCounts> AppendAsync(IReadOnlyList<PriceQuote> candles, IReadOnlyList<SeriesCoverage> covered,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(covered);
        var now = _clock.GetUtcNow();
        KeptCandle.CheckAll(candles, now);
        return await WriteAsync(writer => writer.Append(candles, covered, now), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PriceQuote> ReadAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        using var reader = new CandleReader(FilePath, series);
        var (at, end) = (Seconds(from), Seconds(to));
        while (reader.ReadPage(at, end) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
            {
                yield return reader.Page[i];
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (count < reader.Page.Length)
            {
                break;
            }

            at = (reader.Page[count - 1].OpenMs / 1000) + 1;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CoverageRange>> CoverageAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken = default) => ReadAsync(series, (database, row) =>
    {
        var (fromMs, toMs) = (from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
        using var table = new CoverageTable(database);
        return new CoverageMap(row is null ? [] : table.Touching(row.Id, fromMs, toMs)).Between(fromMs, toMs);
    });

    /// <inheritdoc/>
    public Task<DateTimeOffset?> LastOpenTimeAsync(Series series, CancellationToken cancellationToken = default) => ReadAsync(series, (database, row) =>
        row is null ? null : Times(database, "max", row.Id));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Series>> ListAsync(CancellationToken cancellationToken = default)
    {
        using var database = Database.Open(FilePath);
        using var table = new SeriesTable(database, FilePath);
        return Task.FromResult(table.All());
    }

    /// <inheritdoc/>
    public Task<SeriesHoldings> HoldingsAsync(Series series, CancellationToken cancellationToken = default) => ReadAsync(series, (database, row) =>
    {
        if (row is null)
        {
            return new SeriesHoldings(series, 0, null, null, 0, []);
        }

        using var coverage = new CoverageTable(database);
        return new SeriesHoldings(
            series,
            Count(database, "candle", row.Id),
            Times(database, "min", row.Id),
            Times(database, "max", row.Id),
            Count(database, "revision", row.Id),
            coverage.Touching(row.Id, long.MinValue + 1, long.MaxValue));
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<CandleRevision>> RevisionsAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken = default) => ReadAsync(series, (database, row) =>
    {
        var found = new List<CandleRevision>();
        using var statement = new Statement(database,
            "SELECT open_time, before, after, revised_ms FROM revision WHERE series = ? AND open_time >= ? AND open_time < ? ORDER BY id");
        statement.Bind(1, row?.Id ?? 0).Bind(2, Seconds(from)).Bind(3, Seconds(to));
        while (statement.Step())
        {
            found.Add(new CandleRevision(
                CandleText.Read(series, statement.Long(0) * 1000, statement.Text(1)),
                CandleText.Read(series, statement.Long(0) * 1000, statement.Text(2)),
                DateTimeOffset.FromUnixTimeMilliseconds(statement.Long(3))));
        }

        return (IReadOnlyList<CandleRevision>)found;
    });

    /// <inheritdoc/>
    public Task<long> ReviseAsync(IReadOnlyList<CandleRevision> revisions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(revisions);
        return WriteAsync(writer => writer.Revise(revisions), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> SizeAsync(CancellationToken cancellationToken = default) => Task.FromResult(
        new[] { FilePath, FilePath + "-wal" }.Select(path => new FileInfo(path)).Where(file => file.Exists).Sum(file => file.Length));

    /// <inheritdoc/>
    public Task<long> ForgetAsync(Series series, DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        return WriteAsync(writer => writer.Forget(series, before), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> KeepListingAsync(IReadOnlyList<Instrument> listed, DateTimeOffset readAt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listed);
        return listed.Count == 0 ? Task.FromResult(0) : WriteAsync(writer => writer.Keep(listed, readAt), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptListing>> ListingsAsync(CancellationToken cancellationToken = default)
    {
        using var database = Database.Open(FilePath);
        using var table = new ListingTable(database);
        return Task.FromResult(database.Read(table.All));
    }

    /// <summary>Looks for damage: in the file, and in what it says of itself.</summary>
    /// <returns>What was found, in words; empty when all is well.</returns>
    public IReadOnlyList<string> Examine()
    {
        using var database = Database.Open(FilePath);
        return database.Read(() => ArchiveExamination.Run(database));
    }

    /// <summary>Copies it, as it is at one moment, while others read and write. A file that is there is replaced when the copy is whole.</summary>
    /// <param name="path">The copy's file.</param>
    /// <exception cref="ArchiveException">It could not be copied.</exception>
    public void CopyTo(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var full = Path.GetFullPath(path);
        MakeFolder(full, mustExist: false);
        var partial = full + ".partial";
        File.Delete(partial);
        using (var database = Database.Open(FilePath))
        using (var copy = new Statement(database, "VACUUM INTO ?"))
        {
            copy.Bind(1, partial).Run();
        }

        File.Move(partial, full, overwrite: true);
    }

    /// <inheritdoc/>
    public Task CompactAsync(CancellationToken cancellationToken = default) => WriteAsync(writer => writer.Compact(), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isDisposed = true;
            _writer?.Dispose();
            _writer = null;
            Database.Release(FilePath);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static long Seconds(DateTimeOffset time) => (long)Math.Ceiling(time.ToUnixTimeMilliseconds() / 1000m);

    private static long Count(Database database, string table, long series)
    {
        using var statement = new Statement(database, $"SELECT count(*) FROM {table} WHERE series = ?");
        return statement.Bind(1, series).Step() ? statement.Long(0) : 0;
    }

    private static DateTimeOffset? Times(Database database, string which, long series)
    {
        using var statement = new Statement(database, $"SELECT {which}(open_time) FROM candle WHERE series = ?");
        return statement.Bind(1, series).Step() && statement.LongOrNull(0) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    internal static void MakeFolder(string path, bool mustExist)
    {
        if (Directory.Exists(path))
        {
            throw new ArchiveException(ArchiveTrouble.Unusable, $"The archive {path} is a directory. Name a file in it.");
        }

        if (mustExist)
        {
            _ = File.Exists(path) ? true : throw new ArchiveException(ArchiveTrouble.Unusable, $"There is no archive {path}.");
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveException(ArchiveTrouble.Unusable, $"The directory of the archive {path} cannot be made: {exception.Message}", exception);
        }
    }

    private async Task<T> WriteAsync<T>(Func<ArchiveWriter, T> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await Task.Run(() => work(_writer ??= new ArchiveWriter(FilePath, MaxPages)), CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            _writer?.Dispose(); // what it remembers of the file may be what was not written
            _writer = null;
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    private Task<T> ReadAsync<T>(Series series, Func<Database, SeriesRow?, T> work)
    {
        ArgumentNullException.ThrowIfNull(series);
        using var database = Database.Open(FilePath);
        using var table = new SeriesTable(database, FilePath);
        return Task.FromResult(database.Read(() => work(database, table.Find(series))));
    }
}
