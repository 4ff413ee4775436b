using Npgsql;
using OhlcvConnector.Application.Archiving;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>What is known of each series' stretches.</summary>
internal static class CoverageTable
{
    /// <summary>What is known of a stretch and what touches it, ascending.</summary>
    public static Task<List<CoverageRange>> TouchingAsync(NpgsqlConnection connection, long series, long fromMs, long toMs,
        CancellationToken cancellationToken) => connection.With(
            "SELECT from_ms, to_ms, state, reason FROM ohlcv.coverage WHERE series = $1 AND to_ms >= $2 AND from_ms <= $3 ORDER BY from_ms",
            series, fromMs, toMs).ListAsync(row => Read(row, 0), cancellationToken);

    /// <summary>Adds what became known of series, each in the order that it is told.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, IReadOnlyList<(long Series, CoverageRange Range)> added,
        CancellationToken cancellationToken)
    {
        var groups = added.GroupBy(one => one.Series, one => one.Range).ToDictionary(group => group.Key, group => group.ToList());
        if (groups.Count == 0)
        {
            return;
        }

        var rows = await connection.With("""
            SELECT k.series, k.from_ms, k.to_ms, k.state, k.reason
            FROM unnest($1, $2, $3) AS a (series, from_ms, to_ms)
            JOIN ohlcv.coverage AS k ON k.series = a.series AND k.to_ms >= a.from_ms AND k.from_ms <= a.to_ms
            ORDER BY k.series, k.from_ms
            """,
            groups.Keys.ToArray(), groups.Values.Select(ranges => ranges.Min(range => range.FromMs)).ToArray(),
            groups.Values.Select(ranges => ranges.Max(range => range.ToMs)).ToArray())
            .ListAsync(row => (Series: row.GetInt64(0), Range: Read(row, 1)), cancellationToken).ConfigureAwait(false);
        var touching = rows.ToLookup(row => row.Series, row => row.Range);
        var (gone, written) = (new List<(long Series, long FromMs)>(), new List<(long Series, CoverageRange Range)>());
        foreach (var (series, ranges) in groups)
        {
            var before = touching[series].ToHashSet();
            var map = new CoverageMap(before);
            ranges.ForEach(map.Add);
            var starts = map.Ranges.Select(range => range.FromMs).ToHashSet();
            gone.AddRange(before.Where(range => !starts.Contains(range.FromMs)).Select(range => (series, range.FromMs)));
            written.AddRange(map.Ranges.Where(range => !before.Contains(range)).Select(range => (series, range)));
        }

        await WriteAsync(connection, gone, written, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, List<(long Series, long FromMs)> gone, List<(long Series, CoverageRange Range)> written,
        CancellationToken cancellationToken)
    {
        if (gone.Count > 0)
        {
            await connection.With(
                "DELETE FROM ohlcv.coverage AS k USING unnest($1, $2) AS g (series, from_ms) WHERE k.series = g.series AND k.from_ms = g.from_ms",
                gone.Select(one => one.Series).ToArray(), gone.Select(one => one.FromMs).ToArray()).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        if (written.Count > 0)
        {
            await connection.With("""
                INSERT INTO ohlcv.coverage (series, from_ms, to_ms, state, reason) SELECT * FROM unnest($1, $2, $3, $4, $5)
                ON CONFLICT (series, from_ms) DO UPDATE SET to_ms = excluded.to_ms, state = excluded.state, reason = excluded.reason
                """,
                written.Select(one => one.Series).ToArray(), written.Select(one => one.Range.FromMs).ToArray(),
                written.Select(one => one.Range.ToMs).ToArray(), written.Select(one => one.Range.Coverage.Name()).ToArray(),
                written.Select(one => one.Range.Reason).ToArray()).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static CoverageRange Read(NpgsqlDataReader row, int at) => new(
        row.GetInt64(at), row.GetInt64(at + 1), CoverageNames.Find(row.GetString(at + 2)) ?? Coverage.BeforeListing,
        row.IsDBNull(at + 3) ? null : row.GetString(at + 3));
}
