using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Comma-separated values under a line of names. What is unknown is empty.</summary>
/// <param name="output">Where to.</param>
/// <param name="isSandbox">Whether what is written is simulated, and labelled so.</param>
/// <param name="columns">The names of indicators' values.</param>
/// <param name="times">How times are written.</param>
/// <param name="isOfArchive">Whether what buyers took stands behind all others, so that an archive's export has all that it keeps.</param>
internal sealed class CsvQuoteWriter(Stream output, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times, bool isOfArchive = false) : IQuoteWriter
{
    /// <summary>The column of what buyers took, in an archive's files.</summary>
    public const string BuyVolume = "buyVolume";

    private readonly OutputBuffer _buffer = new(output);
    private readonly SeriesHead _head = new(WriteHead);

    /// <summary>The line of names.</summary>
    public static string Header(bool isSandbox, IReadOnlyList<string> columns) =>
        string.Join(',', [.. QuoteFields.Names, .. QuoteFields.GapNames, .. isSandbox ? ["sandbox"] : Array.Empty<string>(), .. columns]);

    /// <inheritdoc/>
    public long Length => _buffer.Length;

    /// <inheritdoc/>
    public void WriteHeader()
    {
        Append(Header(isSandbox, isOfArchive ? [.. columns, BuyVolume] : columns));
        _buffer.EndLine();
    }

    /// <inheritdoc/>
    public void Write(in PriceQuote quote, IReadOnlyList<double> values)
    {
        var text = _buffer.Writer;
        text.Append(_head.Of(quote.Series));
        text.AppendTime(times, quote.OpenTime);
        text.Append(","u8);
        text.AppendTime(times, quote.CloseTime);
        text.Append(","u8);
        text.Append(quote.Open);
        text.Append(","u8);
        text.Append(quote.High);
        text.Append(","u8);
        text.Append(quote.Low);
        text.Append(","u8);
        text.Append(quote.Close);
        text.Append(","u8);
        AppendKnown(quote.Volume);
        text.Append(","u8);
        AppendKnown(quote.QuoteVolume);
        text.Append(","u8);
        if (quote.TradeCount is { } trades)
        {
            text.Append(trades);
        }

        text.Append(quote.IsClosed ? ",true,"u8 : ",false,"u8);
        if (quote.EventTime is { } time)
        {
            text.AppendTime(times, time);
        }

        text.Append(","u8);
        text.AppendTime(times, quote.ReceivedAt);
        text.Append(","u8);
        Append(quote.Source.Name());
        text.Append(","u8);
        Append(quote.GapBefore is { } gap ? Gap(gap.From, gap.To, gap.Reason) : ",,");
        text.Append(isSandbox ? ",true"u8 : ""u8);
        for (var index = 0; index < values.Count; index++)
        {
            text.Append(","u8);
            if (double.IsFinite(values[index]))
            {
                text.Append(values[index]);
            }
        }

        if (isOfArchive)
        {
            text.Append(","u8);
            AppendKnown(quote.BuyVolume);
        }

        _buffer.EndLine();
    }

    /// <inheritdoc/>
    public void WriteGap(MissingCandles missing)
    {
        var series = missing.Series;
        Append($"{series.Exchange},{series.Market.Name()},{Quoted(series.Symbol)},{series.Interval},{times.Text(missing.From)},{times.Text(missing.To)},");
        Append($"{new string(',', QuoteFields.Names.Count - 6)}{Gap(missing.From, missing.To, missing.Reason)}");
        Append($"{(isSandbox ? ",true" : "")}{new string(',', columns.Count + (isOfArchive ? 1 : 0))}");
        _buffer.EndLine();
    }

    /// <inheritdoc/>
    public void Flush() => _buffer.Flush();

    private string Gap(DateTimeOffset from, DateTimeOffset to, string reason) =>
        $"{times.Text(from)},{times.Text(to)},{Quoted(reason.ReplaceLineEndings(" "))}";

    /// <summary>A text as a field.</summary>
    public static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private void Append(string text) => _buffer.Writer.Append(text);

    private void AppendKnown(decimal? number)
    {
        if (number is { } known)
        {
            _buffer.Writer.Append(known);
        }
    }

    private static void WriteHead(Utf8Buffer text, Series series) =>
        text.Append($"{series.Exchange},{series.Market.Name()},{Quoted(series.Symbol)},{series.Interval},");
}
