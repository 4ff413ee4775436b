using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Notices that wait to be told, and those that were, in one SQLite file, which may be that of an archive.</summary>
public sealed class SqliteNoticeOutbox : INoticeOutbox
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS notice (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            body TEXT NOT NULL,
            picture TEXT
        ) STRICT;

        CREATE TABLE IF NOT EXISTS notice_delivery (
            channel TEXT NOT NULL,
            number INTEGER NOT NULL REFERENCES notice (number),
            state INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            kept_ms INTEGER NOT NULL,
            changed_ms INTEGER NOT NULL,
            problem TEXT,
            PRIMARY KEY (channel, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE IF NOT EXISTS notice_mark (source TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE INDEX IF NOT EXISTS notice_delivery_state ON notice_delivery (channel, state, number);
        CREATE INDEX IF NOT EXISTS notice_delivery_number ON notice_delivery (number);
        """;

    private const string Columns = "d.number, d.channel, n.body, n.picture, d.state, d.attempts, d.kept_ms, d.changed_ms, d.problem";
    private const string Joined = $"SELECT {Columns} FROM notice_delivery d JOIN notice n ON n.number = d.number";
    private const string OfChannel = Joined + " WHERE d.channel = ?1 AND d.state = 0 ORDER BY d.number LIMIT ?2";
    private const string Newest = Joined + " WHERE ?1 IS NULL OR d.state = ?1 ORDER BY d.number DESC, d.channel LIMIT ?2";
    private const string Add = "INSERT INTO notice (id, body, picture) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";
    private const string AddDelivery = """
        INSERT INTO notice_delivery (channel, number, state, attempts, kept_ms, changed_ms)
        VALUES (?1, (SELECT number FROM notice WHERE id = ?2), 0, 0, ?3, ?3) ON CONFLICT DO NOTHING
        """;

    private const string GiveUp = """
        UPDATE notice_delivery SET state = 2, changed_ms = ?3, problem = 'too many were waiting'
        WHERE channel = ?1 AND state = 0 AND number <= (
            SELECT number FROM notice_delivery WHERE channel = ?1 AND state = 0 ORDER BY number DESC LIMIT 1 OFFSET ?2)
        """;

    private const string Settle = """
        UPDATE notice_delivery SET state = ?3, attempts = attempts + 1, changed_ms = ?4, problem = ?5 WHERE channel = ?1 AND number = ?2 AND state = 0
        """;

    private const string ForgetPicture = """
        UPDATE notice SET picture = NULL
        WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM notice_delivery d WHERE d.number = ?1 AND d.state <> 1)
        """;

    private const string Retry = """
        UPDATE notice_delivery SET state = 0, attempts = 0, kept_ms = ?3, changed_ms = ?3
        WHERE state = 2 AND (?2 IS NULL OR channel = ?2) AND (?1 IS NULL OR number = (SELECT number FROM notice WHERE id = ?1))
        """;

    private const string Backlogs = """
        SELECT channel, sum(state = 0), sum(state = 2), min(CASE state WHEN 0 THEN kept_ms END) FROM notice_delivery
        WHERE state <> 1 GROUP BY channel ORDER BY channel
        """;

    private const string ReadMark = "SELECT number FROM notice_mark WHERE source = ?1";
    private const string WriteMark = "INSERT INTO notice_mark (source, number) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET number = ?2";

    private readonly string _path;

    private SqliteNoticeOutbox(string path) => _path = path;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Dates a new file; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static SqliteNoticeOutbox Open(string path, TimeProvider? clock = null) =>
        new(SideTables.Prepare(path, isSimulated: null, Tables, (clock ?? TimeProvider.System).GetUtcNow()));

    /// <inheritdoc/>
    public Task<(int Kept, int GivenUp)> AddAsync(
        Notice notice, IReadOnlyList<(string Channel, int MostWaiting)> channels, DateTimeOffset now,
        CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            using var database = Database.Open(_path);
            using var add = new Statement(database, Add);
            using var deliver = new Statement(database, AddDelivery);
            using var giveUp = new Statement(database, GiveUp);
            return database.Write(() =>
            {
                add.Bind(1, notice.Id).Bind(2, NoticeJson.Of(notice with { Candles = [] }))
                    .Bind(3, notice.Candles.Count > 0 ? NoticeJson.Of(notice, withCandles: true) : null).Run();
                var (kept, givenUp) = (0, 0);
                foreach (var (channel, most) in channels)
                {
                    deliver.Bind(1, channel).Bind(2, notice.Id).Bind(3, now.ToUnixTimeMilliseconds()).Run();
                    if (deliver.Changes > 0)
                    {
                        kept++;
                        giveUp.Bind(1, channel).Bind(2, most).Bind(3, now.ToUnixTimeMilliseconds()).Run();
                        givenUp += giveUp.Changes;
                    }
                }

                return (kept, givenUp);
            });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptNotice>> WaitingAsync(string channel, int most, CancellationToken cancellationToken = default) =>
        ReadAsync(OfChannel, rows => rows.Bind(1, channel).Bind(2, most), cancellationToken);

    /// <inheritdoc/>
    public Task SettleAsync(
        string channel, IReadOnlyList<long> numbers, NoticeState state, string? problem, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
            {
                using var database = Database.Open(_path);
                using var settle = new Statement(database, Settle);
                using var forget = new Statement(database, ForgetPicture);
                database.Write(() =>
                {
                    foreach (var number in numbers)
                    {
                        settle.Bind(1, channel).Bind(2, number).Bind(3, (long)state).Bind(4, now.ToUnixTimeMilliseconds()).Bind(5, problem).Run();
                        if (state == NoticeState.Delivered)
                        {
                            forget.Bind(1, number).Run();
                        }
                    }

                    return true;
                });
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptNotice>> ListAsync(NoticeState? state, int most, CancellationToken cancellationToken = default) =>
        ReadAsync(Newest, rows => rows.Bind(1, (long?)state).Bind(2, most), cancellationToken);

    /// <inheritdoc/>
    public Task<int> RetryAsync(string? id, string? channel, DateTimeOffset now, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            using var database = Database.Open(_path);
            using var retry = new Statement(database, Retry);
            return database.Write(() =>
            {
                retry.Bind(1, id).Bind(2, channel).Bind(3, now.ToUnixTimeMilliseconds()).Run();
                return retry.Changes;
            });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NoticeBacklog>> BacklogsAsync(CancellationToken cancellationToken = default) => Task.Run<IReadOnlyList<NoticeBacklog>>(
        () =>
        {
            using var database = Database.Open(_path);
            using var rows = new Statement(database, Backlogs);
            var found = new List<NoticeBacklog>();
            while (rows.Step())
            {
                found.Add(new NoticeBacklog(rows.Text(0), rows.Long(1), rows.Long(2), rows.LongOrNull(3) is { } ms ? Time(ms) : null));
            }

            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            using var database = Database.Open(_path);
            using var old = new Statement(database, "DELETE FROM notice_delivery WHERE state <> 0 AND changed_ms < ?1");
            database.Write(() =>
            {
                old.Bind(1, before.ToUnixTimeMilliseconds()).Run();
                database.Run("DELETE FROM notice WHERE NOT EXISTS (SELECT 1 FROM notice_delivery d WHERE d.number = notice.number)");
                return true;
            });
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long?> ReadMarkAsync(string source, CancellationToken cancellationToken = default) => Task.Run<long?>(
        () =>
        {
            using var database = Database.Open(_path);
            using var rows = new Statement(database, ReadMark);
            return rows.Bind(1, source).Step() ? rows.Long(0) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task WriteMarkAsync(string source, long number, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            using var database = Database.Open(_path);
            using var mark = new Statement(database, WriteMark);
            database.Write(() =>
            {
                mark.Bind(1, source).Bind(2, number).Run();
                return true;
            });
        },
        cancellationToken);

    /// <inheritdoc/>
    public IDisposable? TryTakeTurn()
    {
        try
        {
            return new FileStream(_path + ".sender", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(_path + ".sender"))
        {
            return null; // another program has it; the system takes it away from one that dies
        }
    }

    private Task<IReadOnlyList<KeptNotice>> ReadAsync(string sql, Action<Statement> bind, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<KeptNotice>>(
            () =>
            {
                using var database = Database.Open(_path);
                using var rows = new Statement(database, sql);
                bind(rows);
                var found = new List<KeptNotice>();
                while (rows.Step())
                {
                    found.Add(new KeptNotice(
                        rows.Long(0), rows.Text(1), NoticeJson.Read(rows.TextOrNull(3) ?? rows.Text(2)), (NoticeState)rows.Long(4), (int)rows.Long(5),
                        Time(rows.Long(6)), Time(rows.Long(7)), rows.TextOrNull(8)));
                }

                return found;
            },
            cancellationToken);

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
