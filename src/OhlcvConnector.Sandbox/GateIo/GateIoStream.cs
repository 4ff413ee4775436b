using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.GateIo;

/// <summary>Stream of Gate.io: one pair a request, seconds for times, and a closing message that may be missing on spot and says nothing on futures.</summary>
internal sealed class GateIoStream(VenueWorld world, GateIoMarket venueMarket, bool isDecimal) : IStreamDialect
{
    private const uint OneClosingInSoManyIsMissing = 7;

    /// <inheritdoc/>
    public byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        if (isFinal && venueMarket.IsSpot && Noise.Hash(23, candle.OpenMs + subscription.Listing!.Symbol.Length) % OneClosingInSoManyIsMissing == 0)
        {
            return null;
        }

        var state = candle;
        return Json.Write(json =>
        {
            WriteEnvelope(json, nowMs, "candlesticks", "update");
            json.WritePropertyName("result");
            if (venueMarket.IsSpot)
            {
                WriteSpot(json, subscription, state, isFinal);
            }
            else
            {
                json.WriteStartArray();
                WriteFutures(json, subscription, state, isDecimal);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public async Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message)
    {
        using var document = JsonRequest.Parse(message);
        var root = document?.RootElement ?? default;
        var channel = root.Text("channel");
        long? id = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var given) && given.TryGetInt64(out var number) ? number : null;
        if (channel == $"{venueMarket.Channel}.ping")
        {
            await session.SendAsync(Json.Write(json =>
            {
                WriteEnvelope(json, world.NowMs, "pong", "");
                json.WriteNull("result");
                json.WriteEndObject();
            })).ConfigureAwait(false);
            return;
        }

        var verb = root.Text("event");
        var payload = root.Part("payload", JsonValueKind.Array) is { } list
            ? list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null).ToArray()
            : [];
        if (channel == $"{venueMarket.Channel}.trades" && verb is "subscribe" or "unsubscribe" && payload.Length > 0)
        {
            await OnTradesAsync(session, id, verb, payload).ConfigureAwait(false);
        }
        else if (channel != $"{venueMarket.Channel}.candlesticks" || verb is not ("subscribe" or "unsubscribe") || payload is not [{ } interval, { } pair])
        {
            await AnswerAsync(session, id, verb ?? "", (1, "invalid argument structure")).ConfigureAwait(false);
        }
        else if (GateIoMarket.Stream(interval) is not { } length)
        {
            await AnswerAsync(session, id, verb, (2, "invalid argument: unknown interval")).ConfigureAwait(false);
        }
        else if (venueMarket.Simulated.Find(pair) is not { } listing || (verb == "subscribe" && world.Forgets(pair)))
        {
            await AnswerAsync(session, id, verb, (2, $"unknown currency pair: {pair}")).ConfigureAwait(false);
        }
        else
        {
            await AnswerAsync(session, id, verb, null).ConfigureAwait(false);
            var topic = $"{interval}_{pair}";
            if (verb == "unsubscribe")
            {
                session.Unsubscribe(topic);
            }
            else
            {
                session.Subscribe(new Subscription(topic, venueMarket.Simulated, listing, length, 2_000));
            }
        }
    }

    /// <summary>Spot: each trade in a message of its own; futures: a list.</summary>
    public IEnumerable<byte[]> EncodeTrades(Subscription subscription, IReadOnlyList<SimulatedTrade> trades, long nowMs) => venueMarket.IsSpot
        ? trades.Select(trade => Json.Write(json =>
        {
            WriteEnvelope(json, nowMs, "trades", "update");
            json.WritePropertyName("result");
            WriteSpotTrade(json, subscription, trade);
            json.WriteEndObject();
        }))
        : [Json.Write(json =>
        {
            WriteEnvelope(json, nowMs, "trades", "update");
            json.WriteStartArray("result");
            foreach (var trade in trades)
            {
                WriteFuturesTrade(json, subscription, trade);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        })];

    /// <inheritdoc/>
    public byte[] MaintenanceNotice(long nowMs) => Json.Write(json =>
    {
        WriteEnvelope(json, nowMs, "system", "update");
        json.WriteStartObject("result");
        json.WriteString("type", "upgrade");
        json.WriteString("msg", "The connection will soon be closed for a service upgrade. Please reconnect.");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static void WriteSpot(Utf8JsonWriter json, Subscription subscription, in CandleState candle, bool isFinal)
    {
        json.WriteStartObject();
        json.WriteString("t", (candle.OpenMs / 1000).ToString(CultureInfo.InvariantCulture));
        json.WriteString("v", Plain(candle.QuoteVolume));
        json.WriteString("c", Plain(candle.Close));
        json.WriteString("h", Plain(candle.High));
        json.WriteString("l", Plain(candle.Low));
        json.WriteString("o", Plain(candle.Open));
        json.WriteString("n", subscription.Topic);
        json.WriteString("a", Plain(candle.BaseVolume));
        json.WriteBoolean("w", isFinal);
        json.WriteEndObject();
    }

    private static void WriteSpotTrade(Utf8JsonWriter json, Subscription subscription, in SimulatedTrade trade)
    {
        json.WriteStartObject();
        json.WriteNumber("id", trade.Id);
        json.WriteNumber("create_time", trade.TimeMs / 1000);
        json.WriteString("create_time_ms", $"{trade.TimeMs}.{trade.Id % 1_000:000}");
        json.WriteString("side", trade.IsBuy ? "buy" : "sell");
        json.WriteString("currency_pair", subscription.Listing!.Symbol);
        json.WriteString("amount", Plain(trade.Amount));
        json.WriteString("price", Plain(trade.Price));
        json.WriteEndObject();
    }

    /// <summary>Writes a trade of futures. The size has a sign: who took it sold where it is negative.</summary>
    private void WriteFuturesTrade(Utf8JsonWriter json, Subscription subscription, in SimulatedTrade trade)
    {
        var contracts = GateIoListing.Contracts(subscription.Listing!, trade.IsBuy ? trade.Steps : -trade.Steps);
        json.WriteStartObject();
        if (isDecimal)
        {
            json.WriteString("size", Plain(contracts));
        }
        else
        {
            json.WriteNumber("size", (long)contracts);
        }

        json.WriteNumber("id", trade.Id);
        json.WriteNumber("create_time", trade.TimeMs / 1000);
        json.WriteNumber("create_time_ms", trade.TimeMs);
        json.WriteString("price", Plain(trade.Price));
        json.WriteString("contract", subscription.Listing!.Symbol);
        json.WriteEndObject();
    }

    private static void WriteFutures(Utf8JsonWriter json, Subscription subscription, in CandleState candle, bool isDecimal)
    {
        json.WriteStartObject();
        json.WriteNumber("t", candle.OpenMs / 1000);
        GateIoListing.WriteContracts(json, subscription.Listing!, candle.Steps, isDecimal);
        json.WriteString("c", Plain(candle.Close));
        json.WriteString("h", Plain(candle.High));
        json.WriteString("l", Plain(candle.Low));
        json.WriteString("o", Plain(candle.Open));
        json.WriteString("n", subscription.Topic);
        json.WriteString("a", Plain(candle.QuoteVolume));
        json.WriteEndObject();
    }

    private void WriteEnvelope(Utf8JsonWriter json, long nowMs, string channel, string verb)
    {
        json.WriteStartObject();
        json.WriteNumber("time", nowMs / 1000);
        json.WriteNumber("time_ms", nowMs);
        json.WriteString("channel", $"{venueMarket.Channel}.{channel}");
        json.WriteString("event", verb);
    }

    private async Task OnTradesAsync(StreamSession session, long? id, string verb, string?[] pairs)
    {
        var listings = pairs.Select(pair => pair is null || (verb == "subscribe" && world.Forgets(pair)) ? null : venueMarket.Simulated.Find(pair)).ToArray();
        (int, string)? wrong = Array.IndexOf(listings, null) is >= 0 and var unknown ? (2, $"unknown currency pair: {pairs[unknown]}")
            : verb == "subscribe" && !world.HasRoomForTrades ? (4, $"the sandbox sends at most {World.MaxTradesPerSecond} trades a second")
            : null;
        await AnswerAsync(session, id, verb, wrong, "trades").ConfigureAwait(false);
        foreach (var listing in wrong is null ? listings : [])
        {
            if (verb == "unsubscribe")
            {
                session.Unsubscribe($"trades_{listing!.Symbol}");
            }
            else
            {
                session.Subscribe(
                    new Subscription($"trades_{listing!.Symbol}", venueMarket.Simulated, listing, Domain.Interval.OneSecond, 1_000) { IsTrades = true });
            }
        }
    }

    private Task AnswerAsync(
        StreamSession session, long? id, string verb, (int Code, string Text)? error, string channel = "candlesticks") => session.SendAsync(Json.Write(json =>
    {
        WriteEnvelope(json, world.NowMs, channel, verb);
        if (id is { } echoed)
        {
            json.WriteNumber("id", echoed);
        }

        if (error is { } wrong)
        {
            json.WriteStartObject("error");
            json.WriteNumber("code", wrong.Code);
            json.WriteString("message", wrong.Text);
            json.WriteEndObject();
            json.WriteNull("result");
        }
        else
        {
            json.WriteNull("error");
            json.WriteStartObject("result");
            json.WriteString("status", "success");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }));
}
