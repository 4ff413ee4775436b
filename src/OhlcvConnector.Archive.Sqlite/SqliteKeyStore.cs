using System.Globalization;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>API keys in one SQLite file, which may be that of an archive. Only their hashes are kept.</summary>
public sealed class SqliteKeyStore : IKeyStore
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS api_key (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            created_ticks INTEGER NOT NULL,
            revoked_ticks INTEGER,
            enabled INTEGER NOT NULL,
            per_minute INTEGER,
            used_ticks INTEGER,
            role TEXT
        ) STRICT;

        CREATE TABLE IF NOT EXISTS api_key_change (number INTEGER NOT NULL) STRICT;

        CREATE TABLE IF NOT EXISTS permit (
            id TEXT PRIMARY KEY,
            minute INTEGER NOT NULL,
            permits INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """;

    private const string Put = """
        INSERT INTO api_key (id, name, sha256, created_ticks, revoked_ticks, enabled, per_minute, role) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (id) DO UPDATE SET name = ?2, sha256 = ?3, revoked_ticks = ?5, enabled = ?6, per_minute = ?7, role = ?8
        """;

    private const string Reserve = """
        INSERT INTO permit (id, minute, permits) VALUES (?1, ?2, ?3)
        ON CONFLICT (id) DO UPDATE SET permits = CASE WHEN minute = ?2 THEN permits + ?3 ELSE ?3 END, minute = ?2
        RETURNING permits
        """;

    private readonly string _path;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Dates a new file.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public SqliteKeyStore(string path, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _path = SideTables.Prepare(path, isSimulated: null, Tables, clock.GetUtcNow());
        AddRoles(_path);
    }

    /// <inheritdoc/>
    public ValueTask<KeyList> ReadAsync(string? stamp = null, CancellationToken cancellationToken = default)
    {
        using var database = Database.Open(_path);
        return ValueTask.FromResult(database.Read(() =>
        {
            var now = database.AskNumber("SELECT count(*) FROM api_key_change").ToString(CultureInfo.InvariantCulture);
            return new KeyList(now, now == stamp ? null : List(database));
        }));
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(ApiKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var database = Database.Open(_path);
        using var put = new Statement(database, Put);
        database.Write(() =>
        {
            put.Bind(1, key.Id).Bind(2, key.Name).Bind(3, key.Hash).Bind(4, key.CreatedAt.UtcTicks).Bind(5, key.RevokedAt?.UtcTicks)
                .Bind(6, key.IsEnabled ? 1 : 0).Bind(7, (long?)key.RequestsPerMinute).Bind(8, key.Role.Name()).Run();
            database.Run("INSERT INTO api_key_change VALUES (1)");
            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask UseAsync(IReadOnlyDictionary<string, DateTimeOffset> used, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(used);
        using var database = Database.Open(_path);
        using var use = new Statement(database, "UPDATE api_key SET used_ticks = ?2 WHERE id = ?1 AND coalesce(used_ticks, 0) < ?2");
        database.Write(() =>
        {
            foreach (var (id, time) in used)
            {
                use.Bind(1, id).Bind(2, time.UtcTicks).Run();
            }

            return true;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReserveAsync(string id, long minute, int permits, CancellationToken cancellationToken = default)
    {
        using var database = Database.Open(_path);
        using var reserve = new Statement(database, Reserve);
        return ValueTask.FromResult(database.Write(() =>
        {
            reserve.Bind(1, id).Bind(2, minute).Bind(3, permits).Step();
            var total = (int)reserve.Long(0);
            reserve.Reset();
            return total;
        }));
    }

    /// <summary>Adds the column that tables of the versions before lack.</summary>
    private static void AddRoles(string path)
    {
        using var database = Database.Open(path);
        if (HasRoles())
        {
            return;
        }

        database.Write(() =>
        {
            if (!HasRoles()) // another program may have done it meanwhile
            {
                database.Run("ALTER TABLE api_key ADD COLUMN role TEXT");
            }

            return true;
        });

        bool HasRoles() => database.AskNumber("SELECT count(*) FROM pragma_table_info('api_key') WHERE name = 'role'") > 0;
    }

    private static List<ApiKey> List(Database database)
    {
        using var rows = new Statement(
            database, "SELECT id, name, sha256, created_ticks, revoked_ticks, enabled, per_minute, used_ticks, role FROM api_key ORDER BY created_ticks, id");
        var found = new List<ApiKey>();
        while (rows.Step())
        {
            found.Add(new ApiKey(rows.Text(0), rows.Text(1), rows.Text(2), new DateTimeOffset(rows.Long(3), TimeSpan.Zero), Time(rows.LongOrNull(4)))
            {
                IsEnabled = rows.Long(5) != 0,
                RequestsPerMinute = (int?)rows.LongOrNull(6),
                LastUsedAt = Time(rows.LongOrNull(7)),
                Role = KeyRoleNames.Read(rows.TextOrNull(8)),
            });
        }

        return found;
    }

    private static DateTimeOffset? Time(long? ticks) => ticks is { } known ? new DateTimeOffset(known, TimeSpan.Zero) : null;
}
