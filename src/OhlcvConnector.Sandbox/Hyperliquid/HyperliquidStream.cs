using System.Text;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>
/// One Hyperliquid stream: candles only when something traded and never marked as closed; errors name their request only inside a text;
/// a coin that does not exist ends the whole socket without a word.
/// </summary>
internal sealed class HyperliquidStream(VenueWorld world, HyperliquidBooks books, LimitWindow messages) : IStreamDialect
{
    private const int MostSubscriptions = 1_000;

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
        if (method is not ("subscribe" or "unsubscribe") || subscription?.Text("type") != "candle"
            || subscription?.Text("coin") is not { } coin || subscription?.Text("interval") is not { } interval || !HyperliquidBooks.Intervals.TryGetValue(interval, out var length))
        {
            await ErrorAsync(session, $"Error parsing JSON into valid websocket request: {Encoding.UTF8.GetString(message.Span)}").ConfigureAwait(false);
            return;
        }

        if (books.Find(coin) is not { } found || (method == "subscribe" && world.Forgets(found.Listing.Symbol)))
        {
            session.Cut();
            return;
        }

        var echoed = $$"""{"type":"candle","interval":"{{interval}}","coin":"{{coin}}"}""";
        var topic = $"{coin} {interval}";
        if (method == "unsubscribe")
        {
            await (session.Unsubscribe(topic) ? AcknowledgeAsync(session, method, echoed) : ErrorAsync(session, $"Already unsubscribed: {echoed}")).ConfigureAwait(false);
        }
        else if (world.Sessions.Sum(other => other.SubscriptionCount) >= MostSubscriptions && world.Violated())
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
            session.Subscribe(new Subscription(topic, found.Market, found.Listing, length, 1_000));
        }
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
