using System.Buffers;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.GateIo;

internal sealed partial class GateIoVenue
{
    private static ReadOnlySpan<byte> Candles => ".candlesticks"u8;

    /// <inheritdoc/>
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "candlesticks", "subscribe", batch[0], stamp);

    /// <inheritdoc/>
    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "candlesticks", "unsubscribe", batch[0], stamp);

    /// <summary><c>{"time":1606292600,"channel":"spot.ping"}</c>; the answer is <c>spot.pong</c>.</summary>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => WriteRequest(output, market, "ping", null, null, stamp);

    /// <summary>
    /// Spot: <c>{"time":1606292600,"time_ms":1606292600376,"channel":"spot.candlesticks","event":"update","result":{"t":"1606292580","v":"2362.32035",
    /// "c":"19128.1","h":"19128.1","l":"19128.1","o":"19128.1","n":"1m_ETH_USDT","a":"3.8283","w":true}}</c>; futures: an array of
    /// <c>{"t":1545129300,"v":27525555,"c":"95.4","h":"96.9","l":"89.5","o":"94.3","n":"5m_ETH_USDT"}</c>.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var reader = new Utf8JsonReader(frame);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        var envelope = new Envelope();
        var isRead = false;
        while (reader.NextProperty())
        {
            if (envelope is { IsTrades: true, IsUpdate: true } && reader.Property("result"u8))
            {
                DecodeTrades(ref reader, market, quotes); // there are many: they are not looked through twice
                isRead = true;
                continue;
            }

            envelope.ReadProperty(ref reader);
        }

        reader.ExpectEnd();

        if (envelope.IsPong)
        {
            return Frame.Heartbeat;
        }

        if (envelope.IsTrades)
        {
            if (!envelope.IsUpdate)
            {
                return envelope.ToAnswer();
            }

            if (!isRead)
            {
                DecodeTrades(ref envelope.Result, market, quotes);
            }

            return Frame.Trades;
        }

        if (!envelope.IsCandles)
        {
            return envelope.IsSystem ? Notice(ref envelope.Result) : Frame.Noise;
        }

        if (!envelope.IsUpdate)
        {
            return envelope.ToAnswer();
        }

        DecodeResult(ref envelope.Result, market, quotes, envelope.EventMs);
        return Frame.Quotes;
    }

    /// <inheritdoc/>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var fields = FrameFields.Cut(frame, stackalloc int[FrameFields.Places]);
        if (fields.Count is < 10 or > 13)
        {
            return false;
        }

        var at = fields.Number(1, ""","time_ms":"""u8, out var milliseconds) ? 1 : 0;
        if (!fields.Number(0, """{"time":"""u8, out var seconds)
            || !fields.Text(1 + at, ""","channel":"""u8, out var channel)
            || !fields.Is(2 + at, ",\"event\":\"update\""u8)
            || !fields.Decimal(5 + at, ""","c":"""u8, out var close)
            || !fields.Decimal(6 + at, ""","h":"""u8, out var high)
            || !fields.Decimal(7 + at, ""","l":"""u8, out var low)
            || !fields.Decimal(8 + at, ""","o":"""u8, out var open)
            || !channel.EndsWith(Candles))
        {
            return false;
        }

        scoped var candle = new LetterCandle();
        if (!(market.Market == Market.Spot ? ReadSpot(fields, at, ref candle) : ReadFutures(fields, at, ref candle)))
        {
            return false;
        }

        if (Find(quotes, candle.Name) is { } series)
        {
            candle.Values.OpenMs = checked(candle.Values.OpenMs * 1000);
            candle.Values.Open = open;
            candle.Values.High = high;
            candle.Values.Low = low;
            candle.Values.Close = close;
            candle.Values.EventMs = EventMs(milliseconds, seconds);
            SetVolumes(ref candle.Values, market, series, candle.Volume, candle.Amount);
            quotes.Add(series, ref candle.Values, candle.IsClosed ?? false);
        }

        return true;
    }

    /// <summary>
    /// Reads a candle in the shape that only spot sends: one candle, its time as a text, a volume with a fraction, and whether it is closed. Returns false for
    /// any other frame.
    /// </summary>
    /// <param name="fields">The frame.</param>
    /// <param name="at">1 behind milliseconds, else 0.</param>
    /// <param name="candle">Takes the values.</param>
    private static bool ReadSpot(in FrameFields fields, int at, ref LetterCandle candle)
    {
        if (!fields.Are(fields: 12 + at, quotes: 46 + (2 * at))
            || !fields.QuotedInteger(3 + at, ""","result":{"t":"""u8, out var openSeconds)
            || !fields.Decimal(4 + at, ""","v":"""u8, out candle.Volume)
            || !fields.Text(9 + at, ""","n":"""u8, out candle.Name)
            || !fields.Decimal(10 + at, ""","a":"""u8, out var amount)
            || !fields.Boolean(11 + at, ""","w":"""u8, out var isClosed, behind: "}}"u8))
        {
            return false;
        }

        (candle.Values.OpenMs, candle.Amount, candle.IsClosed) = (openSeconds, amount, isClosed);
        return true;
    }

    /// <summary>
    /// Reads a candle in the shape that futures send: a list, of which one candle is read here, and numbers that are no texts. Returns false for any other
    /// frame.
    /// </summary>
    private static bool ReadFutures(in FrameFields fields, int at, ref LetterCandle candle)
    {
        if (!fields.Number(3 + at, ""","result":[{"t":"""u8, out var openSeconds) || !fields.Number(4 + at, ""","v":"""u8, out var contracts))
        {
            return false;
        }

        (candle.Values.OpenMs, candle.Volume) = (openSeconds, contracts);
        return fields.Are(fields: 10 + at, quotes: 36 + (2 * at))
            ? fields.Text(9 + at, ""","n":"""u8, out candle.Name, behind: "}]}"u8)
            : fields.Are(fields: 11 + at, quotes: 40 + (2 * at))
            && fields.Text(9 + at, ""","n":"""u8, out candle.Name)
            && fields.Decimal(10 + at, ""","a":"""u8, out _, behind: "}]}"u8);
    }

    /// <summary><c>{"type":"upgrade","msg":"The connection will soon be closed for a service upgrade. Please reconnect."}</c>.</summary>
    private static Frame Notice(ref Utf8JsonReader result)
    {
        if (result.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        using var document = JsonDocument.ParseValue(ref result);
        return document.RootElement.Text("type") == "upgrade"
            ? new Frame(FrameKind.Closing, new FrameNote { Text = document.RootElement.Text("msg") ?? "upgrade" })
            : Frame.Noise;
    }

    private static long? EventMs(long milliseconds, long seconds) => milliseconds > 0 ? milliseconds : seconds > 0 ? seconds * 1000 : null;

    private static void DecodeResult(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, long? eventMs)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                DecodeCandle(ref reader, market, quotes, eventMs);
                break;
            case JsonTokenType.StartArray:
                while (reader.NextElement())
                {
                    DecodeCandle(ref reader, market, quotes, eventMs);
                }

                break;
            default:
                throw new JsonException($"An update without candles: {reader.TokenType}.");
        }
    }

    private static void DecodeCandle(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, long? eventMs)
    {
        var candle = LetterCandle.Read(ref reader, "tohlcvn"u8);
        if (Find(quotes, candle.Name) is { } series)
        {
            candle.Values.EventMs = eventMs;
            candle.Values.OpenMs = checked(candle.Values.OpenMs * 1000);
            SetVolumes(ref candle.Values, market, series, candle.Volume, candle.Amount);
            quotes.Add(series, ref candle.Values, candle.IsClosed ?? false);
        }
    }

    /// <summary>Finds a series by a name such as <c>1m_BTC_USDT</c>: the pair itself holds underscores.</summary>
    private static Series? Find(QuoteBatch quotes, ReadOnlySpan<byte> name)
    {
        var split = name.IndexOf((byte)'_');
        return split <= 0 ? null : quotes.Find(name[(split + 1)..], name[..split]);
    }

    /// <summary>
    /// Spot: <c>v</c> is quote, <c>a</c> base, which older messages lack. USDT futures: <c>v</c> counts contracts of a fixed amount of the coin. Coin-margined:
    /// contracts of a dollar, so the base is not in the message. The unit of the futures' <c>a</c> is not documented; it is not used.
    /// </summary>
    private static void SetVolumes(ref CandleValues candle, VenueMarket market, Series series, decimal volume, decimal? amount) =>
        (candle.Volume, candle.QuoteVolume) = market.Market switch
        {
            Market.Spot => (amount, volume),
            Market.UsdMargined => (volume * series.Instrument.ContractSize, (decimal?)null),
            _ => (null, volume),
        };

    private static void WriteRequest(IBufferWriter<byte> output, VenueMarket market, string channel, string? verb, Series? series, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteNumber("time", stamp.NowMs / 1000);
        writer.WriteString("channel", $"{Channel(market)}.{channel}");
        if (series is not null)
        {
            writer.WriteNumber("id", stamp.Id);
            writer.WriteString("event", verb);
            writer.WriteStartArray("payload");
            writer.WriteStringValue(market.Intervals.StreamSpelling(series.Interval));
            writer.WriteStringValue(series.VenueSymbol);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
