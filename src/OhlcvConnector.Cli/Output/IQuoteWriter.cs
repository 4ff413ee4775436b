using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Writes quotes in one format.</summary>
internal interface IQuoteWriter
{
    /// <summary>Number of bytes that were written, those that wait included.</summary>
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
