using System.Globalization;
using Npgsql;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>Signals in a PostgreSQL database, in the schema <c>ohlcv</c>, which may be that of an archive of candles.</summary>
public sealed class PostgreSqlSignalStore : ISignalStore
{
    /// <summary>Taken by whoever keeps signals, so that numbers are seen in their order.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(1330136147)";

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS ohlcv.signal (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text NOT NULL UNIQUE,
            exchange text NOT NULL,
            market text NOT NULL,
            venue_symbol text NOT NULL,
            symbol text NOT NULL,
            base text NOT NULL,
            quote text NOT NULL,
            settle text,
            interval text NOT NULL,
            close_ms bigint NOT NULL,
            rule text NOT NULL,
            version text NOT NULL,
            title text NOT NULL,
            direction text NOT NULL,
            strength double precision NOT NULL,
            price numeric NOT NULL,
            valid_until_ms bigint NOT NULL,
            parts text NOT NULL,
            late boolean NOT NULL,
            kept_ms bigint NOT NULL,
            after_1 numeric,
            after_4 numeric,
            after_24 numeric
        );

        CREATE INDEX IF NOT EXISTS signal_series ON ohlcv.signal (exchange, market, venue_symbol, interval, rule, number);
        CREATE INDEX IF NOT EXISTS signal_close ON ohlcv.signal (close_ms);

        CREATE TABLE IF NOT EXISTS ohlcv.signal_progress (
            exchange text NOT NULL,
            market text NOT NULL,
            venue_symbol text NOT NULL,
            interval text NOT NULL,
            close_ms bigint NOT NULL,
            PRIMARY KEY (exchange, market, venue_symbol, interval)
        );
        """;

    private const string Columns =
        "number, id, exchange, market, venue_symbol, symbol, base, quote, settle, interval, close_ms, rule, version, title, direction, strength, price, "
        + "valid_until_ms, parts, late, kept_ms, after_1, after_4, after_24";

    private const string Insert = """
        INSERT INTO ohlcv.signal (id, exchange, market, venue_symbol, symbol, base, quote, settle, interval, close_ms,
            rule, version, title, direction, strength,
            price, valid_until_ms, parts, late, kept_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string Advance = """
        INSERT INTO ohlcv.signal_progress AS kept (exchange, market, venue_symbol, interval, close_ms) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (exchange, market, venue_symbol, interval) DO UPDATE SET close_ms = greatest(kept.close_ms, $5)
        """;

    private readonly NpgsqlDataSource _source;
    private readonly bool _isSimulated;
    private readonly TimeProvider _clock;

    private PostgreSqlSignalStore(NpgsqlDataSource source, string location, bool isSimulated, TimeProvider clock) =>
        (_source, Location, _isSimulated, _clock) = (source, location, isSimulated, clock);

    /// <inheritdoc/>
    public string Location { get; }

    /// <summary>Opens the store, and makes its tables.</summary>
    /// <param name="address"><c>postgres://user:password@host:5432/database</c>, as of an archive.</param>
    /// <param name="isSimulated">Whether signals of simulated candles are to be kept, or real ones: a database keeps either.</param>
    /// <param name="clock">Dates what is kept; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do, and never holds the password.</exception>
    public static PostgreSqlSignalStore Open(string address, bool isSimulated, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var (source, location) = SideTables.Open(address, isSimulated, Tables, clock.GetUtcNow());
        return new PostgreSqlSignalStore(source, location, isSimulated, clock);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SignalReceipt>> KeepAsync(SignalBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return SideTables.KeepAsync<IReadOnlyList<SignalReceipt>>(
            _source, Location, Lock, async connection => await KeepAsync(connection, batch).ConfigureAwait(false), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptSignal>> ReadAsync(SignalFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var where = new Conditions().AddSeries(filter.Exchange, filter.Market, filter.Symbol, filter.Interval)
            .Add(filter.Rule?.EndsWith('.') == true ? "starts_with(rule, {0})" : "rule = {0}", filter.Rule)
            .Add("direction = {0}", filter.Direction is { } direction ? SignalJson.NameOf(direction) : null)
            .Add("strength >= {0}", filter.Strength)
            .Add("close_ms >= {0}", filter.SinceMs)
            .AddNumbers(filter.Before, filter.After);
        var latest = filter.IsLatestOnly
            ? $" AND number IN (SELECT max(number) FROM ohlcv.signal WHERE {where} GROUP BY exchange, market, venue_symbol, interval, rule)" : "";
        var sql = $"SELECT {Columns} FROM ohlcv.signal WHERE {where}{latest} {Conditions.Order(filter.IsAscending, filter.Limit, SignalFilter.MaxLimit)}";
        return _source.AskAsync<IReadOnlyList<KeptSignal>>(
            Location, async connection => await connection.With(sql, [.. where.Values]).ListAsync(Row, cancellationToken).ConfigureAwait(false),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<KeptSignal?> FindAsync(string id, CancellationToken cancellationToken = default) => _source.AskAsync(
        Location,
        async connection => (await connection.With($"SELECT {Columns} FROM ohlcv.signal WHERE id = $1", id).ListAsync(Row,
            cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(),
        cancellationToken);

    /// <inheritdoc/>
    public Task<long?> ProgressAsync(Series series, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        return _source.AskAsync(
            Location,
            connection => connection.With(
                "SELECT close_ms FROM ohlcv.signal_progress WHERE exchange = $1 AND market = $2 AND venue_symbol = $3 AND interval = $4",
                series.Exchange, series.Market.Name(), series.VenueSymbol, series.Interval.ToString()).AskAsync<long?>(cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<List<SignalReceipt>> KeepAsync(NpgsqlConnection connection, SignalBatch batch)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var receipts = new List<SignalReceipt>(batch.Signals.Count);
        foreach (var signal in batch.Signals)
        {
            var isNew = await connection.With(Insert, Values(signal, now)).RunAsync(CancellationToken.None).ConfigureAwait(false) > 0;
            var number = await connection.With("SELECT number FROM ohlcv.signal WHERE id = $1", signal.Id).AskAsync<long>(CancellationToken.None)
                .ConfigureAwait(false);
            receipts.Add(new SignalReceipt(number, isNew));
        }

        foreach (var fate in batch.Fates)
        {
            var column = SignalFate.Candles.Contains(fate.Candles) ? fate.Candles : throw new ArgumentOutOfRangeException(nameof(batch), fate.Candles,
                "1, 4 or 24.");
            await connection.With(string.Create(CultureInfo.InvariantCulture, $"UPDATE ohlcv.signal SET after_{column} = $2 WHERE id = $1"), fate.Id,
                fate.Price)
                .RunAsync(CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var (series, closeMs) in batch.Progress)
        {
            await connection.With(Advance, series.Exchange, series.Market.Name(), series.VenueSymbol, series.Interval.ToString(), closeMs)
                .RunAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return receipts;
    }

    private static object?[] Values(Signal signal, long now)
    {
        var instrument = signal.Series.Instrument;
        return
        [
            signal.Id, instrument.Exchange, instrument.Market.Name(), instrument.VenueSymbol, instrument.Symbol, instrument.BaseAsset, instrument.QuoteAsset,
            instrument.SettleAsset, signal.Timeframe.ToString(), signal.CloseMs, signal.Rule, signal.Version, signal.Title, SignalJson.NameOf(signal.Direction),
            signal.Strength, signal.Price, signal.ValidUntilMs, SignalJson.PartsText(signal.Parts), signal.IsLate, now,
        ];
    }

    private KeptSignal Row(NpgsqlDataReader row)
    {
        var signal = new Signal
        {
            Id = row.GetString(1),
            Series = SideTables.SeriesOf(row, 2),
            CloseMs = row.GetInt64(10),
            Rule = row.GetString(11),
            Version = row.GetString(12),
            Title = row.GetString(13),
            Direction = Enum.Parse<SignalDirection>(row.GetString(14), ignoreCase: true),
            Strength = row.GetDouble(15),
            Price = row.GetDecimal(16),
            ValidUntilMs = row.GetInt64(17),
            Parts = SignalJson.ReadParts(row.GetString(18)),
            IsLate = row.GetBoolean(19),
            IsSandbox = _isSimulated,
        };
        return new KeptSignal(
            row.GetInt64(0), signal, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(20)), new SignalFate(OrNull(21), OrNull(22), OrNull(23)));

        decimal? OrNull(int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);
    }
}
