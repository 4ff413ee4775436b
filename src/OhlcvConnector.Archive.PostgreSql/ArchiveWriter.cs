using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>Writes in one transaction, with each series locked that it writes.</summary>
/// <param name="connection">A connection whose transaction has begun.</param>
/// <param name="rows">The numbers of the series.</param>
/// <param name="now">This moment, for revisions.</param>
internal sealed class ArchiveWriter(NpgsqlConnection connection, IReadOnlyDictionary<Series, long> rows, DateTimeOffset now)
{
    private const string Staging = """
        CREATE TEMP TABLE IF NOT EXISTS staging (
            place integer, series bigint, open_time timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric, quote_volume numeric,
            buy_volume numeric, trades bigint, source smallint, event_time timestamptz, received_at timestamptz) ON COMMIT DELETE ROWS
        """;

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>Keeps candles.</summary>
    public async Task<AppendCounts> KeepAsync(IReadOnlyList<PriceQuote> candles, CancellationToken cancellationToken)
    {
        var counts = default(AppendCounts);
        foreach (var part in Rounds(candles))
        {
            counts += await AreAllNewAsync(part, cancellationToken).ConfigureAwait(false)
                ? await CopyAsync($"ohlcv.candle (series, {CandleRow.Columns})", part, hasPlace: false, cancellationToken).ConfigureAwait(false)
                : await MergeAsync(part, cancellationToken).ConfigureAwait(false);
        }

        return counts;
    }

    /// <summary>Keeps what is known: each candle's own stretch, and what is told beside.</summary>
    public Task CoverAsync(IReadOnlyList<PriceQuote> candles, IReadOnlyList<SeriesCoverage> covered, CancellationToken cancellationToken)
    {
        var added = new List<(long Series, CoverageRange Range)>();
        var runs = new Dictionary<Series, CoverageRange>();
        foreach (var candle in candles)
        {
            ref var run = ref CollectionsMarshal.GetValueRefOrAddDefault(runs, candle.Series, out var isKnown);
            if (isKnown && run.ToMs == candle.OpenMs) // those that follow each other are one stretch
            {
                run = run with { ToMs = candle.CloseMs };
                continue;
            }

            if (isKnown)
            {
                added.Add((rows[candle.Series], run));
            }

            run = new CoverageRange(candle.OpenMs, candle.CloseMs, Coverage.Complete);
        }

        added.AddRange(runs.Select(run => (rows[run.Key], run.Value)));
        added.AddRange(covered.Select(one => (rows[one.Series], one.Range)));
        return CoverageTable.AddAsync(connection, added, cancellationToken);
    }

    /// <summary>Keeps a change of a candle.</summary>
    public Task ReviseAsync(Series series, PriceQuote before, PriceQuote after, DateTimeOffset at, CancellationToken cancellationToken) => connection.With(
        "INSERT INTO ohlcv.revision (series, open_time, before, after, revised_at) VALUES ($1, $2, $3, $4, $5)",
        rows[series], CandleRow.Time(before.OpenMs), CandleText.Of(before), CandleText.Of(after), CandleRow.Time(at.ToUnixTimeMilliseconds()))
        .RunAsync(cancellationToken);

    /// <summary>Keeps changes that another archive kept, with their own times, and gives candles that still are as before the values after.</summary>
    /// <returns>How many were not known.</returns>
    public async Task<long> TakeAsync(IReadOnlyList<CandleRevision> revisions, CancellationToken cancellationToken)
    {
        var taken = 0L;
        foreach (var (before, after, at) in revisions)
        {
            var (id, openTime) = (rows[after.Series], CandleRow.Time(after.OpenMs));
            var isKnown = await connection.With("""
                SELECT EXISTS (SELECT FROM ohlcv.revision WHERE series = $1 AND open_time = $2 AND before = $3 AND after = $4 AND revised_at = $5)
                """, id, openTime, CandleText.Of(before), CandleText.Of(after), CandleRow.Time(at.ToUnixTimeMilliseconds())).AskAsync<bool>(cancellationToken)
                .ConfigureAwait(false);
            if (isKnown)
            {
                continue;
            }

            taken++;
            await ReviseAsync(after.Series, before, after, at, cancellationToken).ConfigureAwait(false);
            var kept = await connection.With($"SELECT {CandleRow.Columns} FROM ohlcv.candle WHERE series = $1 AND open_time = $2", id, openTime)
                .ListAsync(row => CandleRow.Read(row, after.Series), cancellationToken).ConfigureAwait(false);
            if (kept is [var old] && old.Agrees(before) && !old.Agrees(after))
            {
                await CandleRow.ReplaceAsync(connection, id, after, cancellationToken).ConfigureAwait(false);
            }
        }

        return taken;
    }

    /// <summary>Removes what is older than a moment.</summary>
    /// <returns>How many candles were removed.</returns>
    public async Task<long> ForgetAsync(Series series, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var id = rows[series];
        var removed = await connection.With("DELETE FROM ohlcv.candle WHERE series = $1 AND open_time < $2", id, CandleRow.Time(before))
            .RunAsync(cancellationToken).ConfigureAwait(false);
        await connection.With("DELETE FROM ohlcv.revision WHERE series = $1 AND open_time < $2", id, CandleRow.Time(before)).RunAsync(cancellationToken)
            .ConfigureAwait(false);
        await CoverageTable.AddAsync(connection,
            [(id, new CoverageRange(long.MinValue + 1, before.ToUnixTimeMilliseconds(), Coverage.NeverAsked))], cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <summary>In order, so that no part has a candle twice; nearly always it is one part.</summary>
    private static IEnumerable<IReadOnlyList<PriceQuote>> Rounds(IReadOnlyList<PriceQuote> candles)
    {
        while (candles.Count > 0)
        {
            var seen = new HashSet<(Series, long)>(candles.Count);
            var later = candles.Where(candle => !seen.Add((candle.Series, candle.OpenMs))).ToList();
            seen.Clear();
            yield return later.Count == 0 ? candles : [.. candles.Where(candle => seen.Add((candle.Series, candle.OpenMs)))];
            candles = later;
        }
    }

    /// <summary>Whether nothing is kept between the first and the last of each series: then they can be written without looking at each.</summary>
    private async Task<bool> AreAllNewAsync(IReadOnlyList<PriceQuote> candles, CancellationToken cancellationToken)
    {
        var ranges = new Dictionary<long, (long FromMs, long ToMs)>();
        foreach (var candle in candles)
        {
            ref var range = ref CollectionsMarshal.GetValueRefOrAddDefault(ranges, rows[candle.Series], out var isKnown);
            range = isKnown ? (Math.Min(range.FromMs, candle.OpenMs), Math.Max(range.ToMs, candle.OpenMs)) : (candle.OpenMs, candle.OpenMs);
        }

        return !await connection.With("""
            SELECT EXISTS (
                SELECT FROM unnest($1, $2, $3) AS a (series, from_time, to_time)
                CROSS JOIN LATERAL (
                    SELECT FROM ohlcv.candle AS c
                    WHERE c.series = a.series AND c.open_time BETWEEN a.from_time AND a.to_time AND c.open_time BETWEEN $4 AND $5 LIMIT 1) AS k)
            """,
            ranges.Keys.ToArray(), ranges.Values.Select(range => CandleRow.Time(range.FromMs)).ToArray(),
            ranges.Values.Select(range => CandleRow.Time(range.ToMs)).ToArray(),
            CandleRow.Time(ranges.Values.Min(range => range.FromMs)), CandleRow.Time(ranges.Values.Max(range => range.ToMs)))
            .AskAsync<bool>(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes those that are new, and looks at those that are kept with other values.</summary>
    private async Task<AppendCounts> MergeAsync(IReadOnlyList<PriceQuote> candles, CancellationToken cancellationToken)
    {
        await connection.RunAsync(Staging + "; DELETE FROM staging", cancellationToken).ConfigureAwait(false);
        await CopyAsync($"staging (place, series, {CandleRow.Columns})", candles, hasPlace: true, cancellationToken).ConfigureAwait(false);
        var added = await connection.RunAsync(
            $"INSERT INTO ohlcv.candle (series, {CandleRow.Columns}) SELECT series, {CandleRow.Columns} FROM staging ON CONFLICT DO NOTHING",
            cancellationToken).ConfigureAwait(false);
        var kept = added == candles.Count ? [] : await connection.With($"""
            SELECT s.place, {string.Join(", ", CandleRow.Columns.Split(", ").Select(column => "c." + column))}
            FROM staging AS s JOIN ohlcv.candle AS c ON c.series = s.series AND c.open_time = s.open_time
            WHERE c.open_time BETWEEN $1 AND $2 AND ({CandleRow.Values("c")}) IS DISTINCT FROM ({CandleRow.Values("s")})
            ORDER BY s.place
            """,
            CandleRow.Time(candles.Min(candle => candle.OpenMs)), CandleRow.Time(candles.Max(candle => candle.OpenMs)))
            .ListAsync(row => (Place: row.GetInt32(0), Old: CandleRow.Read(row, candles[row.GetInt32(0)].Series, at: 1)), cancellationToken)
            .ConfigureAwait(false);
        var revised = 0;
        foreach (var (place, old) in kept)
        {
            var candle = candles[place];
            if (KeptCandle.Successor(old, candle, out var isRevision) is not { } successor)
            {
                continue;
            }

            if (isRevision)
            {
                revised++;
                await ReviseAsync(candle.Series, old, candle, now, cancellationToken).ConfigureAwait(false);
            }

            await CandleRow.ReplaceAsync(connection, rows[candle.Series], successor, cancellationToken).ConfigureAwait(false);
        }

        return new AppendCounts(added, candles.Count - added - revised, revised);
    }

    private async Task<AppendCounts> CopyAsync(string target, IReadOnlyList<PriceQuote> candles, bool hasPlace, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginBinaryImportAsync($"COPY {target} FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            for (var place = 0; place < candles.Count; place++)
            {
                copy.StartRow();
                if (hasPlace)
                {
                    copy.Write(place, NpgsqlDbType.Integer);
                }

                CandleRow.Write(copy, rows[candles[place].Series], candles[place]);
            }

            await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        return new AppendCounts(candles.Count, 0, 0);
    }
}
