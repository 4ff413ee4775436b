using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Commands;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Parquet, which only the full tool has: its library would make the native program a third larger.</summary>
internal static class ParquetFiles
{
    /// <summary>Refuses to write candles so.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="isSandbox">True when what would be written is simulated.</param>
    /// <exception cref="UsageException">Always.</exception>
    public static IQuoteWriter Writer(Stream output, bool isSandbox) => throw ProgramCommands.OnlyInFullTool("Parquet");

    /// <summary>Refuses to write a series into files.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">Where the files would go.</param>
    /// <param name="series">The series.</param>
    /// <param name="from">The first open time.</param>
    /// <param name="to">The exclusive end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UsageException">Always.</exception>
    public static Task ExportAsync(
        ICandleArchive archive, string folder, Series series, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        throw ProgramCommands.OnlyInFullTool("Parquet");

    /// <summary>Refuses to read a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Not asked.</param>
    /// <param name="find">Not asked.</param>
    /// <param name="take">Not asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UsageException">Always.</exception>
    public static Task<IReadOnlyList<SeriesCoverage>> ReadAsync(
        string path, Action<bool> check, Func<Series, Task<Series>> find, Func<PriceQuote, Task> take, CancellationToken cancellationToken) =>
        throw ProgramCommands.OnlyInFullTool("Parquet");
}
