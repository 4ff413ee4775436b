using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Writes quotes in one format.</summary>
internal interface IQuoteWriter
{
    /// <summary>How many bytes were written, those that wait included.</summary>
    long Length { get; }

    /// <summary>Writes what stands above the quotes.</summary>
    void WriteHeader();

    /// <summary>Writes a quote; it may wait for <see cref="Flush"/>.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="values">Indicators' values, one for each of the writer's columns; NaN where there is none.</param>
    void Write(in PriceQuote quote, IReadOnlyList<double> values);

    /// <summary>Writes what is missing at the end, where no quote follows that could carry it.</summary>
    void WriteGap(MissingCandles missing);

    /// <summary>Writes all that waits.</summary>
    void Flush();
}

/// <summary>The formats by name.</summary>
internal static class QuoteWriters
{
    /// <summary>The writer of a format.</summary>
    /// <param name="format">text, json or csv.</param>
    /// <param name="output">Where to.</param>
    /// <param name="isSandbox">Whether what is written is simulated, and labelled so.</param>
    /// <param name="columns">The names of indicators' values that quotes come with; empty for none.</param>
    /// <param name="times">How times are written.</param>
    /// <param name="isColoured">Whether text is for a terminal that shows colours.</param>
    public static IQuoteWriter Create(string format, Stream output, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times = TimeStyle.Iso, bool isColoured = false) => format switch
    {
        "json" => new JsonQuoteWriter(output, isSandbox, columns, times),
        "csv" => new CsvQuoteWriter(output, isSandbox, columns, times),
        _ => new TextQuoteWriter(output, isSandbox, columns, times, isColoured),
    };
}
