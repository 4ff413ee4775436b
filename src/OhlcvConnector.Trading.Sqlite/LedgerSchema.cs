namespace OhlcvConnector.Trading.Sqlite;

/// <summary>The tables of a ledger. Money, prices and quantities are text, so that every digit stays.</summary>
internal static class LedgerSchema
{
    /// <summary>Says of a file that it is a ledger.</summary>
    public const int ApplicationId = 0x50415052; // PAPR

    /// <summary>Version of the tables.</summary>
    public const int Version = 1;

    /// <summary>What makes the tables.</summary>
    public const string Tables = """
        CREATE TABLE ledger (simulated INTEGER NOT NULL CHECK (simulated IN (0, 1))) STRICT;

        CREATE TABLE account (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL COLLATE NOCASE,
            definition TEXT NOT NULL,
            is_closed INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE UNIQUE INDEX open_account ON account (name) WHERE is_closed = 0;

        CREATE TABLE state (
            account INTEGER PRIMARY KEY,
            step INTEGER NOT NULL,
            now_ms INTEGER,
            cash TEXT NOT NULL, equity TEXT NOT NULL, deposits TEXT NOT NULL, fees TEXT NOT NULL, funding TEXT NOT NULL,
            fills INTEGER NOT NULL, trades INTEGER NOT NULL, refused INTEGER NOT NULL,
            halt TEXT, strategy_error TEXT
        ) STRICT;

        CREATE TABLE candle (
            account INTEGER NOT NULL, series INTEGER NOT NULL, open_ms INTEGER NOT NULL,
            close_ms INTEGER NOT NULL, step INTEGER NOT NULL,
            open TEXT NOT NULL, high TEXT NOT NULL, low TEXT NOT NULL, close TEXT NOT NULL, volume TEXT,
            PRIMARY KEY (account, series, open_ms)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE command (
            account INTEGER NOT NULL, step INTEGER NOT NULL,
            kind TEXT NOT NULL, time_ms INTEGER NOT NULL, id TEXT, series INTEGER NOT NULL, order_id INTEGER NOT NULL,
            amount TEXT NOT NULL, reason TEXT,
            request TEXT,
            PRIMARY KEY (account, step),
            UNIQUE (account, id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE orders (
            account INTEGER NOT NULL, id INTEGER NOT NULL, series INTEGER NOT NULL, parent INTEGER,
            placed_ms INTEGER NOT NULL, state TEXT NOT NULL, filled TEXT NOT NULL, trigger_price TEXT, reason TEXT,
            request TEXT NOT NULL,
            PRIMARY KEY (account, id)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX open_orders ON orders (account, id) WHERE state = 'Open';

        CREATE TABLE fill (
            account INTEGER NOT NULL, number INTEGER NOT NULL, step INTEGER NOT NULL, order_id INTEGER, series INTEGER NOT NULL,
            time_ms INTEGER NOT NULL, quantity TEXT NOT NULL, price TEXT NOT NULL, fee TEXT NOT NULL, reason TEXT NOT NULL,
            PRIMARY KEY (account, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE trade (
            account INTEGER NOT NULL, number INTEGER NOT NULL, series INTEGER NOT NULL, quantity TEXT NOT NULL,
            entry_ms INTEGER NOT NULL, entry_price TEXT NOT NULL, exit_ms INTEGER NOT NULL, exit_price TEXT NOT NULL,
            fees TEXT NOT NULL, profit TEXT NOT NULL, return TEXT NOT NULL, reason TEXT NOT NULL,
            PRIMARY KEY (account, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE position (
            account INTEGER NOT NULL, series INTEGER NOT NULL, quantity TEXT NOT NULL, average_price TEXT, mark TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (account, series)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE equity (
            account INTEGER NOT NULL, time_ms INTEGER NOT NULL, equity TEXT NOT NULL,
            PRIMARY KEY (account, time_ms)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, time_ms INTEGER NOT NULL, text TEXT NOT NULL
        ) STRICT;
        """;
}
