using System.Globalization;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>
/// The newest price of each asset in one SQLite file, which may be that of an archive of candles: simulated prices never come beside real ones. Amounts are
/// kept as they are written, so that none is rounded.
/// </summary>
public sealed class SqlitePriceTable : IPriceTable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS price (
            symbol TEXT PRIMARY KEY,
            quote TEXT NOT NULL,
            price TEXT NOT NULL,
            updated_ticks INTEGER NOT NULL,
            source TEXT NOT NULL,
            name TEXT,
            change_24h TEXT,
            high_24h TEXT,
            low_24h TEXT,
            volume_24h TEXT,
            supply TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE IF NOT EXISTS lease (
            name TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            until_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """;

    private const string Read = "SELECT symbol, quote, price, updated_ticks, source, name, change_24h, high_24h, low_24h, volume_24h, supply FROM price";
    private const string Store = """
        INSERT INTO price (symbol, quote, price, updated_ticks, source, name, change_24h, high_24h, low_24h, volume_24h, supply)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (symbol) DO UPDATE SET quote = excluded.quote, price = excluded.price, updated_ticks = excluded.updated_ticks, source = excluded.source,
            name = excluded.name, change_24h = excluded.change_24h, high_24h = excluded.high_24h, low_24h = excluded.low_24h,
            volume_24h = excluded.volume_24h, supply = excluded.supply
        WHERE excluded.updated_ticks > updated_ticks
        """;

    private const string Lease = """
        INSERT INTO lease (name, owner, until_ms) VALUES (?1, ?2, ?4)
        ON CONFLICT (name) DO UPDATE SET owner = ?2, until_ms = ?4 WHERE owner = ?2 OR until_ms <= ?3
        """;

    private readonly string _path;
    private readonly bool _isSimulated;
    private readonly TimeProvider _clock;

    private SqlitePriceTable(string path, bool isSimulated, TimeProvider clock) => (_path, _isSimulated, _clock) = (path, isSimulated, clock);

    /// <inheritdoc/>
    public TimeSpan BetweenWrites => TimeSpan.FromSeconds(5); // a transaction on this machine's disk; a service asks money for each row

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSimulated">Whether simulated prices are to be kept, or real ones: a file keeps either.</param>
    /// <param name="clock">The clock of leases; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static SqlitePriceTable Open(string path, bool isSimulated, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var full = SideTables.Prepare(path, isSimulated, Tables, clock.GetUtcNow());
        return new SqlitePriceTable(full, isSimulated, clock);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AssetPrice>> ReadAllAsync(CancellationToken cancellationToken = default) => Task.Run<IReadOnlyList<AssetPrice>>(
        () =>
        {
            using var database = Database.Open(_path);
            using var rows = new Statement(database, Read);
            var found = new List<AssetPrice>();
            while (rows.Step())
            {
                found.Add(new AssetPrice
                {
                    Symbol = rows.Text(0),
                    Quote = rows.Text(1),
                    Price = Number(rows.Text(2)) ?? 0,
                    LastUpdated = new DateTimeOffset(rows.Long(3), TimeSpan.Zero),
                    Source = rows.Text(4),
                    Name = rows.TextOrNull(5),
                    Change24h = Number(rows.TextOrNull(6)),
                    High24h = Number(rows.TextOrNull(7)),
                    Low24h = Number(rows.TextOrNull(8)),
                    Volume24h = Number(rows.TextOrNull(9)),
                    Supply = Number(rows.TextOrNull(10)),
                    IsSandbox = _isSimulated,
                });
            }

            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> StoreAsync(IReadOnlyList<AssetPrice> prices, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return Task.Run(
            () =>
            {
                using var database = Database.Open(_path);
                using var store = new Statement(database, Store);
                return database.Write(() => prices.Sum(price => Write(store, price)));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> TryLeaseAsync(string name, string owner, TimeSpan time, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
            using var database = Database.Open(_path);
            using var lease = new Statement(database, Lease);
            return database.Write(() =>
            {
                lease.Bind(1, name).Bind(2, owner).Bind(3, now).Bind(4, now + (long)time.TotalMilliseconds).Run();
                return lease.Changes > 0;
            });
        },
        cancellationToken);

    private static int Write(Statement store, AssetPrice price)
    {
        store.Bind(1, price.Symbol).Bind(2, price.Quote).Bind(3, Text(price.Price)).Bind(4, price.LastUpdated.UtcTicks).Bind(5, price.Source)
            .Bind(6, price.Name).Bind(7, Text(price.Change24h)).Bind(8, Text(price.High24h)).Bind(9, Text(price.Low24h)).Bind(10, Text(price.Volume24h))
            .Bind(11, Text(price.Supply)).Run();
        return store.Changes;
    }

    private static string? Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
