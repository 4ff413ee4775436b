using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Bybit;

internal sealed partial class BybitVenue
{
    private static ReadOnlySpan<byte> Klines => "kline."u8;

    /// <inheritdoc/>
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, "subscribe", batch, stamp);

    /// <inheritdoc/>
    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, "unsubscribe", batch, stamp);

    /// <summary><c>{"req_id":"7","op":"ping"}</c>; the answer is ret_msg "pong" on spot and op "pong" elsewhere.</summary>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => WriteRequest(output, "ping", [], stamp);

    /// <summary>
    /// <c>{"topic":"kline.5.BTCUSDT","data":[{"start":1672324800000,"end":1672325099999,"interval":"5","open":"16649.5","close":"16677","high":"16677",
    /// "low":"16608","volume":"2.081","turnover":"34666.4005","confirm":false,"timestamp":1672324988882}],"ts":1672324988882,"type":"snapshot"}</c>.
    /// The symbol stands in the topic alone, and <c>data</c> may hold the closed candle beside the new one.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var reader = new Utf8JsonReader(frame);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        ReadOnlySpan<byte> topic = default;
        Utf8JsonReader data = default;
        long? sentMs = null;
        var answer = new Answer();
        while (reader.NextProperty())
        {
            if (reader.Property("topic"u8))
            {
                topic = reader.Text();
            }
            else if (reader.Property("data"u8))
            {
                data = reader.SetAside(); // read when the topic is known, whatever the order of the keys
            }
            else if (reader.Property("ts"u8))
            {
                sentMs = reader.Integer();
            }
            else
            {
                answer.ReadProperty(ref reader);
            }
        }

        reader.ExpectEnd();

        if (topic.StartsWith(Klines))
        {
            if (data.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException("A kline topic without 'data'.");
            }

            DecodeCandles(ref data, market, quotes, Find(quotes, topic), sentMs);
            return Frame.Quotes;
        }

        return answer.ToFrame(ref data);
    }

    /// <inheritdoc/>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var fields = FrameFields.Cut(frame, stackalloc int[FrameFields.Places]);
        if (!fields.Are(fields: 14, quotes: 48))
        {
            return false;
        }

        var typeFirst = fields.Is(0, "{\"type\":\"snapshot\""u8);
        var at = typeFirst ? 1 : 0;
        if (!(typeFirst ? fields.Text(at, ""","topic":"""u8, out var topic) : fields.Text(at, """{"topic":"""u8, out topic))
            || !fields.Number(1 + at, ""","data":[{"start":"""u8, out var startMs)
            || !fields.Number(2 + at, ""","end":"""u8, out _)
            || !fields.Text(3 + at, ""","interval":"""u8, out _)
            || !fields.Decimal(4 + at, ""","open":"""u8, out var open)
            || !fields.Decimal(5 + at, ""","close":"""u8, out var close)
            || !fields.Decimal(6 + at, ""","high":"""u8, out var high)
            || !fields.Decimal(7 + at, ""","low":"""u8, out var low)
            || !fields.Decimal(8 + at, ""","volume":"""u8, out var volume)
            || !fields.Decimal(9 + at, ""","turnover":"""u8, out var turnover)
            || !fields.Boolean(10 + at, ""","confirm":"""u8, out var isClosed)
            || !fields.Number(11 + at, ""","timestamp":"""u8, out _, behind: "}]"u8)
            || !(typeFirst ? fields.Number(13, ""","ts":"""u8, out var sentMs, behind: "}"u8)
                : fields.Number(12, ""","ts":"""u8, out sentMs) && fields.Is(13, ""","type":"snapshot"}"""u8))
            || !topic.StartsWith(Klines))
        {
            return false;
        }

        if (Find(quotes, topic) is { } series)
        {
            var candle = new CandleValues { OpenMs = startMs, Open = open, High = high, Low = low, Close = close, EventMs = sentMs };
            SetVolumes(ref candle, market, volume, turnover);
            quotes.Add(series, ref candle, isClosed);
        }

        return true;
    }

    private static Series? Find(QuoteBatch quotes, ReadOnlySpan<byte> topic)
    {
        var rest = topic[Klines.Length..];
        var dot = rest.IndexOf((byte)'.');
        return dot <= 0 ? null : quotes.Find(rest[(dot + 1)..], rest[..dot]);
    }

    private static void DecodeCandles(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, Series? series, long? sentMs)
    {
        while (reader.NextElement())
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException($"Expected a candle, found {reader.TokenType}.");
            }

            DecodeCandle(ref reader, market, quotes, series, sentMs);
        }
    }

    private static void DecodeCandle(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, Series? series, long? sentMs)
    {
        var candle = new CandleValues { EventMs = sentMs };
        bool? isClosed = null;
        decimal volume = 0;
        decimal turnover = 0;
        var seen = 0;
        while (reader.NextProperty())
        {
            var field =
                reader.ValueTextEquals("start"u8) ? 1
                : reader.ValueTextEquals("open"u8) ? 2
                : reader.ValueTextEquals("high"u8) ? 4
                : reader.ValueTextEquals("low"u8) ? 8
                : reader.ValueTextEquals("close"u8) ? 16
                : reader.ValueTextEquals("volume"u8) ? 32
                : reader.ValueTextEquals("turnover"u8) ? 64
                : reader.ValueTextEquals("confirm"u8) ? 128
                : 0;
            reader.Next();
            seen |= field;
            switch (field)
            {
                case 1: candle.OpenMs = reader.Integer(); break;
                case 2: candle.Open = reader.Decimal(); break;
                case 4: candle.High = reader.Decimal(); break;
                case 8: candle.Low = reader.Decimal(); break;
                case 16: candle.Close = reader.Decimal(); break;
                case 32: volume = reader.Decimal(); break;
                case 64: turnover = reader.Decimal(); break;
                case 128: isClosed = reader.Boolean(); break;
                default: reader.Skip(); break;
            }
        }

        if (seen != 255)
        {
            throw new JsonException("A candle that lacks one of start open high low close volume turnover confirm.");
        }

        if (series is not null)
        {
            SetVolumes(ref candle, market, volume, turnover);
            quotes.Add(series, ref candle, isClosed);
        }
    }

    /// <summary>Volume is base and turnover quote; but inverse volume counts contracts of one dollar, and its turnover is the base coin.</summary>
    private static void SetVolumes(ref CandleValues candle, VenueMarket market, decimal volume, decimal turnover) =>
        (candle.Volume, candle.QuoteVolume) = market.Market == Market.CoinMargined ? (turnover, volume) : (volume, turnover);

    private static void WriteRequest(IBufferWriter<byte> output, string op, ReadOnlySpan<Series> batch, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("req_id", stamp.Id.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("op", op);
        if (!batch.IsEmpty)
        {
            writer.WriteStartArray("args");
            foreach (var series in batch)
            {
                writer.WriteStringValue(Topic(series));
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
