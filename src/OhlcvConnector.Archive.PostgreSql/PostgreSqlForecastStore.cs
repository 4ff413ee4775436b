using Npgsql;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>Forecasts in a PostgreSQL database, in the schema <c>ohlcv</c>, which may be that of an archive of candles.</summary>
public sealed class PostgreSqlForecastStore : IForecastStore
{
    /// <summary>Taken by whoever keeps forecasts, so that numbers are seen in their order.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(1330136148)";

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS ohlcv.forecast (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            exchange text NOT NULL,
            market text NOT NULL,
            venue_symbol text NOT NULL,
            symbol text NOT NULL,
            base text NOT NULL,
            quote text NOT NULL,
            settle text,
            interval text NOT NULL,
            open_ms bigint NOT NULL,
            close_ms bigint NOT NULL,
            at_ms bigint NOT NULL,
            model text NOT NULL,
            version text NOT NULL,
            trained_on text NOT NULL,
            target text NOT NULL,
            horizon integer NOT NULL,
            close double precision NOT NULL,
            point double precision NOT NULL,
            band text NOT NULL,
            verdict text NOT NULL,
            beats_naive boolean NOT NULL,
            skill double precision,
            skill_low double precision,
            skill_high double precision,
            kept_ms bigint NOT NULL,
            UNIQUE (exchange, market, venue_symbol, interval, model, version, open_ms)
        );

        CREATE INDEX IF NOT EXISTS forecast_model ON ohlcv.forecast (model, number);
        """;

    private const string Columns =
        "number, exchange, market, venue_symbol, symbol, base, quote, settle, interval, open_ms, close_ms, at_ms, model, version, trained_on, target, horizon, "
        + "close, point, band, verdict, beats_naive, skill, skill_low, skill_high, kept_ms";

    private const string Insert = """
        INSERT INTO ohlcv.forecast (exchange, market, venue_symbol, interval, open_ms, model, version, symbol, base, quote, settle, close_ms, at_ms,
            trained_on, target, horizon, close, point, band, verdict, beats_naive, skill, skill_low, skill_high, kept_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
        ON CONFLICT (exchange, market, venue_symbol, interval, model, version, open_ms) DO NOTHING
        """;

    private const string Find =
        $"SELECT {Columns} FROM ohlcv.forecast WHERE exchange = $1 AND market = $2 AND venue_symbol = $3 AND interval = $4 AND open_ms = $5 AND model = $6 AND version = $7";

    private readonly NpgsqlDataSource _source;
    private readonly bool _isSimulated;
    private readonly TimeProvider _clock;

    private PostgreSqlForecastStore(NpgsqlDataSource source, string location, bool isSimulated, TimeProvider clock) =>
        (_source, Location, _isSimulated, _clock) = (source, location, isSimulated, clock);

    /// <inheritdoc/>
    public string Location { get; }

    /// <summary>Opens the store, and makes its tables.</summary>
    /// <param name="address"><c>postgres://user:password@host:5432/database</c>, as of an archive.</param>
    /// <param name="isSimulated">Whether forecasts of simulated candles are to be kept, or of real ones: a database keeps either.</param>
    /// <param name="clock">Dates what is kept; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do, and never holds the password.</exception>
    public static PostgreSqlForecastStore Open(string address, bool isSimulated, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var (source, location) = SideTables.Open(address, isSimulated, Tables, clock.GetUtcNow());
        return new PostgreSqlForecastStore(source, location, isSimulated, clock);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptForecast>> KeepAsync(IReadOnlyList<SeriesForecast> forecasts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        return SideTables.KeepAsync<IReadOnlyList<KeptForecast>>(_source, Location, Lock, async connection =>
        {
            var kept = new List<KeptForecast>(forecasts.Count);
            foreach (var forecast in forecasts)
            {
                await connection.With(Insert, [.. Key(forecast), .. Rest(forecast)]).RunAsync(CancellationToken.None).ConfigureAwait(false);
                kept.AddRange(await connection.With(Find, Key(forecast)).ListAsync(Row, CancellationToken.None).ConfigureAwait(false));
            }

            return kept;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptForecast>> ReadAsync(ForecastFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var where = new Conditions().AddSeries(filter.Exchange, filter.Market, filter.Symbol, filter.Interval)
            .Add("model = {0}", filter.Model)
            .Add("version = {0}", filter.Version)
            .Add("open_ms >= {0}", filter.SinceMs)
            .AddNumbers(filter.Before, filter.After);
        var sql = $"SELECT {Columns} FROM ohlcv.forecast WHERE {where} {Conditions.Order(filter.IsAscending, filter.Limit, ForecastFilter.MaxLimit)}";
        return _source.AskAsync<IReadOnlyList<KeptForecast>>(
            Location, async connection => await connection.With(sql, [.. where.Values]).ListAsync(Row, cancellationToken).ConfigureAwait(false),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static object?[] Key(SeriesForecast forecast) =>
    [
        forecast.Series.Exchange, forecast.Series.Market.Name(), forecast.Series.VenueSymbol, forecast.Series.Interval.ToString(), forecast.OpenMs,
        forecast.Model, forecast.Version,
    ];

    private object?[] Rest(SeriesForecast forecast)
    {
        var instrument = forecast.Series.Instrument;
        return
        [
            instrument.Symbol, instrument.BaseAsset, instrument.QuoteAsset, instrument.SettleAsset, forecast.CloseMs, forecast.AtMs, forecast.TrainedOn,
            forecast.Target, forecast.Horizon, forecast.Close, forecast.Point, ForecastJson.BandText(forecast.Band), forecast.Verdict, forecast.BeatsNaive,
            forecast.Skill, forecast.SkillLow, forecast.SkillHigh, _clock.GetUtcNow().ToUnixTimeMilliseconds(),
        ];
    }

    private KeptForecast Row(NpgsqlDataReader row)
    {
        var forecast = new SeriesForecast
        {
            Series = SideTables.SeriesOf(row, 1),
            OpenMs = row.GetInt64(9),
            CloseMs = row.GetInt64(10),
            AtMs = row.GetInt64(11),
            Model = row.GetString(12),
            Version = row.GetString(13),
            TrainedOn = row.GetString(14),
            Target = row.GetString(15),
            Horizon = row.GetInt32(16),
            Close = row.GetDouble(17),
            Point = row.GetDouble(18),
            Band = ForecastJson.ReadBand(row.GetString(19)),
            Verdict = row.GetString(20),
            BeatsNaive = row.GetBoolean(21),
            Skill = OrNull(22),
            SkillLow = OrNull(23),
            SkillHigh = OrNull(24),
            IsSandbox = _isSimulated,
        };
        return new KeptForecast(row.GetInt64(0), forecast, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(25)));

        double? OrNull(int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
    }
}
