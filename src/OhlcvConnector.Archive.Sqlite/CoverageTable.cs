using OhlcvConnector.Application.Archiving;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>What is known of each series' stretches.</summary>
/// <param name="database">The connection.</param>
internal sealed class CoverageTable(Database database) : IDisposable
{
    private const string FromNear = "coalesce((SELECT max(from_ms) FROM coverage WHERE series = ?1 AND from_ms <= ?2), ?2)"; // the one that may reach into it

    private readonly Statement _touching = new(database,
        $"SELECT from_ms, to_ms, state, reason FROM coverage WHERE series = ?1 AND from_ms >= {FromNear} AND from_ms <= ?3");
    private readonly Statement _delete = new(database, "DELETE FROM coverage WHERE series = ? AND from_ms = ?");
    private readonly Statement _insert = new(database, "INSERT INTO coverage (series, from_ms, to_ms, state, reason) VALUES (?, ?, ?, ?, ?)");
    private readonly Statement _extend = new(database, "UPDATE coverage SET to_ms = ?3 WHERE series = ?1 AND from_ms = ?2");

    /// <summary>What is known of a stretch and what touches it, ascending.</summary>
    public List<CoverageRange> Touching(long series, long fromMs, long toMs)
    {
        var found = new List<CoverageRange>();
        _touching.Bind(1, series).Bind(2, fromMs - 1).Bind(3, toMs); // one that ends where this begins touches it
        while (_touching.Step())
        {
            found.Add(new CoverageRange(
                _touching.Long(0), _touching.Long(1), CoverageNames.Find(_touching.Text(2)) ?? Coverage.BeforeListing, _touching.TextOrNull(3)));
        }

        _touching.Reset();
        return found;
    }

    /// <summary>Adds what became known.</summary>
    public void Add(long series, in CoverageRange added)
    {
        var before = Touching(series, added.FromMs, added.ToMs);
        var map = new CoverageMap(before);
        map.Add(added);
        if (map.Ranges.SequenceEqual(before))
        {
            return;
        }

        if (before.Count == 1 && map.Ranges.Count == 1 && before[0].FromMs == map.Ranges[0].FromMs
            && (before[0].Coverage, before[0].Reason) == (map.Ranges[0].Coverage, map.Ranges[0].Reason))
        {
            _extend.Bind(1, series).Bind(2, before[0].FromMs).Bind(3, map.Ranges[0].ToMs).Run(); // a candle more, as nearly always
            return;
        }

        foreach (var range in before)
        {
            _delete.Bind(1, series).Bind(2, range.FromMs).Run();
        }

        foreach (var range in map.Ranges)
        {
            _insert.Bind(1, series).Bind(2, range.FromMs).Bind(3, range.ToMs).Bind(4, range.Coverage.Name()).Bind(5, range.Reason).Run();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _touching.Dispose();
        _delete.Dispose();
        _insert.Dispose();
        _extend.Dispose();
    }
}
