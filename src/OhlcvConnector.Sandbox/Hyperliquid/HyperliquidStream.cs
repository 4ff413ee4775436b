using System.Text;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>
/// Stream of Hyperliquid: candles only when something traded and never marked as closed; errors name their request only inside a text; a coin that does not
/// exist ends the whole socket without a word.
/// </summary>
internal sealed class HyperliquidStream(VenueWorld world, HyperliquidMarkets markets, LimitWindow messages) : IStreamDialect
{
    private const int MaxSubscriptions = 1_000;
    private const long PastTradesMs = 10_000;
    private const string Trades = "trades";

    /// <inheritdoc/>
    public byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        if (candle.Count == 0 || (isFinal && (candle.Count == subscription.SentCount || nowMs - subscription.SentAtMs < subscription.EveryMs)))
        {
            return null; // quiet minutes are not sent, nor is the last trade of a candle when one was sent within the second before it
        }

        var state = candle;
        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("channel", "candle");
            json.WritePropertyName("data");
            HyperliquidCandle.Write(json, subscription.Listing!, subscription.Interval, state);
            json.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public async Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message)
    {
        if (!messages.TrySpend(1) && world.Violated())
        {
            session.Cut();
            return;
        }

        using var document = JsonRequest.Parse(message);
        var root = document?.RootElement ?? default;
        var method = root.Text("method");
        if (method == "ping")
        {
            await session.SendAsync("""{"channel":"pong"}"""u8.ToArray()).ConfigureAwait(false);
            return;
        }

        var subscription = root.Part("subscription", JsonValueKind.Object);
        var isTrades = subscription?.Text("type") == Trades;
        var length = Domain.Interval.OneSecond;
        if (method is not ("subscribe" or "unsubscribe") || subscription?.Text("coin") is not { } coin
            || (
                !isTrades
                    && (subscription?.Text("type") != "candle" || !HyperliquidMarkets.Intervals.TryGetValue(subscription?.Text("interval") ?? "", out length))))
        {
            await ErrorAsync(session, $"Error parsing JSON into valid websocket request: {Encoding.UTF8.GetString(message.Span)}").ConfigureAwait(false);
            return;
        }

        if (markets.Find(coin) is not { } found || (method == "subscribe" && world.Forgets(found.Listing.Symbol)))
        {
            session.Cut();
            return;
        }

        var interval = subscription?.Text("interval");
        var echoed = isTrades ? $$"""{"type":"trades","coin":"{{coin}}"}""" : $$"""{"type":"candle","interval":"{{interval}}","coin":"{{coin}}"}""";
        var topic = $"{coin} {(isTrades ? Trades : interval)}";
        if (method == "unsubscribe")
        {
            await (session.Unsubscribe(topic) ? AcknowledgeAsync(session, method, echoed) : ErrorAsync(session, $"Already unsubscribed: {echoed}"))
                .ConfigureAwait(false);
        }
        else if (isTrades && !world.HasRoomForTrades)
        {
            await ErrorAsync(session, $"Cannot subscribe to more trades: the sandbox sends at most {World.MaxTradesPerSecond} a second. {echoed}")
                .ConfigureAwait(false);
        }
        else if (world.Sessions.Sum(other => other.SubscriptionCount) >= MaxSubscriptions && world.Violated())
        {
            await ErrorAsync(session, "Cannot subscribe to more than 1000 channels.").ConfigureAwait(false);
        }
        else if (session.Topics.Contains(topic))
        {
            await ErrorAsync(session, $"Already subscribed: {echoed}").ConfigureAwait(false);
        }
        else
        {
            await AcknowledgeAsync(session, method, echoed).ConfigureAwait(false);
            session.Subscribe(
                new Subscription(topic, found.Market, found.Listing, length, 1_000) { IsTrades = isTrades, PastMs = isTrades ? PastTradesMs : 0 });
        }
    }

    /// <summary>Returns all fills of an order in one message, with ids that are hashes and say nothing of the order.</summary>
    public IEnumerable<byte[]> EncodeTrades(Subscription subscription, IReadOnlyList<SimulatedTrade> trades, long nowMs)
    {
        yield return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("channel", Trades);
            json.WriteStartArray("data");
            foreach (var trade in trades)
            {
                ulong hash = Noise.Hash(Noise.Seed(0, subscription.Listing!.Symbol), trade.Id);
                json.WriteStartObject();
                json.WriteString("coin", subscription.Listing.Symbol);
                json.WriteString("side", trade.IsBuy ? "B" : "A");
                json.WriteString("px", HyperliquidCandle.Plain(trade.Price));
                json.WriteString("sz", HyperliquidCandle.Plain(trade.Amount));
                json.WriteNumber("time", trade.TimeMs);
                json.WriteString("hash", $"0x{hash:x16}{trade.TimeMs:x48}");
                json.WriteNumber("tid", (hash << 18) + (ulong)(trade.Id % 262_144));
                json.WriteStartArray("users");
                json.WriteStringValue($"0x{hash % 1_000:x40}");
                json.WriteStringValue($"0x{hash / 1_000 % 1_000:x40}");
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Task AcknowledgeAsync(StreamSession session, string method, string subscription) => session.SendAsync(Encoding.UTF8.GetBytes(
        $$$"""{"channel":"subscriptionResponse","data":{"method":"{{{method}}}","subscription":{{{subscription}}}}}"""));

    private static Task ErrorAsync(StreamSession session, string text) => session.SendAsync(Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("channel", "error");
        json.WriteString("data", text);
        json.WriteEndObject();
    }));
}
