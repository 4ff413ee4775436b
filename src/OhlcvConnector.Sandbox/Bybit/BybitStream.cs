using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Bybit;

/// <summary>Stream of Bybit: one bad topic, or one that runs already, fails the whole request.</summary>
internal sealed class BybitStream(VenueWorld world, BybitMarket venueMarket) : IStreamDialect
{
    private const int MaxSpotArgs = 10;
    private const int MaxCharacters = 21_000;

    private readonly string _connId = Guid.NewGuid().ToString();

    /// <inheritdoc/>
    public byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        var state = candle;
        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "snapshot");
            json.WriteString("topic", subscription.Topic);
            json.WriteStartArray("data");
            json.WriteStartObject();
            json.WriteNumber("start", state.OpenMs);
            json.WriteNumber("end", state.CloseMs - 1);
            json.WriteString("interval", subscription.Topic.Split('.')[1]);
            json.WriteString("open", BybitColumns.Plain(state.Open));
            json.WriteString("close", BybitColumns.Plain(state.Close));
            json.WriteString("high", BybitColumns.Plain(state.High));
            json.WriteString("low", BybitColumns.Plain(state.Low));
            var columns = new BybitColumns(venueMarket, state);
            json.WriteString("volume", columns.Volume);
            json.WriteString("turnover", columns.Turnover);
            json.WriteBoolean("confirm", isFinal);
            json.WriteNumber("timestamp", state.Count == 0 ? state.OpenMs : state.TradeSeconds.Last * 1000);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteNumber("ts", nowMs);
            json.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public async Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message)
    {
        using var document = JsonRequest.Parse(message);
        var op = document?.RootElement.Text("op");
        var id = document?.RootElement.Text("req_id");
        var args = document?.RootElement.Part("args", JsonValueKind.Array) is { } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToArray()
            : [];
        switch (op)
        {
            case "ping":
                await PongAsync(session, id).ConfigureAwait(false);
                break;
            case "subscribe":
                await SubscribeAsync(session, id, args).ConfigureAwait(false);
                break;
            case "unsubscribe":
                Array.ForEach(args, topic => session.Unsubscribe(topic));
                await AnswerAsync(session, id, "unsubscribe", true, "").ConfigureAwait(false);
                break;
            default:
                await AnswerAsync(session, id, op ?? "", false, "error:request op is invalid").ConfigureAwait(false);
                break;
        }
    }

    private async Task SubscribeAsync(StreamSession session, string? id, string[] args)
    {
        if (args.Length == 0 || (venueMarket.Category == "spot" && args.Length > MaxSpotArgs && world.Violated()))
        {
            await AnswerAsync(session, id, "subscribe", false, args.Length == 0 ? "error:args is empty" : "args size >10").ConfigureAwait(false);
            return;
        }

        if (session.Topics.Sum(topic => topic.Length) + args.Sum(topic => topic.Length) > MaxCharacters && world.Violated())
        {
            await AnswerAsync(session, id, "subscribe", false, "error:args length too long").ConfigureAwait(false);
            return;
        }

        var found = args.Select(topic => (Topic: topic, Subscription: Find(topic))).ToArray();
        if (Array.Find(found, entry => entry.Subscription is null) is { Topic: { } bad })
        {
            var isKline = bad.StartsWith("kline.", StringComparison.Ordinal) && bad.Split('.').Length == 3;
            await AnswerAsync(session, id, "subscribe", false, isKline ? $"error:handler not found,topic:{bad}" : $"Invalid topic: {bad}")
                .ConfigureAwait(false);
            return;
        }

        if (Array.Find(args, session.Topics.Contains) is { } again)
        {
            await AnswerAsync(session, id, "subscribe", false, $"error:already subscribed,topic:{again}")
                .ConfigureAwait(false); // and none of the batch is subscribed
            return;
        }

        await AnswerAsync(session, id, "subscribe", true, venueMarket.Category == "spot" ? "subscribe" : "").ConfigureAwait(false);
        foreach (var (_, subscription) in found)
        {
            session.Subscribe(subscription!);
        }
    }

    private Subscription? Find(string topic) =>
        topic.Split('.') is ["kline", var interval, var symbol]
            && BybitMarket.Intervals.TryGetValue(interval, out var length)
            && venueMarket.Simulated.Find(symbol) is { } listing
            && !world.Forgets(symbol)
            ? new Subscription(topic, venueMarket.Simulated, listing, length, 1_000)
            : null;

    private Task PongAsync(StreamSession session, string? id) => session.SendAsync(Json.Write(json =>
    {
        json.WriteStartObject();
        if (venueMarket.Category == "spot")
        {
            json.WriteBoolean("success", true);
            json.WriteString("ret_msg", "pong");
            json.WriteString("conn_id", _connId);
            WriteId(json, id);
            json.WriteString("op", "ping");
        }
        else
        {
            WriteId(json, id);
            json.WriteString("op", "pong");
            json.WriteStartArray("args");
            json.WriteStringValue(world.NowMs.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndArray();
            json.WriteString("conn_id", _connId);
        }

        json.WriteEndObject();
    }));

    private Task AnswerAsync(StreamSession session, string? id, string op, bool success, string text) => session.SendAsync(Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("success", success);
        json.WriteString("ret_msg", text);
        json.WriteString("conn_id", _connId);
        WriteId(json, id);
        json.WriteString("op", op);
        json.WriteEndObject();
    }));

    private static void WriteId(Utf8JsonWriter json, string? id)
    {
        if (id is not null)
        {
            json.WriteString("req_id", id);
        }
    }
}
