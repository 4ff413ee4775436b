using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>What the file holds, and how an older one becomes today's.</summary>
internal static class Schema
{
    private const int ApplicationId = 0x4F484C43; // OHLC

    /// <summary>What leads from each version to the next; a file says its own by <c>user_version</c>.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE archive (
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            created_ms INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            exchange TEXT NOT NULL COLLATE NOCASE,
            market TEXT NOT NULL,
            symbol TEXT NOT NULL COLLATE NOCASE,
            interval TEXT NOT NULL,
            common_symbol TEXT NOT NULL,
            base_asset TEXT NOT NULL,
            quote_asset TEXT NOT NULL,
            settle_asset TEXT,
            contract_size TEXT,
            expires_ms INTEGER,
            listed_ms INTEGER,
            tick_size TEXT,
            price_scale INTEGER NOT NULL DEFAULT 0,
            volume_scale INTEGER NOT NULL DEFAULT 0,
            quote_volume_scale INTEGER NOT NULL DEFAULT 0,
            price_digits INTEGER NOT NULL DEFAULT 0,
            volume_digits INTEGER NOT NULL DEFAULT 0,
            quote_volume_digits INTEGER NOT NULL DEFAULT 0,
            UNIQUE (exchange, market, symbol, interval)
        ) STRICT;

        CREATE TABLE candle (
            series INTEGER NOT NULL,
            open_time INTEGER NOT NULL,
            open ANY NOT NULL CHECK (typeof(open) <> 'real'),
            high ANY NOT NULL CHECK (typeof(high) <> 'real'),
            low ANY NOT NULL CHECK (typeof(low) <> 'real'),
            close ANY NOT NULL CHECK (typeof(close) <> 'real'),
            volume ANY CHECK (typeof(volume) <> 'real'),
            quote_volume ANY CHECK (typeof(quote_volume) <> 'real'),
            trades INTEGER,
            source INTEGER NOT NULL,
            event_ms INTEGER,
            received_ms INTEGER NOT NULL,
            PRIMARY KEY (series, open_time)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE revision (
            id INTEGER PRIMARY KEY,
            series INTEGER NOT NULL,
            open_time INTEGER NOT NULL,
            before TEXT NOT NULL,
            after TEXT NOT NULL,
            revised_ms INTEGER NOT NULL
        ) STRICT;

        CREATE INDEX revision_of_candle ON revision (series, open_time);

        CREATE TABLE coverage (
            series INTEGER NOT NULL,
            from_ms INTEGER NOT NULL,
            to_ms INTEGER NOT NULL CHECK (to_ms > from_ms),
            state TEXT NOT NULL CHECK (state IN ('complete', 'missing', 'before listing')),
            reason TEXT,
            PRIMARY KEY (series, from_ms)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE candle ADD COLUMN buy_volume ANY CHECK (typeof(buy_volume) <> 'real');

        CREATE TABLE listing (
            id INTEGER PRIMARY KEY,
            exchange TEXT NOT NULL,
            market TEXT NOT NULL,
            symbol TEXT NOT NULL,
            common_symbol TEXT NOT NULL,
            base_asset TEXT NOT NULL,
            quote_asset TEXT NOT NULL,
            settle_asset TEXT,
            contract_size TEXT,
            tick_size TEXT,
            lot_size TEXT,
            expires_ms INTEGER,
            listed_ms INTEGER,
            is_trading INTEGER NOT NULL CHECK (is_trading IN (0, 1)),
            status TEXT,
            first_seen_ms INTEGER NOT NULL,
            last_seen_ms INTEGER,
            ended_ms INTEGER
        ) STRICT;

        CREATE INDEX listing_now ON listing (exchange, market) WHERE ended_ms IS NULL;

        CREATE TABLE listing_reading (
            exchange TEXT NOT NULL,
            market TEXT NOT NULL,
            read_ms INTEGER NOT NULL,
            PRIMARY KEY (exchange, market)
        ) STRICT, WITHOUT ROWID;
        """,
    ];

    /// <summary>Makes the tables of a new file, or brings an older one up to date; refuses what is no archive, or another's.</summary>
    /// <returns>Whether the file keeps simulated candles.</returns>
    /// <exception cref="ArchiveException">It cannot be used.</exception>
    public static bool Prepare(Database database, string path, bool? isSimulated, DateTimeOffset now)
    {
        if (IsStranger(database))
        {
            throw Unusable(path, "this SQLite file is another program's. Name another, or one that is not there yet");
        }

        database.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000");
        if (database.AskNumber("PRAGMA user_version") < Steps.Length)
        {
            database.Write(() => Migrate(database, path, isSimulated ?? false, now));
        }

        var version = database.AskNumber("PRAGMA user_version");
        if (version > Steps.Length)
        {
            throw Unusable(path, FormattableString.Invariant(
                $"it is of version {version}, and this program knows {Steps.Length}. Use a newer program; nothing was changed"));
        }

        var keepsSimulated = database.AskNumber("SELECT simulated FROM archive") != 0;
        return isSimulated is null || isSimulated == keepsSimulated ? keepsSimulated
            : throw Unusable(path, keepsSimulated
                ? "it keeps simulated candles of a sandbox; real ones never come beside them. Name another file"
                : "it keeps real candles; simulated ones of a sandbox never come beside them. Name another file");
    }

    /// <summary>A file that has tables and does not say that it is ours.</summary>
    private static bool IsStranger(Database database) =>
        database.AskNumber("PRAGMA application_id") != ApplicationId && database.AskNumber("SELECT count(*) FROM sqlite_master") > 0;

    private static bool Migrate(Database database, string path, bool isSimulated, DateTimeOffset now)
    {
        if (IsStranger(database)) // another program may have been first
        {
            throw Unusable(path, "this SQLite file is another program's. Name another, or one that is not there yet");
        }

        var version = (int)database.AskNumber("PRAGMA user_version");
        for (var step = version; step < Steps.Length; step++)
        {
            database.Run(Steps[step]);
        }

        if (version == 0)
        {
            using var insert = new Statement(database, "INSERT INTO archive (simulated, created_ms) VALUES (?, ?)");
            insert.Bind(1, isSimulated ? 1 : 0).Bind(2, now.ToUnixTimeMilliseconds()).Run();
        }

        database.Run(string.Create(CultureInfo.InvariantCulture,
            $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Math.Max(version, Steps.Length)}"));
        return true;
    }

    private static ArchiveException Unusable(string path, string words) => new(ArchiveTrouble.Unusable, $"The archive {path}: {words}.");
}
