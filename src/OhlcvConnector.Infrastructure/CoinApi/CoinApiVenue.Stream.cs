using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.CoinApi;

internal sealed partial class CoinApiVenue
{
    private const long DayMs = 86_400_000;

    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// A hello, which names all that is wanted: <c>{"type":"hello","apikey":"...","heartbeat":true,"subscribe_data_type":["ohlcv"],
    /// "subscribe_filter_period_id":["1MIN"],"subscribe_filter_symbol_id":["BITSTAMP_SPOT_BTC_USD$"]}</c>. A symbol without the dollar is a prefix. Each symbol
    /// comes in each period; what was not asked for so is left out by who reads.
    /// </summary>
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output, Unescaped);
        writer.WriteStartObject();
        writer.WriteString("type", "hello");
        if (market.Key?.Value is { } key)
        {
            writer.WriteString("apikey", key); // older documentation wants it here, newer samples have the header alone
        }

        writer.WriteBoolean("heartbeat", true);
        WriteList(writer, "subscribe_data_type", ["ohlcv"]);
        var periods = new SortedSet<Interval>();
        var symbols = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var series in batch)
        {
            periods.Add(series.Interval);
            symbols.Add(series.VenueSymbol + "$");
        }

        WriteList(writer, "subscribe_filter_period_id", periods.Select(market.Intervals.StreamSpelling));
        WriteList(writer, "subscribe_filter_symbol_id", symbols);
        writer.WriteEndObject();
    }

    /// <summary>Never asked for: a hello with what is left does it.</summary>
    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        throw new NotSupportedException("Each request replaces the one before it.");

    /// <summary>Never asked for: the heartbeat is the venue's.</summary>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => throw new NotSupportedException("The venue wants no ping.");

    /// <summary>
    /// <c>{"type":"ohlcv","symbol_id":"BITSTAMP_SPOT_XRP_USD","sequence":511,"time_period_start":"2019-06-11T15:26:00.0000000Z",
    /// "time_period_end":"2019-06-11T15:27:00.0000000Z",...,"price_close":0.38706,"volume_traded":1500.31419084,"trades_count":5}</c>;
    /// <c>{"type":"hearbeat"}</c>, also spelt right; <c>{"type":"error","message":"Invalid API key"}</c>, behind which the venue hangs up; and
    /// <c>{"type":"reconnect","within_seconds":10,"before_time":"2020-08-06T19:19:09.7035429Z"}</c>.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var reader = new Utf8JsonReader(frame);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        string? type = null;
        string? text = null;
        var candle = new Row();
        while (reader.NextProperty())
        {
            if (reader.Property("type"u8))
            {
                type = reader.TextOrNull();
            }
            else if (reader.Property("message"u8) || reader.Property("before_time"u8))
            {
                text = reader.TokenType == JsonTokenType.String ? reader.GetString() : text;
                reader.Skip();
            }
            else
            {
                candle.ReadProperty(ref reader);
            }
        }

        reader.ExpectEnd();
        switch (type)
        {
            case "ohlcv":
                candle.Add(market, quotes);
                return Frame.Quotes;
            case "hearbeat" or "heartbeat":
                return Frame.Heartbeat;
            case "error":
                return new Frame(FrameKind.Failed, new FrameNote { Text = text ?? "an error without a word" });
            case "reconnect":
                return new Frame(FrameKind.Closing, new FrameNote { Text = $"this server stops{(text is null ? "" : " at " + text)}" });
            default:
                return Frame.Noise;
        }
    }

    /// <inheritdoc/>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var fields = FrameFields.Cut(frame, stackalloc int[FrameFields.Places]);
        scoped ReadOnlySpan<byte> period = default;
        var at = fields.Count == 14 ? 4 : 3;
        if (!(fields.Are(fields: 14, quotes: 42) ? fields.Text(3, ",\"period_id\":"u8, out period) : fields.Are(fields: 13, quotes: 38))
            || !fields.Is(0, "{\"type\":\"ohlcv\""u8)
            || !fields.Text(1, ",\"symbol_id\":"u8, out var symbol)
            || !fields.Number(2, ",\"sequence\":"u8, out _)
            || !fields.Text(at, ",\"time_period_start\":"u8, out var start)
            || !fields.Text(at + 1, ",\"time_period_end\":"u8, out var end)
            || !fields.Text(at + 2, ",\"time_open\":"u8, out _)
            || !fields.Text(at + 3, ",\"time_close\":"u8, out _)
            || !fields.Plain(at + 4, ",\"price_open\":"u8, out var open)
            || !fields.Plain(at + 5, ",\"price_high\":"u8, out var high)
            || !fields.Plain(at + 6, ",\"price_low\":"u8, out var low)
            || !fields.Plain(at + 7, ",\"price_close\":"u8, out var close)
            || !fields.Plain(at + 8, ",\"volume_traded\":"u8, out var volume)
            || !fields.Number(at + 9, ",\"trades_count\":"u8, out var trades, behind: "}"u8)
            || !IsoTime.TryParse(start, out var openMs)
            || !IsoTime.TryParse(end, out var closeMs))
        {
            return false;
        }

        if (quotes.Find(symbol, period.IsEmpty ? PeriodOf(market, openMs, closeMs) : period) is { } series)
        {
            var candle = new CandleValues { OpenMs = openMs, Open = open, High = high, Low = low, Close = close, Volume = volume, TradeCount = trades };
            quotes.Add(series, ref candle, isClosed: false);
        }

        return true;
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>
    /// The period that lasts from one moment to the other, for messages that do not name it, as the documentation's sample; empty for none. None that is
    /// streamed is longer than a day, so lengths are exact.
    /// </summary>
    private static ReadOnlySpan<byte> PeriodOf(VenueMarket market, long openMs, long closeMs) =>
        market.Intervals.StreamBytes(TimeSpan.FromMilliseconds(Math.Clamp(closeMs - openMs, 0, 2 * DayMs)));
}
