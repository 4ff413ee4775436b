using System.Runtime.InteropServices;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using Parquet;
using Parquet.Schema;

namespace OhlcvConnector.Archive.Parquet;

/// <summary>A Parquet file that <see cref="ParquetCandleWriter"/> wrote. Its series are known by their names alone: assets and steps are not in it.</summary>
public sealed class ParquetCandleFile : IAsyncDisposable
{
    private readonly ParquetReader _reader;

    private ParquetCandleFile(ParquetReader reader) => _reader = reader;

    /// <summary>Whether its candles are simulated.</summary>
    public bool IsSimulated => FileFacts.IsSimulated(_reader.CustomMetadata);

    /// <summary>The one series of the file; null where each candle says its own.</summary>
    public Series? Series => FileFacts.SeriesOf(_reader.CustomMetadata);

    /// <summary>What was known of the stretches of that series when it was written; empty for nothing.</summary>
    public IReadOnlyList<CoverageRange> Coverage => FileFacts.CoverageOf(_reader.CustomMetadata);

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is none of ours, damaged, or of a newer version.</exception>
    public static async Task<ParquetCandleFile> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ParquetReader reader;
        try
        {
            reader = await ParquetReader.CreateAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or UnauthorizedAccessException or FileNotFoundException))
        {
            throw new InvalidDataException($"it is no whole Parquet file: {exception.Message}", exception);
        }

        if (FileFacts.AreOurs(reader.CustomMetadata))
        {
            return new ParquetCandleFile(reader);
        }

        await reader.DisposeAsync().ConfigureAwait(false);
        throw new InvalidDataException("it is a Parquet file of another program, or of a newer version of this one");
    }

    /// <summary>Reads its candles, in the order of the file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public async IAsyncEnumerable<PriceQuote> ReadAsync()
    {
        for (var index = 0; index < _reader.RowGroupCount; index++)
        {
            foreach (var candle in await ReadAsync(index).ConfigureAwait(false))
            {
                yield return candle;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private async Task<PriceQuote[]> ReadAsync(int index)
    {
        try
        {
            using var group = _reader.OpenRowGroupReader(index);
            return await ReadAsync(group).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException) // whatever it finds in bytes that somebody changed
        {
            throw new InvalidDataException($"it is damaged: {exception.Message}", exception);
        }
    }

    private async Task<PriceQuote[]> ReadAsync(ParquetRowGroupReader group)
    {
        var rows = (int)group.RowCount;
        var openTimes = await Values<DateTime>("open_time").ConfigureAwait(false);
        var opens = await Values<decimal>("open").ConfigureAwait(false);
        var highs = await Values<decimal>("high").ConfigureAwait(false);
        var lows = await Values<decimal>("low").ConfigureAwait(false);
        var closes = await Values<decimal>("close").ConfigureAwait(false);
        var volumes = await Optional<decimal>("volume").ConfigureAwait(false);
        var quoteVolumes = await Optional<decimal>("quote_volume").ConfigureAwait(false);
        var buyVolumes = await Optional<decimal>("buy_volume").ConfigureAwait(false);
        var trades = await Optional<long>("trades").ConfigureAwait(false);
        var areClosed = await Values<bool>("is_closed").ConfigureAwait(false);
        var sources = await Texts("source").ConfigureAwait(false);
        var eventTimes = await Optional<DateTime>("event_time").ConfigureAwait(false);
        var receivedAt = await Values<DateTime>("received_at").ConfigureAwait(false);
        var series = Series is { } one ? [.. Enumerable.Repeat(one, rows)] : SeriesOf(
            await Texts("exchange").ConfigureAwait(false), await Texts("market").ConfigureAwait(false), await Texts("symbol").ConfigureAwait(false),
            await Texts("interval").ConfigureAwait(false));
        return [.. Enumerable.Range(0, rows).Select(row => new PriceQuote(
            series[row],
            new CandleValues
            {
                OpenMs = Ms(openTimes[row]),
                Open = opens[row],
                High = highs[row],
                Low = lows[row],
                Close = closes[row],
                Volume = volumes[row],
                QuoteVolume = quoteVolumes[row],
                BuyVolume = buyVolumes[row],
                TradeCount = trades[row],
                IsClosed = areClosed[row],
                EventMs = eventTimes[row] is { } time ? Ms(time) : null,
            },
            Enum.Parse<QuoteSource>(sources[row]),
            DateTimeOffset.FromUnixTimeMilliseconds(Ms(receivedAt[row]))))];

        async Task<T[]> Values<T>(string name)
            where T : struct
        {
            var column = new T[rows];
            await group.ReadAsync<T>(Field(name), column.AsMemory()).ConfigureAwait(false);
            return column;
        }

        async Task<T?[]> Optional<T>(string name)
            where T : struct
        {
            var column = new T?[rows];
            await group.ReadAsync<T>(Field(name), column.AsMemory()).ConfigureAwait(false);
            return column;
        }

        async Task<string[]> Texts(string name)
        {
            var column = new string?[rows];
            await group.ReadAsync(Field(name), column.AsMemory()).ConfigureAwait(false);
            return column!; // no column of texts has a null
        }
    }

    private static Series[] SeriesOf(string[] exchanges, string[] markets, string[] symbols, string[] intervals)
    {
        var known = new Dictionary<(string, string, string, string), Series>();
        return
        [
            .. exchanges.Select((exchange, row) =>
            {
                ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(known, (exchange, markets[row], symbols[row], intervals[row]), out _);
                return series ??= FileFacts.Series(exchange, markets[row], symbols[row], intervals[row]);
            }),
        ];
    }

    private DataField Field(string name) => Array.Find(_reader.Schema.DataFields, field => field.Name == name)
        ?? throw new InvalidDataException($"it has no column {name}");

    private static long Ms(DateTime time) => (DateTime.SpecifyKind(time, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
}
