using OhlcvConnector.Application.Forecasts;
using Parquet;
using Parquet.Schema;

namespace OhlcvConnector.Archive.Parquet;

/// <summary>
/// Writes forecasts of candles as a Parquet file: one row for each candle and model, times as UTC milliseconds, numbers as double, compressed with zstd.
/// It keeps a group of rows in memory and no more.
/// </summary>
public sealed class ParquetForecastWriter : IAsyncDisposable
{
    private const int GroupRows = 65_536;

    private static readonly Column[] Columns =
    [
        Text("exchange", (forecast, _) => forecast.Series.Exchange),
        Text("market", (forecast, _) => Domain.MarketNames.Name(forecast.Series.Market)),
        Text("symbol", (forecast, _) => forecast.Series.VenueSymbol),
        Text("interval", (forecast, _) => forecast.Series.Interval.ToString()),
        Time("open_time", forecast => forecast.OpenMs),
        Time("known_at", forecast => forecast.CloseMs),
        Time("target_time", forecast => forecast.AtMs),
        Text("model", (forecast, _) => forecast.Model),
        Text("version", (forecast, _) => forecast.Version),
        Text("target", (forecast, _) => forecast.Target),
        Value("close", (forecast, _) => forecast.Close),
        Value("point", (forecast, _) => forecast.Point),
        Optional("band_low", forecast => forecast.Band.Count > 0 ? forecast.Band[0].Value : null),
        Optional("band_high", forecast => forecast.Band.Count > 0 ? forecast.Band[^1].Value : null),
        Value("in_training", (_, isInTraining) => isInTraining),
        Value("beats_naive", (forecast, _) => forecast.BeatsNaive),
        Text("verdict", (forecast, _) => forecast.Verdict),
        Value("sandbox", (forecast, _) => forecast.IsSandbox),
    ];

    private readonly ParquetWriter _writer;
    private readonly List<(SeriesForecast Forecast, bool IsInTraining)> _group = [];

    private ParquetForecastWriter(ParquetWriter writer) => _writer = writer;

    /// <summary>How many forecasts were written.</summary>
    public long Count { get; private set; }

    /// <summary>Begins a file.</summary>
    /// <param name="output">Where to, from its beginning; it stays open.</param>
    public static async Task<ParquetForecastWriter> CreateAsync(Stream output)
    {
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = System.IO.Compression.CompressionLevel.Fastest };
        return new ParquetForecastWriter(
            await ParquetWriter.CreateAsync(new ParquetSchema([.. Columns.Select(column => (Field)column.Field)]), output, options).ConfigureAwait(false));
    }

    /// <summary>Writes a forecast.</summary>
    /// <param name="forecast">The forecast.</param>
    /// <param name="isInTraining">True when its model was trained on the candle, or on later ones, so that it says nothing of the model.</param>
    public ValueTask WriteAsync(SeriesForecast forecast, bool isInTraining)
    {
        _group.Add((forecast, isInTraining));
        Count++;
        return _group.Count < GroupRows ? ValueTask.CompletedTask : new ValueTask(WriteGroupAsync());
    }

    /// <summary>Writes what waits.</summary>
    public Task CompleteAsync() => _group.Count > 0 || Count == 0 ? WriteGroupAsync() : Task.CompletedTask; // a file without rows has its columns all the same

    /// <summary>Ends the file.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task WriteGroupAsync()
    {
        using (var group = _writer.CreateRowGroup())
        {
            foreach (var column in Columns)
            {
                await column.WriteAsync(group, _group).ConfigureAwait(false);
            }

            group.CompleteValidate();
        }

        _group.Clear();
    }

    private static Column Text(string name, Func<SeriesForecast, bool, string> of)
    {
        var field = new DataField(name, typeof(string), isNullable: false);
        return new Column(field, (group, rows) => group.WriteAsync(field, rows.Select(row => of(row.Forecast, row.IsInTraining)).ToArray()));
    }

    private static Column Time(string name, Func<SeriesForecast, long> of)
    {
        var field = new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: false);
        return new Column(field, (group, rows) => group.WriteAsync<DateTime>(
            field, rows.Select(row => DateTimeOffset.FromUnixTimeMilliseconds(of(row.Forecast)).UtcDateTime).ToArray()));
    }

    private static Column Value<T>(string name, Func<SeriesForecast, bool, T> of)
        where T : struct
    {
        var field = new DataField(name, typeof(T), isNullable: false);
        return new Column(field, (group, rows) => group.WriteAsync<T>(field, rows.Select(row => of(row.Forecast, row.IsInTraining)).ToArray()));
    }

    private static Column Optional(string name, Func<SeriesForecast, double?> of)
    {
        var field = new DataField(name, typeof(double), isNullable: true);
        return new Column(field, (group, rows) => group.WriteAsync<double>(field, rows.Select(row => of(row.Forecast)).ToArray()));
    }

    private sealed record Column(DataField Field, Func<ParquetRowGroupWriter, List<(SeriesForecast Forecast, bool IsInTraining)>, Task> WriteAsync);
}
