namespace OhlcvConnector.Cli.Output;

/// <summary>The formats by name.</summary>
internal static class QuoteWriters
{
    /// <summary>The writer of a format.</summary>
    /// <param name="format">text, json, csv or parquet.</param>
    /// <param name="output">The stream to write to.</param>
    /// <param name="isSandbox">True when what is written is simulated, and labelled so.</param>
    /// <param name="columns">The names of indicators' values that quotes come with; empty for none.</param>
    /// <param name="times">The style in which times are written.</param>
    /// <param name="isColoured">True when text is for a terminal that shows colours.</param>
    /// <param name="isOfArchive">Whether it is of an archive, of which comma-separated values have all that is kept.</param>
    public static IQuoteWriter Create(
        string format, Stream output, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times = TimeStyle.Iso, bool isColoured = false,
        bool isOfArchive = false) => format switch
        {
            "json" => new JsonQuoteWriter(output, isSandbox, columns, times),
            "csv" => new CsvQuoteWriter(output, isSandbox, columns, times, isOfArchive),
            "parquet" => ParquetFiles.Writer(output, isSandbox),
            _ => new TextQuoteWriter(output, isSandbox, columns, times, isColoured),
        };
}
