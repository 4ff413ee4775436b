using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Writes quotes as JSON, one object a line. Numbers are plain decimals; what is unknown is null.</summary>
internal sealed class JsonQuoteWriter(Stream output, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times) : IQuoteWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly OutputBuffer _buffer = new(output);
    private Utf8JsonWriter? _json;

    /// <inheritdoc/>
    public long Length => _buffer.Length;

    /// <inheritdoc/>
    public void WriteHeader()
    {
        // every line says its names
    }

    /// <inheritdoc/>
    public void Write(in PriceQuote quote, IReadOnlyList<double> values)
    {
        var json = _json ??= new Utf8JsonWriter(_buffer.Writer, Options);
        json.Reset(_buffer.Writer);
        json.WriteStartObject();
        json.WriteString("exchange"u8, quote.Exchange);
        json.WriteString("market"u8, quote.Market.Name());
        json.WriteString("symbol"u8, quote.Symbol.Length == 0 ? null : quote.Symbol);
        json.WriteString("interval"u8, quote.Interval.ToString());
        WriteTime(json, "openTime"u8, quote.OpenTime);
        WriteTime(json, "closeTime"u8, quote.CloseTime);
        json.WriteNumber("open"u8, quote.Open);
        json.WriteNumber("high"u8, quote.High);
        json.WriteNumber("low"u8, quote.Low);
        json.WriteNumber("close"u8, quote.Close);
        json.WriteNumberOrNull("volume"u8, quote.Volume);
        json.WriteNumberOrNull("quoteVolume"u8, quote.QuoteVolume);
        json.WriteNumberOrNull("trades"u8, quote.TradeCount);
        json.WriteBoolean("isClosed"u8, quote.IsClosed);
        WriteTime(json, "eventTime"u8, quote.EventTime);
        WriteTime(json, "receivedAt"u8, quote.ReceivedAt);
        json.WriteString("source"u8, quote.Source.Name());
        if (quote.IsFromArchive)
        {
            json.WriteBoolean("fromArchive"u8, true);
        }

        if (quote.BuyVolume is { } bought)
        {
            json.WriteNumber("buyVolume"u8, bought);
            json.WriteNumberOrNull("sellVolume"u8, quote.SellVolume);
        }

        if (quote.GapBefore is { } gap)
        {
            WriteGap(json, "gapBefore"u8, gap.From, gap.To, gap.Reason);
        }

        for (var index = 0; index < values.Count; index++)
        {
            if (double.IsFinite(values[index]))
            {
                json.WriteNumber(columns[index], values[index]);
            }
            else
            {
                json.WriteNull(columns[index]);
            }
        }

        EndLine(json);
    }

    /// <inheritdoc/>
    public void WriteGap(MissingCandles missing)
    {
        var json = _json ??= new Utf8JsonWriter(_buffer.Writer, Options);
        json.Reset(_buffer.Writer);
        json.WriteStartObject();
        json.WriteString("exchange"u8, missing.Series.Exchange);
        json.WriteString("market"u8, missing.Series.Market.Name());
        json.WriteString("symbol"u8, missing.Series.Symbol);
        json.WriteString("interval"u8, missing.Series.Interval.ToString());
        WriteGap(json, "gap"u8, missing.From, missing.To, missing.Reason);
        EndLine(json);
    }

    /// <inheritdoc/>
    public void Flush() => _buffer.Flush();

    private void WriteGap(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset from, DateTimeOffset to, string reason)
    {
        json.WriteStartObject(name);
        WriteTime(json, "from"u8, from);
        WriteTime(json, "to"u8, to);
        json.WriteString("reason"u8, reason);
        json.WriteEndObject();
    }

    private void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } known)
        {
            json.WriteNull(name);
        }
        else if (times == TimeStyle.Iso)
        {
            json.WriteString(name, times.Text(known));
        }
        else
        {
            json.WritePropertyName(name);
            json.WriteRawValue(times.Text(known));
        }
    }

    private void EndLine(Utf8JsonWriter json)
    {
        if (isSandbox)
        {
            json.WriteBoolean("sandbox"u8, true);
        }

        json.WriteEndObject();
        json.Flush();
        _buffer.EndLine();
    }
}
