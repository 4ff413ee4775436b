using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Okx;

/// <summary>Stream of OKX. Candles are served on the business path alone; an error names its series only inside its text.</summary>
internal sealed class OkxStream(VenueWorld world, OkxMarkets markets, bool isBusiness) : IStreamDialect
{
    private const int MaxRequestBytes = 64 * 1024;

    private readonly LimitWindow _requests = new(480, TimeSpan.FromHours(1), world.Clock);
    private readonly string _connId = Noise.Hash(11, world.NowMs).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        var state = candle;
        var parts = subscription.Topic.Split(' ', 2);
        return Json.Write(json =>
        {
            json.WriteStartObject();
            WriteArg(json, parts[0], parts[1]);
            json.WriteStartArray("data");
            OkxColumns.Write(json, subscription.Listing!, state, isFinal);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public async Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message)
    {
        if (message.Span.SequenceEqual("ping"u8))
        {
            await session.SendAsync("pong"u8.ToArray()).ConfigureAwait(false);
            return;
        }

        if (message.Length > MaxRequestBytes && world.Violated())
        {
            await session.CloseAsync(1009, "Request message exceeds the maximum frame length").ConfigureAwait(false);
            return;
        }

        using var document = JsonRequest.Parse(message);
        var op = document?.RootElement.Text("op");
        var id = document?.RootElement.Text("id");
        if (document is null || op is null || document.RootElement.Part("args", JsonValueKind.Array) is not { } args)
        {
            await ErrorAsync(session, id, "60012", $"Invalid request: {System.Text.Encoding.UTF8.GetString(message.Span)}").ConfigureAwait(false);
        }
        else if (op is not ("subscribe" or "unsubscribe"))
        {
            await ErrorAsync(session, id, "60019", $"Invalid op: {op}").ConfigureAwait(false);
        }
        else if (!_requests.TrySpend(1) && world.Violated())
        {
            await ErrorAsync(session, id, "60014", "Requests too frequent").ConfigureAwait(false);
        }
        else
        {
            foreach (var arg in args.EnumerateArray())
            {
                await OnArgAsync(session, op, id, arg.Text("channel") ?? "", arg.Text("instId") ?? "").ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public byte[] MaintenanceNotice(long nowMs) => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("event", "notice");
        json.WriteString("code", "64008");
        json.WriteString("msg", "The connection will soon be closed for a service upgrade. Please reconnect.");
        json.WriteString("connId", _connId);
        json.WriteEndObject();
    });

    private async Task OnArgAsync(StreamSession session, string op, string? id, string channel, string instId)
    {
        var bar = channel.StartsWith("candle", StringComparison.Ordinal) ? OkxMarkets.Bar(channel[6..]) : null;
        var found = markets.Find(instId);
        if (!isBusiness || bar is null || found is null || (op == "subscribe" && world.Forgets(instId)))
        {
            await ErrorAsync(
                session,
                id,
                "60018",
                $"Wrong URL or channel:{channel},instId:{instId} doesn't exist. Please use the correct URL, channel and parameters referring to API document.")
                .ConfigureAwait(false);
            return;
        }

        await session.SendAsync(Json.Write(json =>
        {
            json.WriteStartObject();
            WriteId(json, id);
            json.WriteString("event", op);
            WriteArg(json, channel, instId);
            json.WriteString("connId", _connId);
            json.WriteEndObject();
        })).ConfigureAwait(false);
        var topic = $"{channel} {instId}";
        if (op == "unsubscribe")
        {
            session.Unsubscribe(topic);
        }
        else
        {
            session.Subscribe(new Subscription(topic, found.Value.Market, found.Value.Listing, bar.Value.Interval, 1_000) { ShiftMs = bar.Value.ShiftMs });
        }
    }

    private static void WriteArg(Utf8JsonWriter json, string channel, string instId)
    {
        json.WriteStartObject("arg");
        json.WriteString("channel", channel);
        json.WriteString("instId", instId);
        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json, string? id)
    {
        if (id is not null)
        {
            json.WriteString("id", id);
        }
    }

    private Task ErrorAsync(StreamSession session, string? id, string code, string text) => session.SendAsync(Json.Write(json =>
    {
        json.WriteStartObject();
        WriteId(json, id);
        json.WriteString("event", "error");
        json.WriteString("code", code);
        json.WriteString("msg", text);
        json.WriteString("connId", _connId);
        json.WriteEndObject();
    }));
}
