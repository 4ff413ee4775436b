using System.Globalization;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>The one connection that writes, with what it knows of the file's series.</summary>
internal sealed class ArchiveWriter : IDisposable
{
    private readonly Database _database;
    private readonly SeriesTable _series;
    private readonly CandleTable _candles;
    private readonly CoverageTable _coverage;
    private readonly ListingTable _listings;
    private readonly Statement _version;
    private readonly Dictionary<Series, SeriesRow> _rows = [];
    private readonly Dictionary<SeriesRow, CoverageRange> _runs = [];
    private long _versionSeen = -1;

    /// <summary>Opens it.</summary>
    public ArchiveWriter(string path, long? maxPages)
    {
        _database = Database.Open(path, isPooled: false);
        _database.Run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -65536");
        if (maxPages is { } most)
        {
            _database.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {most}"));
        }

        _series = new SeriesTable(_database, path);
        _candles = new CandleTable(_database, _series);
        _coverage = new CoverageTable(_database);
        _listings = new ListingTable(_database);
        _version = new Statement(_database, "PRAGMA data_version");
    }

    /// <summary>Keeps candles and what is known beside them.</summary>
    public AppendCounts Append(IReadOnlyList<PriceQuote> candles, IReadOnlyList<SeriesCoverage> covered, DateTimeOffset now) => _database.Write(() =>
    {
        ForgetWhatOthersChanged();
        Span<long> counts = stackalloc long[3];
        _runs.Clear();
        SeriesRow? row = null;
        var run = default(CoverageRange);
        foreach (var candle in candles)
        {
            if (row is null || !ReferenceEquals(row.Series, candle.Series))
            {
                Put(row, run);
                row = Row(candle.Series);
                run = _runs.GetValueOrDefault(row);
            }

            counts[(int)_candles.Keep(row, candle, now)]++;
            run = Extend(row, run, candle.OpenMs, candle.CloseMs);
        }

        Put(row, run);
        foreach (var (extended, last) in _runs)
        {
            _coverage.Add(extended.Id, last);
        }

        foreach (var (series, range) in covered)
        {
            _coverage.Add(Row(series).Id, range);
        }

        return new AppendCounts(counts[(int)Kept.Added], counts[(int)Kept.Same], counts[(int)Kept.Revised]);
    });

    /// <summary>Keeps revisions of another archive.</summary>
    public long Revise(IReadOnlyList<CandleRevision> revisions) => _database.Write(() =>
    {
        ForgetWhatOthersChanged();
        return (long)revisions.Count(revision => _candles.Take(Row(revision.After.Series), revision));
    });

    /// <summary>Removes what is older than a moment.</summary>
    public long Forget(Series series, DateTimeOffset before) => _database.Write(() =>
    {
        if (_series.Find(series) is not { } row)
        {
            return 0L;
        }

        var beforeMs = before.ToUnixTimeMilliseconds();
        using var candles = new Statement(_database, "DELETE FROM candle WHERE series = ? AND open_time * 1000 < ?");
        using var revisions = new Statement(_database, "DELETE FROM revision WHERE series = ? AND open_time * 1000 < ?");
        candles.Bind(1, row.Id).Bind(2, beforeMs).Run();
        var removed = candles.Changes;
        revisions.Bind(1, row.Id).Bind(2, beforeMs).Run();
        _coverage.Add(row.Id, new CoverageRange(long.MinValue + 1, beforeMs, Coverage.NeverAsked));
        return removed;
    });

    /// <summary>Keeps what a market lists.</summary>
    public int Keep(IReadOnlyList<Instrument> listed, DateTimeOffset readAt) => _database.Write(() => _listings.Keep(listed, readAt));

    /// <summary>Gives free room back to the disk.</summary>
    public bool Compact()
    {
        _database.Run("VACUUM");
        _database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _version.Dispose();
        _listings.Dispose();
        _coverage.Dispose();
        _candles.Dispose();
        _series.Dispose();
        _database.Dispose();
    }

    private void ForgetWhatOthersChanged()
    {
        _version.Step();
        var version = _version.Long(0);
        _version.Reset();
        if (version != _versionSeen)
        {
            _rows.Clear();
            _versionSeen = version;
        }
    }

    private SeriesRow Row(Series series)
    {
        if (!_rows.TryGetValue(series, out var row))
        {
            row = _series.Find(series) ?? _series.Add(series);
            _rows.Add(series, row);
        }

        return row;
    }

    private void Put(SeriesRow? row, in CoverageRange run)
    {
        if (row is not null)
        {
            _runs[row] = run;
        }
    }

    /// <summary>Candles that follow each other are known as one stretch.</summary>
    private CoverageRange Extend(SeriesRow row, in CoverageRange run, long fromMs, long toMs)
    {
        if (run.ToMs == fromMs && run.ToMs > 0)
        {
            return run with { ToMs = toMs };
        }

        if (run.ToMs > 0)
        {
            _coverage.Add(row.Id, run);
        }

        return new CoverageRange(fromMs, toMs, Coverage.Complete);
    }
}
