using System.Net.WebSockets;
using System.Text.Json;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The Python connector's clients work as they are.</summary>
public class AncestorProtocolTests
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
            quote.Text("current_time")!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$");
            quote.GetProperty("open").ValueKind.ShouldBe(JsonValueKind.Number);
            quote.GetProperty("trade_num").ValueKind.ShouldBe(JsonValueKind.Number);
        }
    }

    [Theory]
    [InlineData("{", "Subscription payload must be valid JSON")]
    [InlineData("[]", "Subscription payload must be a JSON object")]
    [InlineData("{}", "Field 'exchange' is required and must be a non-empty string")]
    [InlineData("""{"exchange":"binance"}""", "Field 'symbols' is required and must be a non-empty list")]
    [InlineData("""{"exchange":"binance","symbols":"BTCUSDT"}""", "Field 'symbols' is required and must be a non-empty list")]
    [InlineData("""{"exchange":"binance","symbols":[]}""", "Field 'symbols' is required and must be a non-empty list")]
    [InlineData("""{"exchange":"binance","symbols":[1]}""", "Field 'symbols' must contain only non-empty strings")]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSDT"],"limit":-1}""", "Field 'limit' must be a non-negative integer")]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSDT"],"contract_type":5}""", "Field 'contract_type' must be a non-empty string")]
    public async Task A_wrong_first_message_is_answered_in_the_old_words_and_closed(string payload, string words)
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(payload);
        var answer = (await client.ReadToEndAsync()).ShouldHaveSingleItem();
        answer.Text("type").ShouldBe("error");
        answer.Text("message").ShouldBe(words);
        answer.Text("system_message").ShouldNotBeNullOrEmpty();
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.PolicyViolation);
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
    }

    [Fact]
    public async Task Who_says_nothing_is_told_so_and_closed()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.SubscribeTimeout = TimeSpan.FromMilliseconds(200));
        await using var client = await stage.ConnectAsync();
        var answer = (await client.ReadToEndAsync()).ShouldHaveSingleItem();
        answer.Text("message").ShouldBe("No subscription payload received within the timeout");
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.PolicyViolation);
    }

    [Fact]
    public async Task An_idle_stream_is_told_so_and_closed()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1, configure: options => options.IdleTimeout = TimeSpan.FromSeconds(3), sandbox: options => options.SymbolCount = 1);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"hyperliquid","contract_type":"usdm","symbols":["BTC"]}""");
        await client.ReadAsync("subscribed");
        await client.ReadAsync("quote");
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError) { Exchange = "hyperliquid" });
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Silence) { Exchange = "hyperliquid" });
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Freeze) { Exchange = "hyperliquid" });
        var error = await client.ReadAsync("error");
        error.Text("message")!.ShouldStartWith("No quote came for 3 s");
        error.Text("exchange").ShouldBe("hyperliquid");
        (await client.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_second_message_is_answered_and_changes_nothing()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");
        await client.SayAsync("""{"exchange":"binance","symbols":["ETHUSDT"]}""");
        (await client.ReadAsync("error")).Text("system_message").ShouldBe("already_subscribed");
        (await client.ReadAsync("quote")).Text("symbol").ShouldBe("BTCUSDT");
        await Eventually.TrueAsync(() => stage.Server.Hub.Channels.Length == 1, "one series is followed");
    }

    private static IEnumerable<string> Names(JsonElement message) => message.EnumerateObject().Select(property => property.Name);
}
