using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Hyperliquid;

internal sealed partial class HyperliquidVenue
{
    /// <summary>Builders' names hold odd bytes, and are compared as bytes.</summary>
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "subscribe", batch[0]);

    /// <inheritdoc/>
    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "unsubscribe", batch[0]);

    /// <summary>Answered by <c>{"channel":"pong"}</c>, the only message without <c>data</c>.</summary>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => output.Write("""{"method":"ping"}"""u8);

    /// <summary>
    /// <c>{"channel":"candle","data":{"t":1785053340000,"T":1785053399999,"s":"BTC","i":"1m","o":"64340.0","c":"64346.0","h":"64347.0","l":"64340.0","v":"0.15124","n":21}}</c>;
    /// the documentation says an array, every capture has one object. Acknowledgements echo the subscription with its keys in another order; errors name it
    /// inside a text.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        if (frame.StartsWith("Websocket connection established"u8))
        {
            return Frame.Noise; // a greeting in plain text
        }

        var reader = new Utf8JsonReader(frame);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        ReadOnlySpan<byte> channel = default;
        Utf8JsonReader data = default;
        var isTrades = false;
        while (reader.NextProperty())
        {
            if (reader.Property("channel"u8))
            {
                channel = reader.Text();
            }
            else if (reader.Property("data"u8))
            {
                if (channel.SequenceEqual(Trades))
                {
                    DecodeTrades(ref reader, quotes); // there are many: they are not looked through twice
                    isTrades = true;
                    continue;
                }

                data = reader.SetAside(); // read when the channel is known, whatever the order of the keys
            }
            else
            {
                reader.SkipValue();
            }
        }

        reader.ExpectEnd();

        if (channel.SequenceEqual(Trades))
        {
            if (!isTrades)
            {
                DecodeTrades(ref data, quotes);
            }

            return Frame.Trades;
        }

        if (channel.SequenceEqual("candle"u8))
        {
            DecodeCandles(ref data, quotes, null);
            return Frame.Quotes;
        }

        return channel.SequenceEqual("pong"u8) ? Frame.Heartbeat
            : channel.SequenceEqual("subscriptionResponse"u8) ? Acknowledgement(ref data)
            : channel.SequenceEqual("error"u8) && data.TokenType == JsonTokenType.String ? Error(data.GetString()!)
            : Frame.Noise;
    }

    /// <inheritdoc/>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var fields = FrameFields.Cut(frame, stackalloc int[FrameFields.Places]);
        if (!fields.Are(fields: 11, quotes: 40)
            || !fields.Is(0, "{\"channel\":\"candle\""u8)
            || !fields.Number(1, ""","data":{"t":"""u8, out var openMs)
            || !fields.Number(2, ""","T":"""u8, out _)
            || !fields.Text(3, ""","s":"""u8, out var coin)
            || !fields.Text(4, ""","i":"""u8, out var interval)
            || !fields.Decimal(5, ""","o":"""u8, out var open)
            || !fields.Decimal(6, ""","c":"""u8, out var close)
            || !fields.Decimal(7, ""","h":"""u8, out var high)
            || !fields.Decimal(8, ""","l":"""u8, out var low)
            || !fields.Decimal(9, ""","v":"""u8, out var volume)
            || !fields.Number(10, ""","n":"""u8, out var trades, behind: "}}"u8))
        {
            return false;
        }

        if (quotes.Find(coin, interval) is { } series)
        {
            var candle = new CandleValues { OpenMs = openMs, Open = open, High = high, Low = low, Close = close, Volume = volume, TradeCount = trades };
            quotes.Add(series, ref candle, isClosed: false);
        }

        return true;
    }

    /// <summary>Decodes one candle or several; of the series that they name, or of the one that was asked for.</summary>
    private static void DecodeCandles(ref Utf8JsonReader reader, QuoteBatch quotes, Series? asked)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                DecodeCandle(ref reader, quotes, asked);
                break;
            case JsonTokenType.StartArray:
                while (reader.NextElement())
                {
                    DecodeCandle(ref reader, quotes, asked);
                }

                break;
            default:
                throw new JsonException("A candle message without candles.");
        }
    }

    private static void DecodeCandle(ref Utf8JsonReader reader, QuoteBatch quotes, Series? asked)
    {
        var candle = LetterCandle.Read(ref reader, "tohlcvsi"u8);
        if ((asked ?? quotes.Find(candle.Symbol, candle.Interval)) is { } series)
        {
            candle.Values.Volume = candle.Volume;
            bool? isClosed = asked is null ? false : null; // the stream never says closed; of history the clock decides
            quotes.Add(series, ref candle.Values, isClosed);
        }
    }

    private static Frame Acknowledgement(ref Utf8JsonReader data)
    {
        if (data.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        using var document = JsonDocument.ParseValue(ref data);
        return document.RootElement.Text("method") == "subscribe" && document.RootElement.TryGetProperty("subscription", out var subscription)
            && subscription.Text("coin") is { } coin
            ? subscription.Text("type") switch
            {
                "candle" when subscription.Text("interval") is { } interval =>
                    new Frame(FrameKind.Acknowledged, new FrameNote { Symbol = coin, Interval = interval }),
                "trades" => new Frame(FrameKind.Acknowledged, new FrameNote { Symbol = coin, IsTrades = true }),
                _ => Frame.Noise,
            }
            : Frame.Noise;
    }

    /// <summary>
    /// <c>Invalid subscription {...}</c>, <c>Error parsing JSON into valid websocket request: {...}</c>, <c>Already subscribed: {...}</c>. The connection lives
    /// on, but for <c>Cannot open more than ...</c>, which is about the connection itself.
    /// </summary>
    private static Frame Error(string text)
    {
        var (coin, interval, isTrades) = NamedIn(text);
        if (text.StartsWith("Already subscribed", StringComparison.Ordinal))
        {
            return new Frame(FrameKind.Acknowledged, new FrameNote { Symbol = coin, Interval = interval, IsTrades = isTrades });
        }

        return text.StartsWith("Already unsubscribed", StringComparison.Ordinal)
            ? Frame.Noise
            : new Frame(FrameKind.Rejected, new FrameNote
            {
                Symbol = coin,
                Interval = interval,
                IsTrades = isTrades,
                Text = text,
                Retry = text.StartsWith("Cannot ", StringComparison.Ordinal),
            });
    }

    private static (string? Coin, string? Interval, bool IsTrades) NamedIn(string text)
    {
        var start = text.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
        {
            return (null, null, false);
        }

        try
        {
            using var document = JsonDocument.Parse(text[start..]);
            var subscription = document.RootElement.TryGetProperty("subscription", out var inner) ? inner : document.RootElement;
            return (subscription.Text("coin"), subscription.Text("interval"), subscription.Text("type") == "trades");
        }
        catch (JsonException)
        {
            return (null, null, false); // the venue quotes something else; its words are kept all the same
        }
    }

    private static void WriteRequest(IBufferWriter<byte> output, VenueMarket market, string method, Series series)
    {
        using var writer = new Utf8JsonWriter(output, Unescaped);
        writer.WriteStartObject();
        writer.WriteString("method", method);
        writer.WriteStartObject("subscription");
        writer.WriteString("type", "candle");
        writer.WriteString("coin", series.VenueSymbol);
        writer.WriteString("interval", market.Intervals.StreamSpelling(series.Interval));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
