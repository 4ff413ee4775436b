using System.Buffers;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Hyperliquid;

internal sealed partial class HyperliquidVenue
{
    private const int InfoWeight = 20;
    private const int RowsPerWeight = 60;

    /// <summary>
    /// Returns the request for a page of candles. Every candle that overlaps the range comes, so the first may begin before it; the engine leaves that out.
    /// </summary>
    public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs)
    {
        var rows = Math.Min(NewestRows, series.Interval.CountBetween(fromMs, Math.Min(toMs, nowMs)));
        return new RestRequest("/info")
        {
            Body = Write(writer =>
            {
                writer.WriteString("type", "candleSnapshot");
                writer.WriteStartObject("req");
                writer.WriteString("coin", series.VenueSymbol);
                writer.WriteString("interval", market.Intervals.RestSpelling(series.Interval));
                writer.WriteNumber("startTime", fromMs);
                writer.WriteNumber("endTime", toMs - 1);
                writer.WriteEndObject();
            }),
            CoversToMs = toMs,
            Weight = InfoWeight + (int)(rows / RowsPerWeight),
        };
    }

    /// <summary>An array of the same objects as on the stream, ascending, without an envelope; the last one may be open.</summary>
    public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        if (RowCutting.TryCutRows(answer.Body, "["u8, "]"u8, market, series, candles, TryReadRow, ReadRow))
        {
            return RestReply.Ok;
        }

        var reader = new Utf8JsonReader(answer.Body);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            DecodeCandles(ref reader, candles, series);
            return RestReply.Ok;
        }

        reader.ReadRows(market, series, candles, unitMs: 1, ReadRow);
        return RestReply.Ok;
    }

    private static void ReadRow(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles) => DecodeCandle(ref reader, candles, series);

    /// <summary>The usual row, by its shape.</summary>
    private static bool TryReadRow(scoped in FrameFields row, VenueMarket market, Series series, QuoteBatch candles)
    {
        if (!row.Are(fields: 10, quotes: 34)
            || !row.Number(0, """{"t":"""u8, out var openMs)
            || !row.Number(1, ""","T":"""u8, out _)
            || !row.Text(2, ""","s":"""u8, out _)
            || !row.Text(3, ""","i":"""u8, out _)
            || !row.Decimal(4, ""","o":"""u8, out var open)
            || !row.Decimal(5, ""","c":"""u8, out var close)
            || !row.Decimal(6, ""","h":"""u8, out var high)
            || !row.Decimal(7, ""","l":"""u8, out var low)
            || !row.Decimal(8, ""","v":"""u8, out var volume)
            || !row.Number(9, ""","n":"""u8, out var trades, behind: "}"u8))
        {
            return false;
        }

        var candle = new CandleValues { OpenMs = openMs, Open = open, High = high, Low = low, Close = close, Volume = volume, TradeCount = trades };
        candles.Add(series, ref candle, isClosed: null); // the clock decides
        return true;
    }

    /// <summary>
    /// Returns the reply of an answer that refuses; null when it does not. An unknown coin is HTTP 500 with <c>null</c>, or 200 with <c>null</c> (unverified
    /// which); a request that the venue cannot read is 422 in plain text; too much is 429 without a word of how long to wait.
    /// </summary>
    private static RestReply? Refusal(in RestAnswer answer)
    {
        var isNull = answer.Body.Trim(" \r\n\t"u8).SequenceEqual("null"u8);
        return answer.Status switch
        {
            200 when !isNull => null,
            200 or 500 when isNull => RestReply.Refused($"no such coin (HTTP {answer.Status})"),
            422 => RestReply.Refused("the request was not understood (HTTP 422)"),
            429 => RestReply.Limited("too many requests (HTTP 429)", TimeSpan.FromSeconds(10)),
            _ => RestReply.Failed($"HTTP {answer.Status}"),
        };
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(output, Unescaped))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
