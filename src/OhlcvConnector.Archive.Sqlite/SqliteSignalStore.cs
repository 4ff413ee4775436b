using System.Globalization;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Signals in one SQLite file, which may be that of an archive of candles: simulated ones never come beside real ones.</summary>
public sealed class SqliteSignalStore : ISignalStore
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS signal (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            exchange TEXT NOT NULL,
            market TEXT NOT NULL,
            venue_symbol TEXT NOT NULL,
            symbol TEXT NOT NULL,
            base TEXT NOT NULL,
            quote TEXT NOT NULL,
            settle TEXT,
            interval TEXT NOT NULL,
            close_ms INTEGER NOT NULL,
            rule TEXT NOT NULL,
            version TEXT NOT NULL,
            title TEXT NOT NULL,
            direction TEXT NOT NULL,
            strength REAL NOT NULL,
            price TEXT NOT NULL,
            valid_until_ms INTEGER NOT NULL,
            parts TEXT NOT NULL,
            late INTEGER NOT NULL,
            kept_ms INTEGER NOT NULL,
            after_1 TEXT,
            after_4 TEXT,
            after_24 TEXT
        ) STRICT;

        CREATE INDEX IF NOT EXISTS signal_series ON signal (exchange, market, venue_symbol, interval, rule, number);
        CREATE INDEX IF NOT EXISTS signal_rule ON signal (rule, number);
        CREATE INDEX IF NOT EXISTS signal_close ON signal (close_ms);

        CREATE TABLE IF NOT EXISTS signal_progress (
            exchange TEXT NOT NULL,
            market TEXT NOT NULL,
            venue_symbol TEXT NOT NULL,
            interval TEXT NOT NULL,
            close_ms INTEGER NOT NULL,
            PRIMARY KEY (exchange, market, venue_symbol, interval)
        ) STRICT, WITHOUT ROWID;
        """;

    private const string Columns =
        "number, id, exchange, market, venue_symbol, symbol, base, quote, settle, interval, close_ms, rule, version, title, direction, strength, price, "
        + "valid_until_ms, parts, late, kept_ms, after_1, after_4, after_24";

    private const string Insert = """
        INSERT INTO signal (id, exchange, market, venue_symbol, symbol, base, quote, settle, interval, close_ms,
            rule, version, title, direction, strength, price,
            valid_until_ms, parts, late, kept_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string Advance = """
        INSERT INTO signal_progress (exchange, market, venue_symbol, interval, close_ms) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (exchange, market, venue_symbol, interval) DO UPDATE SET close_ms = max(close_ms, ?5)
        """;

    private readonly string _path;
    private readonly bool _isSimulated;
    private readonly TimeProvider _clock;

    private SqliteSignalStore(string path, bool isSimulated, TimeProvider clock) => (_path, _isSimulated, _clock) = (path, isSimulated, clock);

    /// <inheritdoc/>
    public string Location => _path;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSimulated">Whether signals of simulated candles are to be kept, or real ones: a file keeps either.</param>
    /// <param name="clock">Dates what is kept; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static SqliteSignalStore Open(string path, bool isSimulated, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        return new SqliteSignalStore(SideTables.Prepare(path, isSimulated, Tables, clock.GetUtcNow()), isSimulated, clock);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SignalReceipt>> KeepAsync(SignalBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Task.Run<IReadOnlyList<SignalReceipt>>(() => Keep(batch), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptSignal>> ReadAsync(SignalFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Task.Run<IReadOnlyList<KeptSignal>>(() => Read(filter), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<KeptSignal?> FindAsync(string id, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            using var database = Database.Open(_path);
            using var rows = new Statement(database, $"SELECT {Columns} FROM signal WHERE id = ?1");
            rows.Bind(1, id);
            return rows.Step() ? Row(rows) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<long?> ProgressAsync(Series series, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        return Task.Run<long?>(
            () =>
            {
                using var database = Database.Open(_path);
                using var rows = new Statement(
                    database, "SELECT close_ms FROM signal_progress WHERE exchange = ?1 AND market = ?2 AND venue_symbol = ?3 AND interval = ?4");
                BindSeries(rows, series);
                return rows.Step() ? rows.Long(0) : null;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Database.Release(_path);
        return ValueTask.CompletedTask;
    }

    private List<SignalReceipt> Keep(SignalBatch batch)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        using var database = Database.Open(_path);
        using var insert = new Statement(database, Insert);
        using var number = new Statement(database, "SELECT number FROM signal WHERE id = ?1");
        using var advance = new Statement(database, Advance);
        return database.Write(() =>
        {
            var receipts = new List<SignalReceipt>(batch.Signals.Count);
            foreach (var signal in batch.Signals)
            {
                var isNew = Write(insert, signal, now);
                number.Bind(1, signal.Id).Step();
                receipts.Add(new SignalReceipt(number.Long(0), isNew));
                number.Reset();
            }

            foreach (var fate in batch.Fates)
            {
                using var write = new Statement(database, string.Create(CultureInfo.InvariantCulture, $"UPDATE signal SET after_{Known(fate.Candles)} = ?2 WHERE id = ?1"));
                write.Bind(1, fate.Id).Bind(2, Text(fate.Price)).Run();
            }

            foreach (var (series, closeMs) in batch.Progress)
            {
                BindSeries(advance, series);
                advance.Bind(5, closeMs).Run();
            }

            return receipts;
        });
    }

    private static bool Write(Statement insert, Signal signal, long now)
    {
        var instrument = signal.Series.Instrument;
        insert.Bind(1, signal.Id).Bind(2, instrument.Exchange).Bind(3, instrument.Market.Name()).Bind(4, instrument.VenueSymbol).Bind(5, instrument.Symbol)
            .Bind(6, instrument.BaseAsset).Bind(7, instrument.QuoteAsset).Bind(8, instrument.SettleAsset).Bind(9, signal.Timeframe.ToString())
            .Bind(10, signal.CloseMs).Bind(11, signal.Rule).Bind(12, signal.Version).Bind(13, signal.Title).Bind(14, SignalJson.NameOf(signal.Direction))
            .Bind(15, signal.Strength).Bind(16, Text(signal.Price)).Bind(17, signal.ValidUntilMs).Bind(18, SignalJson.PartsText(signal.Parts))
            .Bind(19, signal.IsLate ? 1 : 0).Bind(20, now).Run();
        return insert.Changes > 0;
    }

    private List<KeptSignal> Read(SignalFilter filter)
    {
        var where = new Conditions().AddSeries(filter.Exchange, filter.Market, filter.Symbol, filter.Interval)
            .Add(filter.Rule?.EndsWith('.') == true ? "substr(rule, 1, length({0})) = {0}" : "rule = {0}", filter.Rule)
            .Add("direction = {0}", filter.Direction is { } direction ? SignalJson.NameOf(direction) : null)
            .Add("strength >= {0}", filter.Strength)
            .Add("close_ms >= {0}", filter.SinceMs)
            .AddNumbers(filter.Before, filter.After);
        var latest = filter.IsLatestOnly
            ? $" AND number IN (SELECT max(number) FROM signal WHERE {where} GROUP BY exchange, market, venue_symbol, interval, rule)" : "";
        var order = Conditions.Order(filter.IsAscending, filter.Limit, SignalFilter.MaxLimit);
        return SideTables.Read(_path, $"SELECT {Columns} FROM signal WHERE {where}{latest} {order}", where, Row);
    }

    private KeptSignal Row(Statement row)
    {
        var signal = new Signal
        {
            Id = row.Text(1),
            Series = SideTables.SeriesOf(row, 2),
            CloseMs = row.Long(10),
            Rule = row.Text(11),
            Version = row.Text(12),
            Title = row.Text(13),
            Direction = Enum.Parse<SignalDirection>(row.Text(14), ignoreCase: true),
            Strength = row.Double(15),
            Price = Number(row.Text(16)),
            ValidUntilMs = row.Long(17),
            Parts = SignalJson.ReadParts(row.Text(18)),
            IsLate = row.Long(19) != 0,
            IsSandbox = _isSimulated,
        };
        return new KeptSignal(
            row.Long(0), signal, DateTimeOffset.FromUnixTimeMilliseconds(row.Long(20)), new SignalFate(OrNull(21), OrNull(22), OrNull(23)));

        decimal? OrNull(int column) => row.TextOrNull(column) is { } text ? Number(text) : null;
    }

    private static int Known(int candles) => SignalFate.Candles.Contains(candles) ? candles : throw new ArgumentOutOfRangeException(nameof(candles),
        candles, "1, 4 or 24.");

    private static void BindSeries(Statement statement, Series series) =>
        statement.Bind(1, series.Exchange).Bind(2, series.Market.Name()).Bind(3, series.VenueSymbol).Bind(4, series.Interval.ToString());

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
