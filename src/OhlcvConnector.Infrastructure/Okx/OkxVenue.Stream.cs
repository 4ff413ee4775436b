using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Okx;

internal sealed partial class OkxVenue
{
    /// <inheritdoc/>
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "subscribe", batch, stamp);

    /// <inheritdoc/>
    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "unsubscribe", batch, stamp);

    /// <summary>Writes the text <c>ping</c>; the answer is the text <c>pong</c>. Neither is JSON, and WebSocket ping frames do not replace it.</summary>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => output.Write("ping"u8);

    /// <summary>
    /// <c>{"arg":{"channel":"candle1m","instId":"BTC-USDT"},"data":[["1705435200000","43169.8","43370","43168","43239","297.6","12874025.7","12874025.7","0"]]}</c>;
    /// an acknowledgement for each arg; errors that name the series only inside their text; the notice 64008 a minute before a connection ends.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        if (frame.SequenceEqual("pong"u8))
        {
            return Frame.Heartbeat;
        }

        var reader = new Utf8JsonReader(frame);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        var message = new Envelope();
        while (reader.NextProperty())
        {
            message.ReadProperty(ref reader);
        }

        reader.ExpectEnd();
        if (!message.HasCandles)
        {
            return message.ToAnswer();
        }

        DecodeRows(ref message.Rows, market, quotes, Find(quotes, message.InstId, message.Bar));
        return Frame.Quotes;
    }

    /// <inheritdoc/>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var fields = FrameFields.Cut(frame, stackalloc int[FrameFields.Places]);
        if (!fields.Are(fields: 11, quotes: 30)
            || !fields.Text(0, """{"arg":{"channel":"""u8, out var channel)
            || !fields.Text(1, ""","instId":"""u8, out var instId, behind: "}"u8)
            || !fields.QuotedInteger(2, ""","data":[["""u8, out var openMs)
            || !fields.Decimal(3, ","u8, out var open)
            || !fields.Decimal(4, ","u8, out var high)
            || !fields.Decimal(5, ","u8, out var low)
            || !fields.Decimal(6, ","u8, out var close)
            || !fields.Decimal(7, ","u8, out var vol)
            || !fields.Decimal(8, ","u8, out var volCcy)
            || !fields.Decimal(9, ","u8, out var volCcyQuote)
            || !fields.QuotedInteger(10, ","u8, out var confirm, behind: "]]}"u8)
            || !channel.StartsWith(Candle))
        {
            return false;
        }

        if (Find(quotes, instId, channel[Candle.Length..]) is { } series)
        {
            var candle = new CandleValues
            {
                OpenMs = openMs,
                Open = open,
                High = high,
                Low = low,
                Close = close,
                Volume = market.Market == Market.Spot ? vol : volCcy,
                QuoteVolume = volCcyQuote,
            };
            quotes.Add(series, ref candle, confirm == 1);
        }

        return true;
    }

    private static Series? Find(QuoteBatch quotes, ReadOnlySpan<byte> instId, ReadOnlySpan<byte> bar) =>
        quotes.Find(instId, bar) ?? WithoutUtc(quotes, instId, bar);

    /// <summary>
    /// Recorded frames of the bars on UTC+8, which are never subscribed here: the rules of the UTC grid tell whether they are candles of ours.
    /// </summary>
    private static Series? WithoutUtc(QuoteBatch quotes, ReadOnlySpan<byte> instId, ReadOnlySpan<byte> bar)
    {
        if (bar.Length is 0 or > 8)
        {
            return null;
        }

        Span<byte> spelling = stackalloc byte[bar.Length + 3];
        bar.CopyTo(spelling);
        "utc"u8.CopyTo(spelling[bar.Length..]);
        return quotes.Find(instId, spelling);
    }

    private static void DecodeRows(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, Series? series)
    {
        while (reader.NextRow())
        {
            DecodeRow(ref reader, market, quotes, series, isOpenWithoutFlag: true);
        }
    }

    /// <summary>
    /// ts o h l c vol volCcy volCcyQuote confirm. Base volume is vol on spot and volCcy on derivatives, where vol counts contracts. Rows of seven columns,
    /// as were sent until 2022, say neither the quote volume of derivatives nor whether they are closed.
    /// </summary>
    private static void DecodeRow(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, Series? series, bool isOpenWithoutFlag)
    {
        var candle = new CandleValues();
        var isSpot = market.Market == Market.Spot;
        bool? isClosed = isOpenWithoutFlag ? false : null;
        var column = 0;
        for (; reader.NextElement(); column++)
        {
            switch (column)
            {
                case < 5: reader.ReadColumn(column, ref candle); break;
                case 5 when isSpot: candle.Volume = reader.Decimal(); break;
                case 6 when isSpot: candle.QuoteVolume = reader.Decimal(); break;
                case 6: candle.Volume = reader.Decimal(); break;
                case 7: candle.QuoteVolume = reader.Decimal(); break;
                case 8: isClosed = reader.Integer() == 1; break;
                default: reader.Skip(); break;
            }
        }

        if (column < 7)
        {
            throw new JsonException($"A candle row of {column} columns; nine are documented.");
        }

        if (series is not null)
        {
            quotes.Add(series, ref candle, isClosed);
        }
    }

    private static void WriteRequest(IBufferWriter<byte> output, VenueMarket market, string op, ReadOnlySpan<Series> batch, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("id", stamp.Id.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("op", op);
        writer.WriteStartArray("args");
        foreach (var series in batch)
        {
            writer.WriteStartObject();
            writer.WriteString("channel", "candle" + market.Intervals.StreamSpelling(series.Interval));
            writer.WriteString("instId", series.VenueSymbol);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
