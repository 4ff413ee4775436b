using System.Net.WebSockets;
using System.Text.Json;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The Python connector's clients work as they are.</summary>
public class LegacyProtocolTests
{
    [Fact]
    public async Task A_client_is_answered_and_gets_quotes_until_its_limit()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"binance","contract_type":"spot","symbols":["BTCUSDT","ETH/USDT"],"limit":5}""");
        var messages = await client.ReadToEndAsync();

        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
        messages.Count.ShouldBe(6);
        Names(messages[0]).ShouldBe(["type", "exchange", "contract_type", "symbols", "limit", "sandbox"]);
        messages[0].GetRawText().ShouldBe("""{"type":"subscribed","exchange":"binance","contract_type":"spot","symbols":["BTCUSDT","ETH/USDT"],"limit":5,"sandbox":true}""");
        foreach (var quote in messages.Skip(1))
        {
            Names(quote).ShouldBe(
                ["type", "current_time", "timestamp", "exchange", "symbol", "contract_type", "open", "high", "low", "close", "volume", "trade_num", "is_closed_candle", "sandbox"]);
            quote.Text("type").ShouldBe("quote");
            quote.Text("symbol").ShouldBeOneOf("BTCUSDT", "ETH/USDT");
            quote.Text("timestamp")!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00$");
            quote.Text("current_time")!.ShouldMatch(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\+00:00$");
            quote.GetProperty("open").ValueKind.ShouldBe(JsonValueKind.Number);
            quote.GetProperty("trade_num").ValueKind.ShouldBe(JsonValueKind.Number);
        }
    }

    [Theory]
    [InlineData("{", "Subscription payload must be valid JSON")]
    [InlineData("[]", "Subscription payload must be an object")]
    [InlineData("{}", "Field 'exchange' is required and must be a non-empty string")]
    [InlineData("""{"exchange":"binance"}""", "Field 'symbols' is required and must be a non-empty list")]
    [InlineData("""{"exchange":"binance","symbols":"BTCUSDT"}""", "Field 'symbols' is required and must be a non-empty list")]
    [InlineData("""{"exchange":"binance","symbols":[]}""", "Field 'symbols' is required and must be a non-empty list")]
    [InlineData("""{"exchange":"binance","symbols":[1]}""", "Each symbol must be a non-empty string")]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSDT"],"limit":-1}""", "Field 'limit' must be a non-negative integer")]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSDT"],"contract_type":5}""", "Field 'contract_type' must be a non-empty string when provided")]
    public async Task A_wrong_first_message_is_answered_in_the_old_words_and_closed(string payload, string words)
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(payload);

        var answer = (await client.ReadToEndAsync()).ShouldHaveSingleItem();
        answer.Text("type").ShouldBe("error");
        answer.Text("message").ShouldBe(words);
        Names(answer).ShouldBe(["type", "message", "system_message", "sandbox"], "what is not known is left out");
        answer.Text("system_message").ShouldBe(words);
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Theory]
    [InlineData("""{"exchange":"nasdaq","symbols":["BTCUSDT"]}""", "There is no exchange 'nasdaq'.")]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSD"]}""", "binance spot has no symbol 'BTCUSD'.")]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSDT"],"contract_type":"options"}""", "There is no contract type 'options'.")]
    public async Task What_does_not_exist_is_said_with_what_was_asked(string payload, string words)
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(payload);

        var answer = (await client.ReadToEndAsync()).ShouldHaveSingleItem();
        answer.Text("message")!.ShouldStartWith(words);
        answer.GetProperty("symbols").GetArrayLength().ShouldBe(1);
        answer.Text("exchange").ShouldNotBeNull();
        answer.Text("system_message").ShouldBe(answer.Text("message"));
        answer.TryGetProperty("contract_type", out _).ShouldBe(payload.Contains("contract_type", StringComparison.Ordinal));
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Theory]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSDT"]}""", "quote")]
    [InlineData("{", "error")]
    public async Task A_binary_frame_is_read_as_a_text_one(string payload, string answer)
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(System.Text.Encoding.UTF8.GetBytes(payload), WebSocketMessageType.Binary);
        await client.ReadAsync(answer);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_no_json_either()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync([.. "{\"exchange\":\""u8, 0xFF, 0xFE, .. "\",\"symbols\":[\"BTCUSDT\"]}"u8], WebSocketMessageType.Binary);

        (await client.ReadAsync("error")).Text("message").ShouldBe("Subscription payload must be valid JSON");
        (await client.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_legacy_there_is_the_new_protocol_alone_and_our_own_words()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.Legacy = false);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"binance","symbols":["BTCUSDT"]}""");
        var error = await client.ReadAsync("error");

        (error.Text("code"), error.Text("message")).ShouldBe(("bad_request", "'op' is missing; it must be a string."));
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");
        await using var garbage = await stage.ConnectAsync();
        await garbage.SayAsync("{");

        (await garbage.ReadAsync("error")).Text("code").ShouldBe("bad_request");
        (await stage.GetAsync("/health")).ShouldContain("\"status\":\"ok\"");
        (await stage.GetAsync("/metrics")).ShouldContain("is_closed=\"true\"");
    }

    [Theory]
    [InlineData("2026-11-26T10:07:22.0700000Z", "2026-11-26 10:07:22.070000+00:00")]
    [InlineData("2026-11-26T10:07:22.0000004Z", "2026-11-26 10:07:22+00:00")]
    public void A_moment_is_written_as_python_writes_it(string moment, string words) =>
        JsonFields.PythonTime(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), ' ').ShouldBe(words);

    [Fact]
    public async Task Who_says_nothing_is_told_so_and_closed()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.SubscribeTimeout = TimeSpan.FromSeconds(1));
        await using var client = await stage.ConnectAsync();

        var answer = (await client.ReadToEndAsync()).ShouldHaveSingleItem();
        answer.Text("message").ShouldBe("No subscription payload received within 1 seconds");
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Theory]
    [InlineData("""{"exchange":"hyperliquid","contract_type":"usdm","symbols":["BTC"]}""", "usdm")]
    [InlineData("""{"exchange":"hyperliquid","symbols":["BTC"]}""", "default")]
    public async Task An_idle_stream_is_told_so_and_closed(string payload, string type)
    {
        var clock = new ManualTimeProvider();
        await using var stage = await ServerStage.SetAsync(
            speed: 1, configure: options => (options.IdleTimeout, options.TimeProvider) = (TimeSpan.FromSeconds(10), clock));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(payload);
        await client.ReadAsync("subscribed");
        await client.ReadAsync("quote");
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError) { Exchange = "hyperliquid" });
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Silence) { Exchange = "hyperliquid" });
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Freeze) { Exchange = "hyperliquid" });
        var error = client.ReadAsync("error");
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return error.IsCompleted;
            },
            "silence has an end");

        (await error).Text("message").ShouldBe($"No quotes received for 10 seconds from hyperliquid::{type}. Subscription cancelled.");
        (await error).Text("exchange").ShouldBe("hyperliquid");
        (await client.ReadToEndAsync()).ShouldBeEmpty();
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task A_second_message_is_answered_and_changes_nothing()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");
        await client.SayAsync("""{"exchange":"binance","symbols":["ETHUSDT"]}""");

        (await client.ReadAsync("error")).Text("system_message")!.ShouldStartWith("This connection has its subscription already");
        (await client.ReadAsync("quote")).Text("symbol").ShouldBe("BTCUSDT");
        await Eventually.TrueAsync(() => stage.Server.Hub.Channels.Length == 1, "one series is followed");
    }

    private static IEnumerable<string> Names(JsonElement message) => message.EnumerateObject().Select(property => property.Name);
}
