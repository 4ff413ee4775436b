using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>Stream of Binance: raw or combined, with requests by message.</summary>
internal sealed class BinanceStream(VenueWorld world, BinanceMarket venueMarket, bool isCombined) : IStreamDialect
{
    private const int MaxStreams = 1024;
    private const string Eastern = "@+08:00";
    private const long EasternMs = 8 * 3_600_000;

    private readonly LimitWindow _inbound = new(venueMarket.MessagesPerSecond, TimeSpan.FromSeconds(1), world.Clock);
    private bool _isCombined = isCombined;

    /// <summary>True when candles are served on this path; when false, streams of them are taken and stay silent.</summary>
    public required bool HasCandles { get; init; }

    /// <summary>Number of units, as times are written in, that make a millisecond.</summary>
    public required long TimeUnit { get; init; }

    /// <inheritdoc/>
    public byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        var state = candle;
        return Json.Write(json =>
        {
            json.WriteStartObject();
            if (_isCombined)
            {
                json.WriteString("stream", subscription.Topic);
                json.WriteStartObject("data");
            }

            WriteEvent(json, subscription, state, isFinal, nowMs);
            if (_isCombined)
            {
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public async Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message)
    {
        if (!_inbound.TrySpend(1) && world.Violated())
        {
            await session.CloseAsync(1008, "Too many requests").ConfigureAwait(false);
            return;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message);
        }
        catch (JsonException exception)
        {
            await ErrorAsync(session, 3, $"Invalid JSON: {exception.Message}", null).ConfigureAwait(false);
            return;
        }

        using (document)
        {
            await AnswerAsync(session, document.RootElement).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Recorded(Subscription subscription, ReadOnlyMemory<byte> frame)
    {
        var isWrapped = frame.Span.StartsWith("{\"stream\":"u8);
        return isWrapped == _isCombined ? frame
            : _isCombined ? (byte[])[.. Encoding.UTF8.GetBytes($$"""{"stream":"{{subscription.Topic}}","data":"""), .. frame.Span, (byte)'}']
            : JsonRequest.Parse(frame) is { } document && document.RootElement.Part("data", JsonValueKind.Object) is { } data
                ? Encoding.UTF8.GetBytes(data.GetRawText())
                : frame;
    }

    /// <inheritdoc/>
    public byte[]? MaintenanceNotice(long nowMs) => !venueMarket.IsSpot ? null : Json.Write(json =>
    {
        json.WriteStartObject();
        if (_isCombined)
        {
            json.WriteString("stream", "!serverShutdown");
            json.WriteStartObject("data");
        }

        json.WriteString("e", "serverShutdown");
        json.WriteNumber("E", nowMs * TimeUnit);
        if (_isCombined)
        {
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>Subscribes stream names; one that means nothing is taken and stays silent, as the venue does.</summary>
    public async Task SubscribeAsync(StreamSession session, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (session.SubscriptionCount >= MaxStreams && world.Violated())
            {
                await session.CloseAsync(1008, "Too many streams").ConfigureAwait(false);
                return;
            }

            session.Subscribe(ToSubscription(name));
        }
    }

    private static Task ErrorAsync(StreamSession session, int code, string text, JsonElement? id) => session.SendAsync(Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("msg", text);
        json.WriteEndObject();
        if (id is { } echoed)
        {
            json.WritePropertyName("id");
            echoed.WriteTo(json);
        }

        json.WriteEndObject();
    }));

    private async Task AnswerAsync(StreamSession session, JsonElement request)
    {
        JsonElement? id = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("id", out var given) ? given : null;
        var method = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("method", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;
        var names = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("params", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToArray()
            : null;
        switch (method)
        {
            case "SUBSCRIBE" when names is not null:
                await ResultAsync(session, id, json => json.WriteNullValue()).ConfigureAwait(false);
                await SubscribeAsync(session, names).ConfigureAwait(false);
                break;
            case "UNSUBSCRIBE" when names is not null:
                Array.ForEach(names, topic => session.Unsubscribe(topic));
                await ResultAsync(session, id, json => json.WriteNullValue()).ConfigureAwait(false);
                break;
            case "LIST_SUBSCRIPTIONS":
                await ResultAsync(session, id, json =>
                {
                    json.WriteStartArray();
                    Array.ForEach(session.Topics, json.WriteStringValue);
                    json.WriteEndArray();
                }).ConfigureAwait(false);
                break;
            case "SET_PROPERTY" when request.TryGetProperty("params", out var property)
                && property.ValueKind == JsonValueKind.Array
                && property.GetArrayLength() == 2:
                _isCombined = property[1].ValueKind == JsonValueKind.True;
                await ResultAsync(session, id, json => json.WriteNullValue()).ConfigureAwait(false);
                break;
            case "GET_PROPERTY":
                await ResultAsync(session, id, json => json.WriteBooleanValue(_isCombined)).ConfigureAwait(false);
                break;
            default:
                await ErrorAsync(session, 2, method is null ? "Invalid request: missing field `method`" : $"Invalid request: unknown variant `{method}`", id)
                    .ConfigureAwait(false);
                break;
        }
    }

    private static Task ResultAsync(StreamSession session, JsonElement? id, Action<Utf8JsonWriter> result) => session.SendAsync(Json.Write(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("result");
        result(json);
        json.WritePropertyName("id");
        if (id is { } echoed)
        {
            echoed.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
    }));

    private Subscription ToSubscription(string name)
    {
        var isEastern = venueMarket.IsSpot && name.EndsWith(Eastern, StringComparison.Ordinal); // days begin at 16:00 UTC
        var parts = (isEastern ? name[..^Eastern.Length] : name).Split("@kline_");
        var isKnown = HasCandles && parts.Length == 2 && !parts[0].Any(char.IsAsciiLetterUpper) && venueMarket.Intervals.ContainsKey(parts[1]);
        var interval = isKnown ? venueMarket.Intervals[parts[1]] : Interval.OneMinute;
        var listing = isKnown && !world.Forgets(parts[0].ToUpperInvariant()) ? venueMarket.Simulated.Find(parts[0].ToUpperInvariant()) : null;
        return new Subscription(name, venueMarket.Simulated, listing, interval, venueMarket.EveryMs(interval)) { ShiftMs = isEastern ? EasternMs : 0 };
    }

    private void WriteEvent(Utf8JsonWriter json, Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        var listing = subscription.Listing!;
        json.WriteString("e", "kline");
        json.WriteNumber("E", nowMs * TimeUnit);
        json.WriteString("s", listing.Symbol);
        json.WriteStartObject("k");
        json.WriteNumber("t", candle.OpenMs * TimeUnit);
        json.WriteNumber("T", (candle.CloseMs * TimeUnit) - 1);
        json.WriteString("s", listing.Symbol);
        json.WriteString("i", subscription.Interval.ToString());
        json.WriteNumber("f", candle.TradeSeconds.First);
        json.WriteNumber("L", candle.TradeSeconds.Last);
        var columns = new BinanceColumns(venueMarket, listing, candle);
        json.WriteString("o", columns.Price(candle.Open));
        json.WriteString("c", columns.Price(candle.Close));
        json.WriteString("h", columns.Price(candle.High));
        json.WriteString("l", columns.Price(candle.Low));
        json.WriteString("v", columns.Volume);
        json.WriteNumber("n", candle.Count);
        json.WriteBoolean("x", isFinal);
        json.WriteString("q", columns.QuoteVolume);
        json.WriteString("V", columns.TakerVolume);
        json.WriteString("Q", columns.TakerQuoteVolume);
        json.WriteString("B", "0");
        json.WriteEndObject();
    }
}
