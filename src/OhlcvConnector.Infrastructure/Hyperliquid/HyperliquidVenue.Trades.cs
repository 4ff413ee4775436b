using System.Buffers;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Hyperliquid;

internal sealed partial class HyperliquidVenue
{
    private static ReadOnlySpan<byte> Trades => "trades"u8;

    /// <inheritdoc/>
    public void WriteTrades(IBufferWriter<byte> output, VenueMarket market, Series series, bool isSubscribe, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output, Unescaped);
        writer.WriteStartObject();
        writer.WriteString("method", isSubscribe ? "subscribe" : "unsubscribe");
        writer.WriteStartObject("subscription");
        writer.WriteString("type", Trades);
        writer.WriteString("coin", series.VenueSymbol);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>
    /// <c>[{"coin":"BTC","side":"B","px":"72581.0","sz":"0.00017","time":1787259217020,"hash":"0x...","tid":877707108085800,"users":["0x...","0x..."]}]</c>:
    /// ids are hashes, the side is the taker's, B for a buyer and A for a seller, and the fills of one order have one time and stand in their order
    /// (unverified).
    /// </summary>
    private static void DecodeTrades(ref Utf8JsonReader reader, QuoteBatch quotes)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A message of trades without trades.");
        }

        while (reader.NextElement())
        {
            DecodeTrade(ref reader, quotes);
        }
    }

    private static void DecodeTrade(ref Utf8JsonReader reader, QuoteBatch quotes)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"Expected a trade, found {reader.TokenType}.");
        }

        ReadOnlySpan<byte> coin = default;
        decimal price = 0, size = 0;
        long time = 0, id = 0;
        var taker = Taker.Unknown;
        var seen = 0;
        while (reader.NextProperty())
        {
            var name = reader.ValueSpan;
            reader.Next();
            switch (name.Length) // rather than name after name: there may be thousands of trades a second
            {
                case 2 when name.SequenceEqual("px"u8):
                    price = reader.Decimal();
                    seen |= 2;
                    break;
                case 2 when name.SequenceEqual("sz"u8):
                    size = reader.Decimal();
                    seen |= 4;
                    break;
                case 3 when name.SequenceEqual("tid"u8):
                    id = reader.Integer();
                    seen |= 16;
                    break;
                case 4 when name.SequenceEqual("side"u8):
                    taker = reader.Text() is [var side]
                        ? side switch { (byte)'B' => Taker.Buyer, (byte)'A' => Taker.Seller, _ => Taker.Unknown }
                        : Taker.Unknown;
                    break;
                case 4 when name.SequenceEqual("coin"u8):
                    coin = reader.Text();
                    seen |= 1;
                    break;
                case 4 when name.SequenceEqual("time"u8):
                    time = reader.Integer();
                    seen |= 8;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (seen != 31)
        {
            throw new JsonException("A trade that lacks its coin, price, size, time or id.");
        }

        if (quotes.FindTape(coin) is { } tape)
        {
            quotes.Add(tape, new Trade(id, time, price, size, taker));
        }
    }
}
