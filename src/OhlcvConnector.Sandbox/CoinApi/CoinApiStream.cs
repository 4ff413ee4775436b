using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.CoinApi;

/// <summary>
/// Stream of CoinAPI: a hello sets what comes, subscribe adds and unsubscribe takes away, and none is answered. A candle comes every five seconds while it
/// changes, and when something traded after it; nothing says that it is closed. An error is the last word.
/// </summary>
internal sealed class CoinApiStream(VenueWorld world, MarketBooks books, LimitWindow hellos, string? key) : IStreamDialect
{
    private const string Candles = "ohlcv";
    private const int EveryMs = 5_000;
    private const int NoticeMs = 10_000;

    private readonly Dictionary<string, long> _sequences = [];
    private bool _isWelcome;
    private bool _beats;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Heartbeat => _beats ? """{"type":"hearbeat"}"""u8.ToArray() : null;

    /// <inheritdoc/>
    public byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs)
    {
        if (candle.Count == 0 || (isFinal && !IsFollowed(subscription, candle.CloseMs)))
        {
            return null;
        }

        var sequence = _sequences[subscription.Listing!.Symbol] = _sequences.GetValueOrDefault(subscription.Listing.Symbol) + 1;
        var state = candle;
        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", Candles);
            json.WriteString("symbol_id", subscription.Listing.Symbol);
            json.WriteNumber("sequence", sequence);
            CoinApiCandle.Write(json, state);
            json.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public byte[] MaintenanceNotice(long nowMs) => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "reconnect");
        json.WriteNumber("within_seconds", NoticeMs / 1_000);
        json.WriteString("before_time", CoinApiCandle.Time(nowMs + NoticeMs));
        json.WriteEndObject();
    });

    /// <inheritdoc/>
    public async Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message)
    {
        using var document = JsonRequest.Parse(message);
        var root = document?.RootElement ?? default;
        var type = root.Text("type");
        if (type is not ("hello" or "subscribe" or "unsubscribe"))
        {
            await FailAsync(session, "Invalid message type.").ConfigureAwait(false);
            return;
        }

        if (type == "hello")
        {
            if (!hellos.TrySpend(1) && world.Violated())
            {
                await FailAsync(session, "Too many hello messages.").ConfigureAwait(false);
                return;
            }

            _isWelcome = CoinApiKeys.IsKey(key ?? root.Text("apikey"));
            _beats = root.TryGetProperty("heartbeat", out var heartbeat) && heartbeat.ValueKind == JsonValueKind.True;
        }

        if (!_isWelcome)
        {
            await FailAsync(session, "Invalid API key").ConfigureAwait(false);
            return;
        }

        var scope = ScopeOf(root).ToDictionary(subscription => subscription.Topic, StringComparer.Ordinal);
        if (type != "unsubscribe" && scope.Values.FirstOrDefault(one => !session.Topics.Contains(one.Topic) && world.Forgets(one.Listing!.Symbol)) is not null)
        {
            await FailAsync(session, "Internal error, reconnect.").ConfigureAwait(false);
            return;
        }

        foreach (var topic in session.Topics.Where(topic => type == "hello" ? !scope.ContainsKey(topic) : type == "unsubscribe" && scope.ContainsKey(topic)))
        {
            session.Unsubscribe(topic);
        }

        foreach (var subscription in type == "unsubscribe" ? [] : scope.Values.AsEnumerable())
        {
            session.Subscribe(subscription);
        }
    }

    /// <summary>A candle is over for the venue when something traded later; of a quiet pair that can be long after.</summary>
    private static bool IsFollowed(Subscription subscription, long closeMs)
    {
        var nextMs = subscription.NextMs(closeMs);
        return subscription.Market.Candle(subscription.Listing!, closeMs, nextMs, nextMs) is { Count: > 0 };
    }

    private static async Task FailAsync(StreamSession session, string text)
    {
        await session.SendAsync(Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteString("message", text);
            json.WriteEndObject();
        })).ConfigureAwait(false);
        await session.CloseAsync(1008, "").ConfigureAwait(false);
    }

    /// <summary>Each symbol that a filter takes, in each period; a filter is a prefix unless it ends in a dollar, and none takes all.</summary>
    private IEnumerable<Subscription> ScopeOf(JsonElement root)
    {
        if (!Texts(root, "subscribe_data_type").Contains(Candles))
        {
            yield break;
        }

        var filters = Texts(root, "subscribe_filter_symbol_id");
        var periods = Texts(root, "subscribe_filter_period_id") is { Length: > 0 } named ? named : [.. CoinApiPeriods.Streamed.Keys];
        foreach (var listing in books.Listings.Where(listing => filters.Length == 0 || Array.Exists(filters, filter => Takes(filter, listing.Symbol))))
        {
            foreach (var period in periods)
            {
                if (CoinApiPeriods.Streamed.TryGetValue(period, out var interval))
                {
                    yield return new Subscription($"{listing.Symbol} {period}", books, listing, interval, EveryMs);
                }
            }
        }
    }

    private static bool Takes(string filter, string symbol) =>
        filter.EndsWith('$') ? symbol == filter[..^1] : symbol.StartsWith(filter, StringComparison.Ordinal);

    private static string[] Texts(JsonElement root, string name) =>
        root.Part(name, JsonValueKind.Array) is { } list
            ? [.. list.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!)]
            : [];
}
