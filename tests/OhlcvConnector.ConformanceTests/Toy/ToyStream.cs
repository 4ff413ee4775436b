using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.ConformanceTests.Toy;

/// <summary>One stream of the simulated toy exchange.</summary>
internal sealed class ToyStream(VenueWorld world, MarketBooks books) : IStreamDialect
{
    public static void Write(Utf8JsonWriter json, Listing listing, Interval interval, in CandleState candle, bool isFinal)
    {
        json.WriteStartObject();
        json.WriteNumber("t", candle.OpenMs);
        json.WriteString("s", listing.Symbol);
        json.WriteString("i", interval.ToString());
        json.WriteString("o", candle.Open.Fixed(listing.PriceDecimals));
        json.WriteString("h", candle.High.Fixed(listing.PriceDecimals));
        json.WriteString("l", candle.Low.Fixed(listing.PriceDecimals));
        json.WriteString("c", candle.Close.Fixed(listing.PriceDecimals));
        json.WriteString("v", candle.BaseVolume.Fixed(listing.SizeDecimals));
        json.WriteString("q", candle.QuoteVolume.Fixed(8));
        json.WriteNumber("n", candle.Count);
        json.WriteBoolean("x", isFinal);
        json.WriteEndObject();
    }

    public byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        var state = candle;
        return Json.Write(json => Write(json, subscription.Listing!, subscription.Interval, state, isFinal));
    }

    public async Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message)
    {
        using var document = JsonRequest.Parse(message);
        var root = document?.RootElement ?? default;
        var id = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var number) ? number.GetInt64() : 0;
        var topics = root.Part("series", JsonValueKind.Array)?.EnumerateArray().Select(topic => topic.GetString()!).ToArray() ?? [];
        switch (root.Text("op"))
        {
            case "ping":
                await session.SendAsync("""{"pong":true}"""u8.ToArray());
                break;
            case "unsubscribe":
                Array.ForEach(topics, topic => session.Unsubscribe(topic));
                await session.SendAsync(Json.Write(json => Answer(json, "ok", id)));
                break;
            case "subscribe" when topics.Select(Find).ToArray() is { Length: > 0 } found && !found.Contains(null):
                await session.SendAsync(Json.Write(json => Answer(json, "ok", id)));
                Array.ForEach(found, subscription => session.Subscribe(subscription!));
                break;
            default:
                await session.SendAsync(Json.Write(json => Answer(json, "no", id)));
                break;
        }
    }

    private static void Answer(Utf8JsonWriter json, string name, long id)
    {
        json.WriteStartObject();
        json.WriteNumber(name, id);
        if (name == "no")
        {
            json.WriteString("why", "unknown symbol");
        }

        json.WriteEndObject();
    }

    private Subscription? Find(string topic) =>
        topic.Split(' ') is [var symbol, var interval] && books.Find(symbol) is { } listing && ToySandbox.Intervals.TryGetValue(interval, out var length)
            && !world.Forgets(symbol)
            ? new Subscription(topic, books, listing, length, EveryMs: 1_000)
            : null;
}
