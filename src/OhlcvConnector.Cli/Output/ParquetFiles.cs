using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Parquet;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Parquet as the commands write and read it. The native program has a class of this name, which says that the full tool has it.</summary>
internal static class ParquetFiles
{
    /// <summary>Returns a writer of candles.</summary>
    /// <param name="output">The stream to write to.</param>
    /// <param name="isSandbox">True when what is written is simulated, and labelled so.</param>
    public static IQuoteWriter Writer(Stream output, bool isSandbox) => new ParquetQuoteWriter(output, isSandbox);

    /// <summary>Writes a series of an archive into files of years.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="series">The series.</param>
    /// <param name="from">The first open time; null for the first that is kept.</param>
    /// <param name="to">The exclusive end; null for that of what is kept.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task ExportAsync(
        ICandleArchive archive, string folder, Series series, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        new ParquetExport(archive, folder).WriteAsync(series, from, to, cancellationToken);

    /// <summary>Reads a file, and returns what it says of the coverage of its series.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Told first whether its candles are simulated.</param>
    /// <param name="find">Finds the series that a file names.</param>
    /// <param name="take">Takes the candles one after the other.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidDataException">The file is no Parquet file of candles.</exception>
    public static async Task<IReadOnlyList<SeriesCoverage>> ReadAsync(
        string path, Action<bool> check, Func<Series, Task<Series>> find, Func<PriceQuote, Task> take, CancellationToken cancellationToken)
    {
        await using var file = await ParquetCandleFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        check(file.IsSimulated);
        await foreach (var candle in file.ReadAsync().ConfigureAwait(false))
        {
            await take(candle.For(await find(candle.Series).ConfigureAwait(false))).ConfigureAwait(false);
        }

        if (file.Series is not { } one)
        {
            return [];
        }

        var series = await find(one).ConfigureAwait(false);
        return [.. file.Coverage.Select(range => new SeriesCoverage(series, range))];
    }
}
