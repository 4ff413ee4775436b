using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>A sandbox whose market hardly moves: it is Monday, 5 January 2026, 12:00:30 UTC, for as long as a test lasts.</summary>
internal sealed class StillSandbox : IAsyncDisposable
{
    public const long MinuteMs = 60_000;
    public const long HourMs = 60 * MinuteMs;
    public const long DayMs = 24 * HourMs;

    private readonly HttpClient _http;

    private StillSandbox(SandboxServer server)
    {
        Server = server;
        _http = new HttpClient { BaseAddress = server.BaseAddress };
    }

    public static DateTimeOffset Start { get; } = new(2026, 1, 5, 12, 0, 30, TimeSpan.Zero);

    /// <summary>The time, Unix epoch milliseconds.</summary>
    public static long NowMs { get; } = Start.ToUnixTimeMilliseconds();

    /// <summary>The open time of the candle of a minute that is open.</summary>
    public static long OpenMs { get; } = NowMs - 30_000;

    public SandboxServer Server { get; }

    public static async Task<StillSandbox> StartAsync(int symbols = 8, double speed = 0.001) =>
        new(await SandboxServer.StartAsync(new SandboxOptions { StartTime = Start, Speed = speed, SymbolCount = symbols }));

    /// <summary>Asks for a path, and reads the answer as JSON; undefined where it is none.</summary>
    public async Task<Answer> GetAsync(FormattableString path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path.ToString(CultureInfo.InvariantCulture), UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await ReadAsync(await _http.SendAsync(request));
    }

    public async Task<Answer> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await ReadAsync(await _http.PostAsync(new Uri(path, UriKind.Relative), content));
    }

    /// <summary>Opens a stream.</summary>
    public async Task<Talk> TalkAsync(string path)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(Server.BaseAddress, path)) { Scheme = "ws" }.Uri, CancellationToken.None);
        return new Talk(socket);
    }

    /// <summary>The open times of the books' minutes, the open one not included.</summary>
    public IReadOnlyList<SandboxCandle> Books(string exchange, Market market, string symbol, long fromMs, long toMs) =>
        Server.Candles(
            exchange, market, symbol, Interval.OneMinute, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            return new Answer((int)response.StatusCode, text, response.Headers.Date);
        }
    }

    /// <summary>What came.</summary>
    internal sealed record Answer(int Status, string Text, DateTimeOffset? Date)
    {
        public JsonElement Json => JsonElement.Parse(Text);

        /// <summary>The open times of rows in the order in which they came, however they are written.</summary>
        public List<long> Times(Func<JsonElement, JsonElement>? rows = null) =>
            [.. (rows?.Invoke(Json) ?? Json).EnumerateArray().Select(row => long.Parse(Time(row).ToString(), CultureInfo.InvariantCulture))];

        private static JsonElement Time(JsonElement row) => row.ValueKind == JsonValueKind.Array ? row[0] : row.GetProperty("t");
    }

    /// <summary>A conversation on a stream.</summary>
    internal sealed class Talk(ClientWebSocket socket) : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        /// <summary>Says something.</summary>
        public Task SayOnlyAsync(string text) =>
            socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

        /// <summary>Says something, and reads the next message.</summary>
        public async Task<string> SayAsync(string text)
        {
            await SayOnlyAsync(text);
            return await HearAsync();
        }

        /// <summary>Reads messages until one is as wanted.</summary>
        public async Task<string> HearAsync(Func<string, bool>? wanted = null)
        {
            using var patience = new CancellationTokenSource(Patience);
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                var text = Encoding.UTF8.GetString(buffer, 0, length);
                if (wanted is null || wanted(text))
                {
                    return text;
                }
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
