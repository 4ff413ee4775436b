using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ServerTests.Client;

/// <summary>A server that says what a test has it say: minutes of one symbol, the fourth of which is open now; the close of each is its number.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = Interval.OneMinute.Floor(TimeProvider.System.GetUtcNow()).AddMinutes(-3);
    private readonly LoopbackVenue _venue = new();
    private readonly bool _isSandbox;

    public ScriptedServer(bool isSandbox = false)
    {
        _isSandbox = isSandbox;
        _venue.Answer = request => request.IsHandshake ? null : Rest(request);
        _venue.Stream = ServeAsync;
    }

    /// <summary>What is said after a subscription was acknowledged, by the number of the connection; then the connection stays.</summary>
    public Func<int, LoopbackStream, Task> Script { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What is answered to a request for candles.</summary>
    public Func<LoopbackRequest, LoopbackAnswer> Candles { get; set; } =
        _ => new LoopbackAnswer(503, """{"code":"upstream_unavailable","message":"not now"}""");

    /// <summary>The requests for candles.</summary>
    public IReadOnlyList<LoopbackRequest> CandleRequests =>
        [.. _venue.Requests.Where(request => request.Target.StartsWith("/v1/candles", StringComparison.Ordinal))];

    /// <summary>From which open time on each connection subscribed; null for what comes.</summary>
    public List<string?> ResumedFrom { get; } = [];

    public Uri Stream => new($"ws://127.0.0.1:{_venue.Port}");

    public static string Time(int minute) => Start.AddMinutes(minute).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Candle(int minute, bool isClosed = true, string more = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"\"seq\":{minute + 1},\"epoch\":\"aa\",\"open_time\":\"{Time(minute)}\",\"close_time\":\"{Time(minute + 1)}\",\"open\":1,\"high\":{minute + 9},\"low\":0.5,\"close\":{minute + 1},\"volume\":1,\"quote_volume\":null,\"trades\":null,\"is_closed\":{(isClosed ? "true" : "false")},\"event_time\":null,\"received_at\":\"{Time(minute + 1)}\",\"source\":\"stream\"{more}");

    public string Quote(int minute, bool isClosed = true, string more = "") => $"{{\"type\":\"quote\",{Place},{Candle(minute, isClosed, more)}}}";

    public string Gap(int from, int to) => $"{{\"type\":\"gap\",{Place},\"from\":\"{Time(from)}\",\"to\":\"{Time(to)}\",\"reason\":\"it was lost\"}}";

    public LoopbackAnswer History(params int[] minutes) =>
        new(200, $"{{\"complete\":true,\"candles\":[{string.Join(',', minutes.Select(minute => $"{{{Rest(Candle(minute))}}}"))}],\"gaps\":[]}}", Label);

    public ConnectorClient Connect(Action<ConnectorClientOptions>? configure = null, LogRecorder? log = null) => ConnectorClient.Create(
        options =>
        {
            options.Servers.Add(Stream);
            options.RestServers.Add(_venue.Address);
            (options.ReconnectDelay, options.ReconnectDelayMax) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50));
            configure?.Invoke(options);
        },
        log);

    public void Name(ConnectorClientOptions options)
    {
        options.Servers.Add(Stream);
        options.RestServers.Add(_venue.Address);
    }

    public ValueTask DisposeAsync() => _venue.DisposeAsync();

    private string Place => $"\"exchange\":\"binance\",\"market\":\"spot\",\"symbol\":\"BTCUSDT\",\"venue_symbol\":\"BTCUSDT\",\"interval\":\"1m\"{Mark}";

    private string Mark => _isSandbox ? ",\"sandbox\":true" : "";

    private string[] Label => _isSandbox ? ["X-Sandbox: true"] : [];

    private static string Rest(string candle) => candle.Replace("open_time", "openTime", StringComparison.Ordinal)
        .Replace("close_time", "closeTime", StringComparison.Ordinal)
        .Replace("is_closed", "isClosed", StringComparison.Ordinal).Replace("received_at", "receivedAt", StringComparison.Ordinal);

    private LoopbackAnswer Rest(LoopbackRequest request) => request.Target.Split('?')[0] switch
    {
        "/v1/exchanges" => new LoopbackAnswer(
            200, $$"""{"time":"{{Time(3)}}","clockSpeed":1,"exchanges":[{"exchange":"binance","defaultMarket":"spot","markets":[{"market":"spot","intervals":["1m"],"historyIntervals":["1m"],"omitsQuietCandles":false}]}]}""", Label),
        "/v1/symbols" => new LoopbackAnswer(
            200, """{"symbols":[{"exchange":"binance","market":"spot","symbol":"BTC/USDT","venueSymbol":"BTCUSDT","base":"BTC","quote":"USDT","settle":null,"status":"trading"}]}""", Label),
        _ => Candles(request),
    };

    private async Task ServeAsync(LoopbackStream stream)
    {
        while (await stream.ReadAsync() is { } text)
        {
            using var document = JsonDocument.Parse(text);
            var (op, id) = (document.RootElement.Text("op"), document.RootElement.Text("id"));
            if (op == "ping")
            {
                await stream.SendAsync($"{{\"type\":\"ack\",\"op\":\"ping\",\"time\":\"{Time(3)}\"{Mark}}}");
                continue;
            }

            ResumedFrom.Add(document.RootElement.Text("resume_from"));
            await stream.SendAsync($"{{\"type\":\"ack\",\"id\":{id},\"op\":\"subscribe\",\"time\":\"{Time(3)}\",\"subscriptions\":[{{{Place},\"status\":\"live\",\"seq\":0,\"epoch\":\"aa\"}}]{Mark}}}");
            await Script(ResumedFrom.Count, stream);
        }
    }
}
