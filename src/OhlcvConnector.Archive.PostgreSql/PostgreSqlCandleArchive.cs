using System.Runtime.CompilerServices;
using Npgsql;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>
/// An archive in a PostgreSQL database, in a schema <c>ohlcv</c> of its own; candles are partitioned by month. Each write is one transaction that is on disk
/// when the call returns. Any number of programs of any machines can use one; reading never waits for writing.
/// </summary>
public sealed class PostgreSqlCandleArchive : ICandleArchive
{
    private const int PageRows = 2_000;
    private const string Begin = "SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = '5s'";

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _clock;
    private readonly SeriesTable _series;
    private readonly Partitions _partitions = new();

    private PostgreSqlCandleArchive(NpgsqlDataSource source, string location, bool isSimulated, TimeProvider clock)
    {
        (_source, Location, IsSimulated, _clock) = (source, location, isSimulated, clock);
        _series = new SeriesTable(location);
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public bool IsSimulated { get; }

    /// <summary>Whether a text names an archive of this kind: <c>postgres://...</c> or <c>postgresql://...</c>.</summary>
    public static bool IsAddress(string text) => PostgreSqlAddress.Is(text);

    /// <summary>Opens an archive, and brings one of an older version up to date.</summary>
    /// <param name="address"><c>postgres://user:password@host:5432/database</c>; settings of the connection may follow, as in <c>?sslmode=require</c>. The
    /// database must be there.</param>
    /// <param name="isSimulated">Whether simulated candles are to be kept, or real ones: a database keeps either; null for whichever it keeps.</param>
    /// <param name="mustExist">Whether a database without an archive is an error; else one is made in it.</param>
    /// <param name="clock">The clock that candles are measured with: those that end later are refused. Null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do, and never holds the password.</exception>
    public static PostgreSqlCandleArchive Open(string address, bool? isSimulated = null, bool mustExist = false, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        clock ??= TimeProvider.System;
        var (location, connectionString) = PostgreSqlAddress.Parse(address);
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        var source = builder.Build();
        try
        {
            using var connection = source.OpenConnection();
            return new PostgreSqlCandleArchive(source, location, Schema.Prepare(connection, location, isSimulated, mustExist, clock.GetUtcNow()), clock);
        }
        catch (Exception exception)
        {
            source.Dispose();
            throw PostgreSqlErrors.Is(exception) ? PostgreSqlErrors.Explain(location, exception) : exception;
        }
    }

    /// <inheritdoc/>
    public async Task<AppendCounts> AppendAsync(IReadOnlyList<PriceQuote> candles, IReadOnlyList<SeriesCoverage> covered,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(covered);
        KeptCandle.CheckAll(candles, _clock.GetUtcNow());
        return await WriteAsync(candles, candles.Select(candle => candle.Series).Concat(covered.Select(one => one.Series)), async writer =>
        {
            var counts = await writer.KeepAsync(candles, CancellationToken.None).ConfigureAwait(false);
            await writer.CoverAsync(candles, covered, CancellationToken.None).ConfigureAwait(false);
            return counts;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PriceQuote> ReadAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        var (at, end) = (CandleRow.Time(from), CandleRow.Time(to));
        while (true) // a page at a time, each of one moment, so that a slow reader keeps no old state alive
        {
            var page = await ReadAsync(series, async (connection, id) => await connection.With(
                $"SELECT {CandleRow.Columns} FROM ohlcv.candle WHERE series = $1 AND open_time >= $2 AND open_time < $3 ORDER BY open_time LIMIT {PageRows}",
                id, at, end).ListAsync(row => CandleRow.Read(row, series), cancellationToken).ConfigureAwait(false), [], cancellationToken)
                .ConfigureAwait(false);
            foreach (var candle in page)
            {
                yield return candle;
            }

            if (page.Count < PageRows)
            {
                yield break;
            }

            at = CandleRow.Time(page[^1].OpenMs + 1);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CoverageRange>> CoverageAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken = default)
    {
        var (fromMs, toMs) = (from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
        return ReadAsync(series, async (connection, id) =>
            new CoverageMap(await CoverageTable.TouchingAsync(connection, id, fromMs, toMs, cancellationToken).ConfigureAwait(false)).Between(fromMs, toMs),
            new CoverageMap([]).Between(fromMs, toMs), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> LastOpenTimeAsync(Series series, CancellationToken cancellationToken = default) =>
        ReadAsync<DateTimeOffset?>(series, async (connection, id) =>
            await connection.With("SELECT open_time FROM ohlcv.candle WHERE series = $1 ORDER BY open_time DESC LIMIT 1", id)
                .AskAsync<DateTime?>(cancellationToken).ConfigureAwait(false) is { } last ? new DateTimeOffset(last) : null, null, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Series>> ListAsync(CancellationToken cancellationToken = default) =>
        RunAsync(connection => SeriesTable.AllAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<SeriesHoldings> HoldingsAsync(Series series, CancellationToken cancellationToken = default) => ReadAsync(series, async (connection, id) =>
    {
        var (count, first, last) = (await connection.With("SELECT count(*), min(open_time), max(open_time) FROM ohlcv.candle WHERE series = $1", id)
            .ListAsync(row => (row.GetInt64(0), Moment(row, 1), Moment(row, 2)), cancellationToken).ConfigureAwait(false))[0];
        var revisions = await connection.With("SELECT count(*) FROM ohlcv.revision WHERE series = $1", id).AskAsync<long>(cancellationToken)
            .ConfigureAwait(false);
        return new SeriesHoldings(series, count, first, last, revisions,
            await CoverageTable.TouchingAsync(connection, id, long.MinValue, long.MaxValue, cancellationToken).ConfigureAwait(false));
    }, new SeriesHoldings(series, 0, null, null, 0, []), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CandleRevision>> RevisionsAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken = default) => ReadAsync<IReadOnlyList<CandleRevision>>(series, async (connection, id) => await connection.With(
            "SELECT open_time, before, after, revised_at FROM ohlcv.revision WHERE series = $1 AND open_time >= $2 AND open_time < $3 ORDER BY id",
            id, CandleRow.Time(from), CandleRow.Time(to)).ListAsync(row => new CandleRevision(
                CandleText.Read(series, Moment(row, 0)!.Value.ToUnixTimeMilliseconds(), row.GetString(1)),
                CandleText.Read(series, Moment(row, 0)!.Value.ToUnixTimeMilliseconds(), row.GetString(2)),
                Moment(row, 3)!.Value), cancellationToken).ConfigureAwait(false), [], cancellationToken);

    /// <inheritdoc/>
    public Task<long> ReviseAsync(IReadOnlyList<CandleRevision> revisions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(revisions);
        return WriteAsync([.. revisions.Select(one => one.After)], revisions.Select(one => one.After.Series), async writer =>
            await writer.TakeAsync(revisions, CancellationToken.None).ConfigureAwait(false), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> KeepListingAsync(IReadOnlyList<Instrument> listed, DateTimeOffset readAt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listed);
        return listed.Count == 0 ? Task.FromResult(0)
            : WriteAsync([], [], writer => ListingTable.KeepAsync(writer.Connection, listed, readAt), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptListing>> ListingsAsync(CancellationToken cancellationToken = default) =>
        RunAsync(connection => ListingTable.AllAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<long> ForgetAsync(Series series, DateTimeOffset before, CancellationToken cancellationToken = default) =>
        WriteAsync([], [series], writer => writer.ForgetAsync(series, before, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public Task<long> SizeAsync(CancellationToken cancellationToken = default) => RunAsync(connection => connection.AskAsync<long>(
        "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relnamespace = 'ohlcv'::regnamespace AND relkind = 'r'",
        cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task CompactAsync(CancellationToken cancellationToken = default)
    {
        await RunAsync(async connection =>
        {
            foreach (var partition in await Partitions.NamesAsync(connection, cancellationToken).ConfigureAwait(false))
            {
                var command = connection.With($"VACUUM (FULL, ANALYZE) {partition}");
                command.CommandTimeout = 0; // as long as it takes
                await command.RunAsync(cancellationToken).ConfigureAwait(false);
            }

            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static DateTimeOffset? Moment(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : new DateTimeOffset(row.GetDateTime(column));

    /// <summary>Reads of a series; gives something else where the archive does not have it.</summary>
    private Task<T> ReadAsync<T>(Series series, Func<NpgsqlConnection, long, Task<T>> read, T none, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        return RunAsync(async connection => await _series.FindAsync(connection, series, cancellationToken).ConfigureAwait(false) is { } id
            ? await read(connection, id).ConfigureAwait(false) : none, cancellationToken);
    }

    /// <summary>Writes in one transaction; what is being written is written, whoever has no patience.</summary>
    private Task<T> WriteAsync<T>(IReadOnlyList<PriceQuote> candles, IEnumerable<Series> series, Func<ArchiveWriter, Task<T>> write,
        CancellationToken cancellationToken) => RunAsync(async connection =>
    {
        try
        {
            await _partitions.EnsureAsync(connection, candles, cancellationToken).ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await connection.RunAsync(Begin, cancellationToken).ConfigureAwait(false);
                var rows = await _series.LockAsync(connection, series, cancellationToken).ConfigureAwait(false);
                var result = await write(new ArchiveWriter(connection, rows, _clock.GetUtcNow())).ConfigureAwait(false);
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                return result;
            }
        }
        catch
        {
            _partitions.Forget();
            throw;
        }
    }, cancellationToken);

    private Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        _source.AskAsync(Location, work, cancellationToken);
}
