using System.Buffers;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.ConformanceTests.Toy;

internal sealed partial class ToyVenue
{
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        Write(output, market, "subscribe", batch, stamp);

    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        Write(output, market, "unsubscribe", batch, stamp);

    /// <summary>Answered by <c>{"pong":true}</c>.</summary>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => output.Write("""{"op":"ping"}"""u8);

    /// <summary>Every frame takes the usual way: who wants this exchange faster reads its candles here.</summary>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes) => false;

    /// <summary>
    /// <c>{"t":1767225600000,"s":"BTC-USDT","i":"1m","o":"96000.1","h":"96010.0","l":"95990.5","c":"96001.2","v":"1.25","q":"120001.5","n":17,"x":false}</c>;
    /// answers are <c>{"ok":7}</c> and <c>{"no":7,"why":"unknown symbol"}</c>.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        if (frame.StartsWith("{\"t\":"u8))
        {
            var reader = new Utf8JsonReader(frame);
            reader.Next();
            var candle = LetterCandle.Read(ref reader, "tohlcvqnsix"u8);
            if (quotes.Find(candle.Symbol, candle.Interval) is { } series)
            {
                Add(series, ref candle, quotes);
            }

            return Frame.Quotes;
        }

        using var answer = JsonDocument.Parse(frame.ToArray()); // whole, and nothing after it
        var root = answer.RootElement;
        return root.Number("ok") is { } accepted ? new Frame(FrameKind.Acknowledged, new FrameNote { RequestId = (long)accepted })
            : root.Number("no") is { } refused ? new Frame(FrameKind.Rejected, new FrameNote { RequestId = (long)refused, Text = root.Text("why") ?? "" })
            : root.IsTrue("pong") ? Frame.Heartbeat
            : Frame.Noise;
    }

    private static void Add(Series series, ref LetterCandle candle, QuoteBatch quotes)
    {
        candle.Values.Volume = candle.Volume;
        candle.Values.QuoteVolume = candle.Quote;
        quotes.Add(series, ref candle.Values, candle.IsClosed);
    }

    private static void Write(IBufferWriter<byte> output, VenueMarket market, string op, ReadOnlySpan<Series> batch, RequestStamp stamp)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("op", op);
        json.WriteNumber("id", stamp.Id);
        json.WriteStartArray("series");
        foreach (var series in batch)
        {
            json.WriteStringValue($"{series.VenueSymbol} {market.Intervals.StreamSpelling(series.Interval)}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
