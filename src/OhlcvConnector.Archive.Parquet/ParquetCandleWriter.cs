using System.IO.Compression;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using Parquet;
using Parquet.Schema;

namespace OhlcvConnector.Archive.Parquet;

/// <summary>
/// Writes candles as a Parquet file: prices and volumes as <c>DECIMAL(38, 18)</c>, times as UTC milliseconds, compressed with zstd. It keeps a group of rows in
/// memory and no more.
/// </summary>
public sealed class ParquetCandleWriter : IAsyncDisposable
{
    private const int GroupRows = 65_536;

    private readonly ParquetWriter _writer;
    private readonly IReadOnlyList<CandleColumn> _columns;
    private readonly Series? _series;
    private readonly bool _isSimulated;
    private readonly List<PriceQuote> _group = [];

    private ParquetCandleWriter(ParquetWriter writer, IReadOnlyList<CandleColumn> columns, Series? series, bool isSimulated) =>
        (_writer, _columns, _series, _isSimulated) = (writer, columns, series, isSimulated);

    /// <summary>How many candles were written.</summary>
    public long Count { get; private set; }

    /// <summary>Begins a file.</summary>
    /// <param name="output">Where to, from its beginning; it stays open.</param>
    /// <param name="isSimulated">Whether the candles are simulated: a column says so of each, and the file of itself.</param>
    /// <param name="series">The one series whose candles are written, which then is in the file's key-value metadata alone, for folders have it; null for
    /// columns that say it of each candle.</param>
    public static async Task<ParquetCandleWriter> CreateAsync(Stream output, bool isSimulated, Series? series = null)
    {
        IReadOnlyList<CandleColumn> columns = [.. series is null ? CandleColumns.OfSeries : [], .. CandleColumns.OfCandle(isSimulated)];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest };
        var schema = new ParquetSchema([.. columns.Select(column => (Field)column.Field)]);
        var writer = await ParquetWriter.CreateAsync(schema, output, options).ConfigureAwait(false);
        return new ParquetCandleWriter(writer, columns, series, isSimulated);
    }

    /// <summary>Writes a candle.</summary>
    /// <exception cref="ArchiveException">A number has more digits than a decimal of the file.</exception>
    public ValueTask WriteAsync(PriceQuote candle)
    {
        _group.Add(candle);
        Count++;
        return _group.Count < GroupRows ? ValueTask.CompletedTask : new ValueTask(WriteGroupAsync());
    }

    /// <summary>Writes what waits, and what the file says of itself.</summary>
    /// <param name="coverage">What is known of the series' stretches; empty for nothing.</param>
    public async Task CompleteAsync(IReadOnlyList<CoverageRange> coverage)
    {
        if (_group.Count > 0 || Count == 0)
        {
            await WriteGroupAsync().ConfigureAwait(false); // a file without candles has its columns all the same
        }

        _writer.CustomMetadata = FileFacts.Write(_isSimulated, _series, coverage);
    }

    /// <summary>Ends the file.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task WriteGroupAsync()
    {
        using (var group = _writer.CreateRowGroup())
        {
            foreach (var column in _columns)
            {
                await column.WriteAsync(group, _group).ConfigureAwait(false);
            }

            group.CompleteValidate();
        }

        _group.Clear();
    }
}
