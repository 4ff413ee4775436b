using Npgsql;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>What the database holds, in a schema of its own, and how an older one becomes today's.</summary>
internal static class Schema
{
    /// <summary>Taken by whoever changes tables: two that begin at the same moment make them once.</summary>
    public const string Lock = "SELECT pg_advisory_xact_lock(1330136131)"; // OHLC

    /// <summary>What leads from each version to the next; <c>ohlcv.archive</c> says its own.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE SCHEMA IF NOT EXISTS ohlcv;

        CREATE TABLE ohlcv.archive (
            version integer NOT NULL,
            simulated boolean NOT NULL,
            created timestamptz NOT NULL
        );

        CREATE TABLE ohlcv.series (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            exchange text NOT NULL,
            market text NOT NULL,
            symbol text NOT NULL,
            interval text NOT NULL,
            common_symbol text NOT NULL,
            base_asset text NOT NULL,
            quote_asset text NOT NULL,
            settle_asset text,
            contract_size numeric,
            expires timestamptz,
            listed timestamptz,
            tick_size numeric
        );

        CREATE UNIQUE INDEX series_name ON ohlcv.series (lower(exchange), market, lower(symbol), interval);

        CREATE TABLE ohlcv.candle (
            series bigint NOT NULL,
            open_time timestamptz NOT NULL,
            open numeric NOT NULL,
            high numeric NOT NULL,
            low numeric NOT NULL,
            close numeric NOT NULL,
            volume numeric,
            quote_volume numeric,
            buy_volume numeric,
            trades bigint,
            source smallint NOT NULL,
            event_time timestamptz,
            received_at timestamptz NOT NULL,
            PRIMARY KEY (series, open_time)
        ) PARTITION BY RANGE (open_time);

        CREATE TABLE ohlcv.revision (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            series bigint NOT NULL,
            open_time timestamptz NOT NULL,
            before text NOT NULL,
            after text NOT NULL,
            revised_at timestamptz NOT NULL
        );

        CREATE INDEX revision_of_candle ON ohlcv.revision (series, open_time);

        CREATE TABLE ohlcv.coverage (
            series bigint NOT NULL,
            from_ms bigint NOT NULL,
            to_ms bigint NOT NULL CHECK (to_ms > from_ms),
            state text NOT NULL CHECK (state IN ('complete', 'missing', 'before listing')),
            reason text,
            PRIMARY KEY (series, from_ms)
        );

        CREATE TABLE ohlcv.listing (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            exchange text NOT NULL,
            market text NOT NULL,
            symbol text NOT NULL,
            common_symbol text NOT NULL,
            base_asset text NOT NULL,
            quote_asset text NOT NULL,
            settle_asset text,
            contract_size numeric,
            tick_size numeric,
            lot_size numeric,
            expires timestamptz,
            listed timestamptz,
            is_trading boolean NOT NULL,
            status text,
            first_seen timestamptz NOT NULL,
            last_seen timestamptz,
            ended timestamptz
        );

        CREATE INDEX listing_now ON ohlcv.listing (exchange, market) WHERE ended IS NULL;

        CREATE TABLE ohlcv.listing_reading (
            exchange text NOT NULL,
            market text NOT NULL,
            read_at timestamptz NOT NULL,
            PRIMARY KEY (exchange, market)
        );
        """,
    ];

    /// <summary>Makes the tables of a new archive, or brings an older one up to date; refuses what is another's.</summary>
    /// <returns>Whether it keeps simulated candles.</returns>
    /// <exception cref="ArchiveException">It cannot be used.</exception>
    public static bool Prepare(NpgsqlConnection connection, string location, bool? isSimulated, bool mustExist, DateTimeOffset now)
    {
        if (!HasArchive(connection) && mustExist)
        {
            throw Unusable(location, "there is no archive in this database");
        }

        var (version, keepsSimulated) = HasArchive(connection) ? Read(connection) : (0, false);
        if (version < Steps.Length)
        {
            Migrate(connection, location, isSimulated ?? false, now);
            (version, keepsSimulated) = Read(connection);
        }

        if (version > Steps.Length)
        {
            throw Unusable(location, FormattableString.Invariant(
                $"it is of version {version}, and this program knows {Steps.Length}. Use a newer program; nothing was changed"));
        }

        return isSimulated is null || isSimulated == keepsSimulated ? keepsSimulated
            : throw Unusable(location, keepsSimulated
                ? "it keeps simulated candles of a sandbox; real ones never come beside them. Name another database"
                : "it keeps real candles; simulated ones of a sandbox never come beside them. Name another database");
    }

    private static bool HasArchive(NpgsqlConnection connection)
    {
        // not to_regclass, which may say what it knew before another program's tables were there
        return Count(connection, "SELECT count(*) FROM pg_tables WHERE schemaname = 'ohlcv' AND tablename = 'archive'") > 0;
    }

    private static (int Version, bool IsSimulated) Read(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT version, simulated FROM ohlcv.archive", connection);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt32(0), reader.GetBoolean(1)) : (0, false);
    }

    private static void Migrate(NpgsqlConnection connection, string location, bool isSimulated, DateTimeOffset now)
    {
        using var transaction = connection.BeginTransaction();
        Run(connection, Lock);
        var isNew = !HasArchive(connection); // another program may have been first
        if (isNew && Count(connection, "SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'ohlcv'") > 0)
        {
            throw Unusable(location, "its schema ohlcv is another program's. Name another database");
        }

        var version = isNew ? 0 : Read(connection).Version;
        for (var step = version; step < Steps.Length; step++)
        {
            Run(connection, Steps[step]);
        }

        if (version < Steps.Length)
        {
            using var write = new NpgsqlCommand(
                isNew ? "INSERT INTO ohlcv.archive (version, simulated, created) VALUES ($1, $2, $3)" : "UPDATE ohlcv.archive SET version = $1", connection)
            {
                Parameters = { new() { Value = Steps.Length } },
            };
            if (isNew)
            {
                write.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = isSimulated }, new() { Value = now.UtcDateTime } });
            }

            write.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static long Count(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }

    private static ArchiveException Unusable(string location, string words) => new(ArchiveTrouble.Unusable, $"The archive {location}: {words}.");
}
