using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Archive.Parquet;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Writes quotes as one Parquet file, which is made beside and written when it is whole: what ends it stands at its end.</summary>
/// <param name="output">The stream to write to.</param>
/// <param name="isSandbox">True when what is written is simulated, and labelled so.</param>
[SuppressMessage("Design", "CA1001", Justification = "Flush, which is called once, closes the file, which removes it.")]
internal sealed class ParquetQuoteWriter(Stream output, bool isSandbox) : IQuoteWriter
{
    private readonly FileStream _file = new(
        Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 65_536, FileOptions.DeleteOnClose);

    private ParquetCandleWriter? _writer;

    /// <inheritdoc/>
    public long Length => _file.Length;

    /// <inheritdoc/>
    public void WriteHeader() => _writer = Wait(ParquetCandleWriter.CreateAsync(_file, isSandbox));

    /// <inheritdoc/>
    public void Write(in PriceQuote quote, IReadOnlyList<double> values) => Wait(_writer!.WriteAsync(quote).AsTask());

    /// <inheritdoc/>
    public void WriteGap(MissingCandles missing)
    {
        // a table has no row for what is not there; stderr names it
    }

    /// <inheritdoc/>
    public void Flush()
    {
        Wait(_writer!.CompleteAsync([]));
        Wait(_writer.DisposeAsync().AsTask());
        _file.Position = 0;
        _file.CopyTo(output);
        output.Flush();
        _file.Dispose();
    }

    /// <summary>Waits for a task: the file is on this disk, and the command has nothing else to do.</summary>
    private static void Wait(Task work) => work.GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> work) => work.GetAwaiter().GetResult();
}
