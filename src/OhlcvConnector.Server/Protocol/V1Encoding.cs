using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Quotes, and all that is pushed beside them, in protocol v1.</summary>
/// <param name="Symbol">The symbol as the client wrote it.</param>
/// <param name="AsStrings">True when decimals are strings.</param>
/// <param name="IsSandbox">True when the exchanges are simulated.</param>
internal sealed record V1Encoding(string Symbol, bool AsStrings, bool IsSandbox) : IQuoteEncoding
{
    private SeriesHead? _fields;

    private SeriesHead Fields => _fields ??= new SeriesHead(WriteFields);

    /// <summary>Compares what is encoded and how; what was kept of a series is no part of it.</summary>
    public bool Equals(V1Encoding? other) => other is not null && (Symbol, AsStrings, IsSandbox) == (other.Symbol, other.AsStrings, other.IsSandbox);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Symbol, AsStrings, IsSandbox);

    /// <inheritdoc/>
    public byte[] Quote(in Published published, DateTimeOffset now)
    {
        var text = JsonFrame.BeginText();
        text.Append("{\"type\":\"quote\","u8);
        text.Append(Fields.Of(published.Quote.Series));
        text.Append(","u8);
        AppendCandle(text, published);
        text.Append(",\"sent_time\":"u8);
        text.AppendJson(now);
        text.Append("}"u8);
        return JsonFrame.EndText();
    }

    /// <summary>Returns a frame of closed candles of the past.</summary>
    /// <param name="series">Their series.</param>
    /// <param name="candles">Ascending.</param>
    public byte[] Snapshot(Series series, IReadOnlyList<Published> candles)
    {
        var text = JsonFrame.BeginText();
        text.Append("{\"type\":\"snapshot\","u8);
        text.Append(Fields.Of(series));
        text.Append(",\"candles\":["u8);
        for (var index = 0; index < candles.Count; index++)
        {
            text.Append(index == 0 ? "{"u8 : ",{"u8);
            AppendCandle(text, candles[index]);
            text.Append("}"u8);
        }

        text.Append("]}"u8);
        return JsonFrame.EndText();
    }

    /// <inheritdoc/>
    public byte[] Gap(Series series, Gap gap)
    {
        var text = JsonFrame.BeginText();
        text.Append("{\"type\":\"gap\","u8);
        text.Append(Fields.Of(series));
        text.Append(","u8);
        CandleFields.AppendGap(text, gap);
        text.Append("}"u8);
        return JsonFrame.EndText();
    }

    /// <inheritdoc/>
    public byte[] Status(Series series, SeriesState state, string reason, DateTimeOffset now)
    {
        var text = JsonFrame.BeginText();
        text.Append("{\"type\":\"status\","u8);
        text.Append(Fields.Of(series));
        text.Append(",\"status\":"u8);
        text.AppendJson(Name(state));
        text.Append(",\"reason\":"u8);
        text.AppendJson(reason);
        text.Append(",\"time\":"u8);
        text.AppendJson(now);
        text.Append("}"u8);
        return JsonFrame.EndText();
    }

    /// <summary>The state as it is written.</summary>
    public static string Name(SeriesState state) => state switch
    {
        SeriesState.Live => "live",
        SeriesState.Reconnecting => "reconnecting",
        _ => "stale",
    };

    /// <summary>Appends the fields of a candle that its series does not say, and indicators' values under their names, null before the warm-up.</summary>
    private void AppendCandle(Utf8Buffer text, in Published published)
    {
        var quote = published.Quote;
        text.Append("\"seq\":"u8);
        text.AppendJson(published.Sequence == 0 ? (long?)null : published.Sequence);
        if (published.Epoch is { } epoch)
        {
            text.Append(",\"epoch\":"u8);
            text.AppendJson(epoch);
        }

        if (published.QuietFromMs > 0)
        {
            text.Append(",\"quiet_from\":"u8);
            text.AppendJson(DateTimeOffset.FromUnixTimeMilliseconds(published.QuietFromMs));
        }

        text.Append(","u8);
        CandleFields.AppendCandle(text, quote, AsStrings);
        if (published.Values.Columns is { } columns)
        {
            AppendValues(text, columns, published.Values.Numbers);
        }
    }

    private static void AppendValues(Utf8Buffer text, IReadOnlyList<string> columns, IReadOnlyList<double>? values)
    {
        text.Append(",\"values\":{"u8);
        for (var index = 0; index < columns.Count; index++)
        {
            text.Append(index == 0 ? ""u8 : ","u8);
            text.AppendJson(columns[index]);
            text.Append(":"u8);
            text.AppendJson(values?[index] ?? double.NaN);
        }

        text.Append("}"u8);
    }

    private void WriteFields(Utf8Buffer text, Series series) => CandleFields.AppendSeries(text, series, Symbol, IsSandbox);
}
