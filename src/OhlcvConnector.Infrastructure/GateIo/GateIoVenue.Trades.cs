using System.Buffers;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.GateIo;

internal sealed partial class GateIoVenue
{
    /// <inheritdoc/>
    public void WriteTrades(IBufferWriter<byte> output, VenueMarket market, Series series, bool isSubscribe, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteNumber("time", stamp.NowMs / 1000);
        writer.WriteString("channel", $"{Channel(market)}.trades");
        writer.WriteNumber("id", stamp.Id);
        writer.WriteString("event", isSubscribe ? "subscribe" : "unsubscribe");
        writer.WriteStartArray("payload");
        writer.WriteStringValue(series.VenueSymbol);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>
    /// Spot:
    /// <c>{"id":309143071,"create_time":1606292218,"create_time_ms":"1606292218213.4578","side":"sell","currency_pair":"GT_USDT","amount":"16.47","price":"0.4705"}</c>;
    /// futures: a list of <c>{"size":-108,"id":27753479,"create_time":1545136464,"create_time_ms":1545136464123,"price":"96.4","contract":"BTC_USDT"}</c>,
    /// where who took it sold if the size is negative. Some messages lack the milliseconds. Whether ids ascend without exception is unverified.
    /// </summary>
    private static void DecodeTrades(ref Utf8JsonReader result, VenueMarket market, QuoteBatch quotes)
    {
        switch (result.TokenType)
        {
            case JsonTokenType.StartObject:
                DecodeTrade(ref result, market, quotes);
                break;
            case JsonTokenType.StartArray:
                while (result.NextElement())
                {
                    DecodeTrade(ref result, market, quotes);
                }

                break;
            default:
                throw new JsonException($"An update without trades: {result.TokenType}.");
        }
    }

    private static void DecodeTrade(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"Expected a trade, found {reader.TokenType}.");
        }

        ReadOnlySpan<byte> symbol = default;
        decimal? price = null, size = null;
        var taker = Taker.Unknown;
        long? seconds = null, milliseconds = null, id = null;
        while (reader.NextProperty())
        {
            var name = reader.ValueSpan;
            reader.Next();
            switch (name.Length) // rather than name after name: there may be thousands of trades a second
            {
                case 2 when name.SequenceEqual("id"u8):
                    id = (long)reader.Decimal();
                    break;
                case 4 when name.SequenceEqual("size"u8):
                    size = reader.Decimal();
                    break;
                case 4 when name.SequenceEqual("side"u8):
                    var side = reader.Text();
                    taker = side.SequenceEqual("buy"u8) ? Taker.Buyer : side.SequenceEqual("sell"u8) ? Taker.Seller : Taker.Unknown;
                    break;
                case 5 when name.SequenceEqual("price"u8):
                    price = reader.Decimal();
                    break;
                case 6 when name.SequenceEqual("amount"u8):
                    size = reader.Decimal();
                    break;
                case 8 when name.SequenceEqual("contract"u8):
                    symbol = reader.Text();
                    break;
                case 11 when name.SequenceEqual("create_time"u8):
                    seconds = (long?)reader.DecimalOrNull();
                    break;
                case 13 when name.SequenceEqual("currency_pair"u8):
                    symbol = reader.Text();
                    break;
                case 14 when name.SequenceEqual("create_time_ms"u8):
                    milliseconds = (long?)reader.DecimalOrNull();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (symbol.IsEmpty || price is null || size is null || id is null || (milliseconds ?? seconds) is null)
        {
            throw new JsonException("A trade that lacks its symbol, price, size, time or id.");
        }

        if (quotes.FindTape(symbol) is { } tape)
        {
            var isSpot = market.Market == Market.Spot;
            var amount = isSpot ? size.Value : Math.Abs(size.Value) * (tape.First.Instrument.ContractSize ?? 0);
            taker = isSpot ? taker : size.Value < 0 ? Taker.Seller : Taker.Buyer;
            quotes.Add(tape, new Trade(id.Value, milliseconds ?? checked(seconds!.Value * 1000), price.Value, amount, taker));
        }
    }
}
