using System.Net.WebSockets;
using System.Text;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.ServerTests.BadInput;

/// <summary>One input that is wrong, and what the server answers: a row of the table in docs/server-protocol.md.</summary>
/// <param name="Input">In words; unique.</param>
/// <param name="Answer">In words, as <see cref="Conversations"/> observes it.</param>
/// <param name="Act">Does it, and says what came back.</param>
internal sealed record BadInput(string Input, string Answer, Func<ServerStage, Task<string>> Act)
{
    /// <summary>Settings that the row needs.</summary>
    public Action<ServerOptions>? Configure { get; init; }

    public override string ToString() => Input;
}

/// <summary>All rows.</summary>
internal static class BadInputs
{
    private const string Subscribe = """{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT"]""";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        // the first protocol
        new("nothing, for longer than the subscribe timeout", "error \"No subscription payload received within 1 seconds\"; close 1000",
            Conversations.First(null)) { Configure = Hurried },
        new("a first message that is no JSON: `{exchange`", "error \"Subscription payload must be valid JSON\"; close 1000", Conversations.First("{exchange")),
        new("a first message that is empty", "error \"Subscription payload must be valid JSON\"; close 1000", Conversations.First("")),
        new("a first message `[]`, `5`, `null`", "error \"Subscription payload must be an object\"; close 1000", Conversations.First("null")),
        new("`{}`", "error \"Field 'exchange' is required and must be a non-empty string\"; close 1000", Conversations.First("{}")),
        new("`exchange` that is a number", "error \"Field 'exchange' is required and must be a non-empty string\"; close 1000", Conversations.First("""{"exchange":5,"symbols":["BTCUSDT"]}""")),
        new("no `symbols`", "error \"Field 'symbols' is required and must be a non-empty list\"; close 1000", Conversations.First("""{"exchange":"binance"}""")),
        new("`symbols` that is a string", "error \"Field 'symbols' is required and must be a non-empty list\"; close 1000", Conversations.First("""{"exchange":"binance","symbols":"BTCUSDT"}""")),
        new("`symbols` with a number", "error \"Each symbol must be a non-empty string\"; close 1000", Conversations.First("""{"exchange":"binance","symbols":["BTCUSDT",1]}""")),
        new("`limit` below 0, or `\"5\"`, or 1.5", "error \"Field 'limit' must be a non-negative integer\"; close 1000", Conversations.First("""{"exchange":"binance","symbols":["BTCUSDT"],"limit":1.5}""")),
        new("`contract_type` that is a list", "error \"Field 'contract_type' must be a non-empty string when provided\"; close 1000", Conversations.First("""{"exchange":"binance","symbols":["BTCUSDT"],"contract_type":[]}""")),
        new("an exchange that there is not", "error \"There is no exchange 'nasdaq'.\"; close 1000", Conversations.FirstSentence("""{"exchange":"nasdaq","symbols":["BTCUSDT"]}""")),
        new("a symbol that there is not", "error \"binance spot has no symbol 'NOPE'.\"; close 1000", Conversations.FirstSentence("""{"exchange":"binance","symbols":["BTCUSDT","NOPE"]}""")),
        new("a contract type that there is not", "error \"There is no contract type 'option'.\"; close 1000", Conversations.FirstSentence("""{"exchange":"binance","symbols":["BTCUSDT"],"contract_type":"option"}""")),
        new("a second message in the first protocol", "error \"This connection has its subscription already; open another connection for another one\"; stays open", Conversations.Second("""{"exchange":"binance","symbols":["ETHUSDT"]}""")),

        // protocol v1
        new("an `op` that there is not", "error bad_request; stays open", Conversations.V1("""{"op":"buy","id":1}""")),
        new("an `op` that is a number", "error bad_request; stays open", Conversations.V1("""{"op":7}""")),
        new("an `op` of 1,000 characters", "error bad_request; stays open", Conversations.V1($$"""{"op":"{{new string('x', 1000)}}"}""")),
        new("a later message without `op`", "error bad_request; stays open", Conversations.V1("""{"exchange":"binance","symbols":["BTCUSDT"]}""")),
        new("a later message that is no object", "error bad_request; stays open", Conversations.V1("""["op"]""")),
        new("an `id` that is an object", "error bad_request; stays open", Conversations.V1("""{"op":"ping","id":{}}""")),
        new("an `id` of 1,000 characters", "error bad_request; stays open", Conversations.V1($$"""{"op":"ping","id":"{{new string('x', 1000)}}"}""")),
        new("an `id` that was used before", "ack; stays open", Conversations.V1("""{"op":"ping","id":0}""")),
        new("a channel that there is not", "error bad_request; stays open", Conversations.V1(Subscribe + ""","channel":"trades"}""")),
        new("subscribe without `exchange`", "error bad_request; stays open", Conversations.V1("""{"op":"subscribe","symbols":["BTCUSDT"]}""")),
        new("subscribe to an exchange that there is not", "error unknown_exchange; stays open", Conversations.V1("""{"op":"subscribe","exchange":"nasdaq","symbols":["BTCUSDT"]}""")),
        new("subscribe without `symbols`, or to none", "error bad_request; stays open", Conversations.V1("""{"op":"subscribe","exchange":"binance","symbols":[]}""")),
        new("`symbols` with a list in it", "error bad_request; stays open", Conversations.V1("""{"op":"subscribe","exchange":"binance","symbols":[["BTCUSDT"]]}""")),
        new("a symbol of 1,000 characters", "error bad_request; stays open", Conversations.V1($$"""{"op":"subscribe","exchange":"binance","symbols":["{{new string('B', 1000)}}"]}""")),
        new("subscribe to a symbol that there is not", "error unknown_symbol with suggestions; stays open", Conversations.V1("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSD"]}""")),
        new("5,000 symbols in one message", "error too_many_subscriptions; stays open", Conversations.V1(Symbols(5_000))),
        new("10,000 symbols in one message, which is over 64 KB", "error bad_request; close 1009", Conversations.V1(Symbols(10_000))),
        new("a market that there is not", "error bad_request; stays open", Conversations.V1(Subscribe + ""","market":"options"}""")),
        new("a market that the exchange has not", "error bad_request; stays open", Conversations.V1("""{"op":"subscribe","exchange":"hyperliquid","market":"coinm","symbols":["BTC"]}""")),
        new("`interval` that is none: `1x`, `m`", "error unsupported_interval; stays open", Conversations.V1(Subscribe + ""","interval":"1x"}""")),
        new("`interval` that the exchange has not: `7m`", "error unsupported_interval; stays open", Conversations.V1(Subscribe + ""","interval":"7m"}""")),
        new("`closed_only` that is `\"yes\"`", "error bad_request; stays open", Conversations.V1(Subscribe + ""","closed_only":"yes"}""")),
        new("`build` that is `1`", "error bad_request; stays open", Conversations.V1(Subscribe + ""","build":1}""")),
        new("`snapshot` below 0, or 1.5, or `\"5\"`", "error bad_request; stays open", Conversations.V1(Subscribe + ""","snapshot":-1}""")),
        new("`snapshot` of a million candles", "error bad_request; stays open", Conversations.V1(Subscribe + ""","snapshot":1000000}""")),
        new("`snapshot` and `resume_from` together", "error bad_request; stays open", Conversations.V1(Subscribe + ""","snapshot":5,"resume_from":"2026-01-01T00:00:00Z"}""")),
        new("`resume_from` that is no time", "error bad_request; stays open", Conversations.V1(Subscribe + ""","resume_from":"yesterday"}""")),
        new("`resume_from` in the future", "error bad_request; stays open", Conversations.V1(Subscribe + ""","resume_from":"2199-01-01T00:00:00Z"}""")),
        new("`resume_from` too many candles ago", "error bad_request; stays open", Conversations.V1(Subscribe + ""","resume_from":0}""")),
        new("`decimals` that is neither number nor string", "error bad_request; stays open", Conversations.V1(Subscribe + ""","decimals":"float"}""")),
        new("`with` that is a string", "error bad_request; stays open", Conversations.V1(Subscribe + ""","with":"rsi:14"}""")),
        new("`with` of an indicator that there is not: `rs:14`", "error bad_request; stays open", Conversations.V1(Subscribe + ""","with":["rs:14"]}""")),
        new("`with` of a wrong parameter: `rsi:0`", "error bad_request; stays open", Conversations.V1(Subscribe + ""","with":["rsi:0"]}""")),
        new("`with` of more history than is read: `ema:5000`", "error bad_request; stays open", Conversations.V1(Subscribe + ""","with":["ema:5000"]}""")),
        new("`with` of more than 20", "error bad_request; stays open", Conversations.V1(
            Subscribe + $",\"with\":[{string.Join(',', Enumerable.Range(2, 21).Select(period => $"\"sma:{period}\""))}]}}")),
        new("unsubscribe from what is not subscribed", "error bad_request; stays open", Conversations.V1("""{"op":"unsubscribe","exchange":"binance","symbols":["ETHUSDT"]}""")),
        new("a first message with half a surrogate pair", "error \"Subscription payload must be valid JSON\"; close 1000", Conversations.First("""{"exchange":"\ud800","symbols":["BTCUSDT"]}""")),
        new("a first message whose name has half a surrogate pair", "error \"Subscription payload must be valid JSON\"; close 1000", Conversations.First("""{"\udc00":1,"op":"ping"}""")),
        new("half a surrogate pair: `\"\\ud800\"`", "error bad_request; stays open", Conversations.V1("""{"op":"subscribe","exchange":"\ud800","symbols":["BTCUSDT"]}""")),
        new("1,000 levels of nesting", "error bad_request; stays open", Conversations.V1(new string('[', 1000) + new string(']', 1000))),
        new("two JSON values in one message", "error bad_request; stays open", Conversations.V1("""{"op":"ping"}{"op":"ping"}""")),
        new("a message that is empty", "error bad_request; stays open", Conversations.V1("")),

        // the wire
        new("a binary message", "error bad_request; stays open", Conversations.V1(Encoding.UTF8.GetBytes("""{"op":"ping"}"""), WebSocketMessageType.Binary)),
        new("a message in 20 fragments", "ack; stays open", Conversations.Fragments("""{"op":"ping","id":"fragmented"}""", 20)),
        new("text that is no UTF-8", "close 1007", Conversations.Frame(0x81, [0xC3, 0x28])),
        new("a message over 64 KB, inflated or not", "error bad_request; close 1009", Conversations.V1("\"" + new string('x', 70_000) + "\"")),
        new("fragments without end", "error bad_request; close 1009", Conversations.EndlessFragments),
        new("a compressed frame where compression was not agreed", "close 1002", Conversations.Frame(0xC1, [0xAA, 0x56, 0x4A, 0x54], deflates: false)),
        new("a compressed message that cannot be inflated", "close 1007", Conversations.Frame(0xC1, [0xFF, 0xFF, 0xFF, 0xFF])),
        new("a frame without mask", "close 1002", Conversations.Frame(0x81, "{\"op\":\"ping\"}"u8.ToArray(), masked: false)),
        new("a frame of a kind that there is not", "close 1002", Conversations.Frame(0x83, "{}"u8.ToArray())),
        new("a ping of 200 bytes", "close 1002", Conversations.Frame(0x89, new byte[200])),
        new("a ping in fragments", "close 1002", Conversations.Frame(0x09, [1])),
        new("a fragment that continues nothing", "close 1002", Conversations.Frame(0x80, "{}"u8.ToArray())),
        new("a close frame with a code that there is not: 999", "close 1002", Conversations.Frame(0x88, [0x03, 0xE7])),
        new("half a frame, then nothing", "error \"No subscription payload received within 1 seconds\"; close 1000", Conversations.HalfFrame)
        {
            Configure = Hurried,
        },
        new("more than 100 messages a minute", "error rate_limited with retry_after_ms; stays open", Conversations.Flood(101)),
        new("more than 1,000 messages a minute", "close 1008", Conversations.Flood(1_100)),
        new("more than 100 pings a minute", "not answered; stays open", Conversations.Pings(101)),
        new("more than 1,000 pings a minute", "close 1008", Conversations.Pings(1_001)),
        new("10,001 empty fragments", "error bad_request; close 1009", Conversations.EmptyFragments),

        // the handshake
        new("half a handshake, then nothing", "HTTP 408", Conversations.HalfHandshake) { Configure = Hurried },
        new("a request that is no handshake", "HTTP 426", Conversations.Http("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
        new("a handshake by POST", "HTTP 426", Conversations.Http(Upgrade("POST / HTTP/1.1", "13", "dGhlIHNhbXBsZSBub25jZQ=="))),
        new("a handshake of version 8", "HTTP 426", Conversations.Http(Upgrade("GET / HTTP/1.1", "8", "dGhlIHNhbXBsZSBub25jZQ=="))),
        new("a handshake without a key of 16 bytes", "HTTP 426", Conversations.Http(Upgrade("GET / HTTP/1.1", "13", "short"))),
        new("a handshake at another path", "HTTP 404", Conversations.Http(Upgrade("GET /ws HTTP/1.1", "13", "dGhlIHNhbXBsZSBub25jZQ=="))),
        new("no HTTP at all", "HTTP 400", Conversations.Http("\u0016\u0003\u0001\r\n\r\n")),
        new("an Origin that is not on the list", "HTTP 403", Conversations.Http(Upgrade("GET / HTTP/1.1", "13", "dGhlIHNhbXBsZSBub25jZQ==",
            "Origin: https://evil.example\r\n"))) { Configure = options => options.AllowedOrigins.Add("https://good.example") },
        new("one client more than there may be", "HTTP 503", Conversations.OneTooMany) { Configure = options => options.MaxClients = 1 },
        new("no key where one is needed", "error unauthorized; close 1008", Conversations.Unauthorized("""{"op":"list","id":1}""")) { Configure = Keyed },
        new("a wrong key in the first message", "error unauthorized; close 1008", Conversations.Unauthorized("""{"op":"list","id":1,"key":"ohlcv_wrong"}""")) { Configure = Keyed },
        new("a wrong key in the header or the query", "HTTP 401", Conversations.Http(
            Upgrade("GET /?api_key=ohlcv_wrong HTTP/1.1", "13", "dGhlIHNhbXBsZSBub25jZQ=="))) { Configure = Keyed },
    ];

    private static void Hurried(ServerOptions options) => options.SubscribeTimeout = TimeSpan.FromSeconds(1);

    private static void Keyed(ServerOptions options) => File.Create(options.KeysPath = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).Dispose();

    private static string Symbols(int count) => $$"""{"op":"subscribe","exchange":"binance","symbols":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"S{i:0000}\""))}}]}""";

    private static string Upgrade(string line, string version, string key, string extra = "") =>
        $"{line}\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n{extra}\r\n";
}
