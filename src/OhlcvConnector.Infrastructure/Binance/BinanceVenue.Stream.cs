using System.Buffers;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Binance;

internal sealed partial class BinanceVenue
{
    /// <inheritdoc/>
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "SUBSCRIBE", batch, stamp);

    /// <inheritdoc/>
    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "UNSUBSCRIBE", batch, stamp);

    /// <inheritdoc/>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) =>
        throw new NotSupportedException("Binance pings by itself and wants no message.");

    /// <summary>
    /// Raw <c>{"e":"kline","E":1718667728540,"s":"BTCUSDT","k":{"t":1718667720000,"s":"BTCUSDT","i":"1m","o":"66477.91000000",...,"x":false}}</c>,
    /// or combined: the same as <c>data</c> beside <c>stream</c>. The inner payload says what it is, not the stream's name.
    /// Acknowledgement <c>{"result":null,"id":1}</c>; errors <c>{"code":2,"msg":"Invalid request: ..."}</c> or <c>{"error":{"code":2,"msg":"..."},"id":1}</c>.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var reader = new Utf8JsonReader(frame);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        var result = DecodeObject(ref reader, market, quotes);
        reader.ExpectEnd();

        return result;
    }

    /// <inheritdoc/>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var fields = FrameFields.Cut(frame, stackalloc int[FrameFields.Places]);
        if (!fields.Are(fields: 20, quotes: 68)
            || !fields.Is(0, "{\"e\":\"kline\""u8)
            || !fields.Number(1, ""","E":"""u8, out var eventMs)
            || !fields.Text(2, ""","s":"""u8, out _)
            || !fields.Number(3, ""","k":{"t":"""u8, out var openMs)
            || !fields.Number(4, ""","T":"""u8, out _)
            || !fields.Text(5, ""","s":"""u8, out var symbol)
            || !fields.Text(6, ""","i":"""u8, out var interval)
            || !(fields.Is(7, ""","f":-1"""u8) || fields.Number(7, ""","f":"""u8, out _))
            || !(fields.Is(8, ""","L":-1"""u8) || fields.Number(8, ""","L":"""u8, out _))
            || !fields.Decimal(9, ""","o":"""u8, out var open)
            || !fields.Decimal(10, ""","c":"""u8, out var close)
            || !fields.Decimal(11, ""","h":"""u8, out var high)
            || !fields.Decimal(12, ""","l":"""u8, out var low)
            || !fields.Decimal(13, ""","v":"""u8, out var volume)
            || !fields.Number(14, ""","n":"""u8, out var trades)
            || !fields.Boolean(15, ""","x":"""u8, out var isClosed)
            || !fields.Decimal(16, ""","q":"""u8, out var quoteVolume)
            || !fields.Text(17, ""","V":"""u8, out _)
            || !fields.Text(18, ""","Q":"""u8, out _)
            || !(market.Market == Market.CoinMargined ? fields.Decimal(18, ""","Q":"""u8, out var bought) : fields.Decimal(17, ""","V":"""u8, out bought))
            || !fields.Text(19, ""","B":"""u8, out _, behind: "}}"u8))
        {
            return false;
        }

        if (quotes.Find(symbol, interval) is { } series)
        {
            var candle = new CandleValues { OpenMs = openMs, Open = open, High = high, Low = low, Close = close, TradeCount = trades, EventMs = eventMs };
            SetVolumes(ref candle, market, series, volume, quoteVolume, bought);
            quotes.Add(series, ref candle, isClosed);
        }

        return true;
    }

    private static Frame DecodeObject(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes)
    {
        var envelope = new Envelope();
        Utf8JsonReader candle = default;
        while (reader.NextProperty())
        {
            if (reader.Property("data"u8))
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    envelope.Inner = DecodeObject(ref reader, market, quotes);
                    continue;
                }

                reader.Skip();
            }
            else if (reader.Property("e"u8))
            {
                envelope.IsKline = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("kline"u8);
                envelope.IsShutdown = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("serverShutdown"u8);
                reader.Skip();
            }
            else if (reader.Property("E"u8))
            {
                envelope.EventMs = reader.IntegerOrNull();
                reader.Skip();
            }
            else if (reader.Property("k"u8))
            {
                candle = reader.SetAside(); // read when the type and the event time are known, whatever the order of the keys
            }
            else
            {
                envelope.ReadAnswerProperty(ref reader);
            }
        }

        if (envelope.IsKline)
        {
            DecodeCandle(ref candle, market, envelope.EventMs, quotes);
            return Frame.Quotes;
        }

        return envelope.ToFrame();
    }

    private static void DecodeCandle(ref Utf8JsonReader reader, VenueMarket market, long? eventMs, QuoteBatch quotes)
    {
        var candle = LetterCandle.Read(ref reader, "tohlcvqxsi"u8, bought: market.Market == Market.CoinMargined ? (byte)'Q' : (byte)'V');
        if (quotes.Find(candle.Symbol, candle.Interval) is { } series)
        {
            candle.Values.EventMs = eventMs;
            SetVolumes(ref candle.Values, market, series, candle.Volume, candle.Quote.GetValueOrDefault(), candle.Bought);
            quotes.Add(series, ref candle.Values, candle.IsClosed ?? throw new JsonException("A kline that does not say whether it is closed."));
        }
    }

    /// <summary>
    /// COIN-M: <c>v</c> counts contracts of a fixed worth in quote units, <c>q</c> is the base coin. Elsewhere <c>v</c> is base and <c>q</c> is quote. The same
    /// of <c>V</c> and <c>Q</c>, of which the one in base units counts.
    /// </summary>
    private static void SetVolumes(ref CandleValues candle, VenueMarket market, Series series, decimal volume, decimal quoteVolume, decimal? bought)
    {
        var inverse = market.Market == Market.CoinMargined;
        candle.Volume = inverse ? quoteVolume : volume;
        candle.QuoteVolume = inverse ? volume * series.Instrument.ContractSize : quoteVolume;
        candle.BuyVolume = bought;
    }

    private static void WriteRequest(IBufferWriter<byte> output, VenueMarket market, string method, ReadOnlySpan<Series> batch, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("method", method);
        writer.WriteStartArray("params");
        foreach (var series in batch)
        {
            writer.WriteStringValue($"{series.VenueSymbol.ToLowerInvariant()}@kline_{market.Intervals.StreamSpelling(series.Interval)}");
        }

        writer.WriteEndArray();
        writer.WriteNumber("id", stamp.Id);
        writer.WriteEndObject();
    }

    /// <summary>Envelope of a frame: what its outer object says besides a candle.</summary>
    private ref struct Envelope
    {
        public bool IsKline;
        public bool IsShutdown;
        public long? EventMs;
        public Frame Inner;
        private bool _hasResult;
        private long? _id;
        private string? _error;
        private long _errorCode;

        public void ReadAnswerProperty(ref Utf8JsonReader reader)
        {
            if (reader.Property("result"u8))
            {
                _hasResult = true;
                reader.Skip();
            }
            else if (reader.Property("id"u8))
            {
                _id = reader.IntegerOrNull();
                reader.Skip();
            }
            else if (reader.Property("error"u8))
            {
                var isObject = reader.TokenType == JsonTokenType.StartObject;
                while (isObject && reader.NextProperty())
                {
                    ReadAnswerProperty(ref reader);
                }
            }
            else if (reader.Property("msg"u8))
            {
                _error = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else if (reader.Property("code"u8))
            {
                _errorCode = reader.IntegerOrNull() ?? 0;
                reader.Skip();
            }
            else
            {
                reader.SkipValue();
            }
        }

        public readonly Frame ToFrame() =>
            IsShutdown ? new Frame(FrameKind.Closing, new FrameNote { Text = "serverShutdown" })
            : _error is not null ? new Frame(FrameKind.Rejected, new FrameNote { RequestId = _id, Text = $"{_error} (code {_errorCode})" })
            : _hasResult && _id is not null ? new Frame(FrameKind.Acknowledged, new FrameNote { RequestId = _id })
            : Inner;
    }
}
