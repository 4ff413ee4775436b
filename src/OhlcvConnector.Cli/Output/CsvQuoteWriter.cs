using System.Globalization;
using System.Text;
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
        Append(string.Create(
            CultureInfo.InvariantCulture,
            $"{quote.Exchange},{quote.Market.Name()},{Quoted(quote.Symbol)},{quote.Interval},{times.Text(quote.OpenTime)},{times.Text(quote.CloseTime)},"));
        Append(string.Create(
            CultureInfo.InvariantCulture,
            $"{quote.Open},{quote.High},{quote.Low},{quote.Close},{quote.Volume},{quote.QuoteVolume},{quote.TradeCount},{(quote.IsClosed ? "true" : "false")},"));
        Append(string.Create(
            CultureInfo.InvariantCulture,
            $"{(quote.EventTime is { } time ? times.Text(time) : "")},{times.Text(quote.ReceivedAt)},{quote.Source.Name()},"));
        Append(quote.GapBefore is { } gap ? Gap(gap.From, gap.To, gap.Reason) : ",,");
        Append(isSandbox ? ",true" : "");
        foreach (var value in values)
        {
            Append(double.IsFinite(value) ? string.Create(CultureInfo.InvariantCulture, $",{value}") : ",");
        }

        Append(isOfArchive ? string.Create(CultureInfo.InvariantCulture, $",{quote.BuyVolume}") : "");
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

    private void Append(string text) => Encoding.UTF8.GetBytes(text, _buffer.Writer);
}
