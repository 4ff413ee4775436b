using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Forecasts in one SQLite file, which may be that of an archive of candles: those of simulated ones never come beside real ones.</summary>
public sealed class SqliteForecastStore : IForecastStore
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS forecast (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            exchange TEXT NOT NULL,
            market TEXT NOT NULL,
            venue_symbol TEXT NOT NULL,
            symbol TEXT NOT NULL,
            base TEXT NOT NULL,
            quote TEXT NOT NULL,
            settle TEXT,
            interval TEXT NOT NULL,
            open_ms INTEGER NOT NULL,
            close_ms INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            model TEXT NOT NULL,
            version TEXT NOT NULL,
            trained_on TEXT NOT NULL,
            target TEXT NOT NULL,
            horizon INTEGER NOT NULL,
            close REAL NOT NULL,
            point REAL NOT NULL,
            band TEXT NOT NULL,
            verdict TEXT NOT NULL,
            beats_naive INTEGER NOT NULL,
            skill REAL,
            skill_low REAL,
            skill_high REAL,
            kept_ms INTEGER NOT NULL,
            UNIQUE (exchange, market, venue_symbol, interval, model, version, open_ms)
        ) STRICT;

        CREATE INDEX IF NOT EXISTS forecast_model ON forecast (model, number);
        """;

    private const string Columns =
        "number, exchange, market, venue_symbol, symbol, base, quote, settle, interval, open_ms, close_ms, at_ms, model, version, trained_on, target, horizon, "
        + "close, point, band, verdict, beats_naive, skill, skill_low, skill_high, kept_ms";

    private const string Insert = """
        INSERT INTO forecast (exchange, market, venue_symbol, interval, open_ms, model, version, symbol, base, quote, settle, close_ms, at_ms, trained_on,
            target, horizon, close, point, band, verdict, beats_naive, skill, skill_low, skill_high, kept_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)
        ON CONFLICT (exchange, market, venue_symbol, interval, model, version, open_ms) DO NOTHING
        """;

    private const string Find =
        $"SELECT {Columns} FROM forecast WHERE exchange = ?1 AND market = ?2 AND venue_symbol = ?3 AND interval = ?4 AND open_ms = ?5 AND model = ?6 AND version = ?7";

    private readonly string _path;
    private readonly bool _isSimulated;
    private readonly TimeProvider _clock;

    private SqliteForecastStore(string path, bool isSimulated, TimeProvider clock) => (_path, _isSimulated, _clock) = (path, isSimulated, clock);

    /// <inheritdoc/>
    public string Location => _path;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isSimulated">Whether forecasts of simulated candles are to be kept, or of real ones: a file keeps either.</param>
    /// <param name="clock">Dates what is kept; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static SqliteForecastStore Open(string path, bool isSimulated, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        return new SqliteForecastStore(SideTables.Prepare(path, isSimulated, Tables, clock.GetUtcNow()), isSimulated, clock);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptForecast>> KeepAsync(IReadOnlyList<SeriesForecast> forecasts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        return Task.Run<IReadOnlyList<KeptForecast>>(() => Keep(forecasts), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptForecast>> ReadAsync(ForecastFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Task.Run<IReadOnlyList<KeptForecast>>(() => Read(filter), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Database.Release(_path);
        return ValueTask.CompletedTask;
    }

    private List<KeptForecast> Keep(IReadOnlyList<SeriesForecast> forecasts)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        using var database = Database.Open(_path);
        using var insert = new Statement(database, Insert);
        using var find = new Statement(database, Find);
        return database.Write(() =>
        {
            var kept = new List<KeptForecast>(forecasts.Count);
            foreach (var forecast in forecasts)
            {
                Write(insert, forecast, now);
                BindKey(find, forecast).Step();
                kept.Add(Row(find));
                find.Reset();
            }

            return kept;
        });
    }

    private static Statement BindKey(Statement statement, SeriesForecast forecast) => statement
        .Bind(1, forecast.Series.Exchange).Bind(2, forecast.Series.Market.Name()).Bind(3, forecast.Series.VenueSymbol)
        .Bind(4, forecast.Series.Interval.ToString()).Bind(5, forecast.OpenMs).Bind(6, forecast.Model).Bind(7, forecast.Version);

    private static void Write(Statement insert, SeriesForecast forecast, long now)
    {
        var instrument = forecast.Series.Instrument;
        BindKey(insert, forecast).Bind(8, instrument.Symbol).Bind(9, instrument.BaseAsset).Bind(10, instrument.QuoteAsset).Bind(11, instrument.SettleAsset)
            .Bind(12, forecast.CloseMs).Bind(13, forecast.AtMs).Bind(14, forecast.TrainedOn).Bind(15, forecast.Target).Bind(16, forecast.Horizon)
            .Bind(17, forecast.Close).Bind(18, forecast.Point).Bind(19, ForecastJson.BandText(forecast.Band)).Bind(20, forecast.Verdict)
            .Bind(21, forecast.BeatsNaive ? 1 : 0);
        BindOrNull(insert, 22, forecast.Skill);
        BindOrNull(insert, 23, forecast.SkillLow);
        BindOrNull(insert, 24, forecast.SkillHigh);
        insert.Bind(25, now).Run();
    }

    private static void BindOrNull(Statement statement, int index, double? value)
    {
        _ = value is { } number ? statement.Bind(index, number) : statement.Bind(index, (string?)null);
    }

    private List<KeptForecast> Read(ForecastFilter filter)
    {
        var where = new Conditions().AddSeries(filter.Exchange, filter.Market, filter.Symbol, filter.Interval)
            .Add("model = {0}", filter.Model)
            .Add("version = {0}", filter.Version)
            .Add("open_ms >= {0}", filter.SinceMs)
            .AddNumbers(filter.Before, filter.After);
        var order = Conditions.Order(filter.IsAscending, filter.Limit, ForecastFilter.MaxLimit);
        return SideTables.Read(_path, $"SELECT {Columns} FROM forecast WHERE {where} {order}", where, Row);
    }

    private KeptForecast Row(Statement row)
    {
        var forecast = new SeriesForecast
        {
            Series = SideTables.SeriesOf(row, 1),
            OpenMs = row.Long(9),
            CloseMs = row.Long(10),
            AtMs = row.Long(11),
            Model = row.Text(12),
            Version = row.Text(13),
            TrainedOn = row.Text(14),
            Target = row.Text(15),
            Horizon = (int)row.Long(16),
            Close = row.Double(17),
            Point = row.Double(18),
            Band = ForecastJson.ReadBand(row.Text(19)),
            Verdict = row.Text(20),
            BeatsNaive = row.Long(21) != 0,
            Skill = OrNull(22),
            SkillLow = OrNull(23),
            SkillHigh = OrNull(24),
            IsSandbox = _isSimulated,
        };
        return new KeptForecast(row.Long(0), forecast, DateTimeOffset.FromUnixTimeMilliseconds(row.Long(25)));

        double? OrNull(int column) => row.IsNull(column) ? null : row.Double(column);
    }
}
