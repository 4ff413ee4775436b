using System.Text.Json;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class V1ProtocolTests
{
    [Fact]
    public async Task Closed_candles_come_once_each_in_order_with_consecutive_numbers_and_the_values_of_the_books()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":"a","channel":"ohlcv","exchange":"binance","market":"spot","symbols":["BTC/USDT","ETHUSDT"],"interval":"1m","closed_only":true}""");
        var ack = await client.ReadAsync("ack");
        ack.Text("id").ShouldBe("a");
        ack.GetProperty("subscriptions").GetArrayLength().ShouldBe(2);
        ack.Flag("sandbox").ShouldBeTrue();
        var checkers = new Dictionary<string, CandleChecker>();
        while (checkers.Count < 2 || checkers.Values.Any(checker => checker.Count < 5))
        {
            var quote = await client.ReadAsync("quote");
            quote.Flag("is_closed").ShouldBeTrue();
            CandleChecker.Of(checkers, quote).Read(quote);
        }

        checkers.Keys.ShouldBe(["BTC/USDT", "ETHUSDT"], ignoreOrder: true);
        foreach (var checker in checkers.Values)
        {
            checker.CompareWith(stage.Sandbox);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task A_snapshot_comes_first_and_joins_the_live_candles(int candles)
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync($$"""{"op":"subscribe","id":7,"exchange":"binance","symbols":["BTCUSDT"],"snapshot":{{candles}}}""");
        (await client.ReadAsync("ack")).Text("id").ShouldBe("7");
        var checker = await ReadAsync(client, candles + 3);
        checker.CompareWith(stage.Sandbox);
    }

    [Fact]
    public async Task Resuming_gives_every_closed_candle_since_then_without_hole_or_overlap_and_says_so()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        var from = stage.Sandbox.Clock.GetUtcNow().AddMinutes(-700);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync($$"""{"op":"subscribe","exchange":"okx","market":"usdm","symbols":["BTC/USDT:USDT"],"resume_from":"{{from:O}}"}""");
        (await client.ReadAsync("ack")).Flag("recovered").ShouldBeTrue();
        var checker = await ReadAsync(client, 710);
        checker.First.ShouldBe(new DateTimeOffset(from.Ticks - (from.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(1));
        checker.CompareWith(stage.Sandbox);
    }

    [Fact]
    public async Task Resuming_from_what_the_server_remembers_needs_no_history()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var first = await stage.ConnectAsync();
        await first.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true}""");
        var seen = new List<JsonElement>();
        while (seen.Count < 6)
        {
            seen.Add(await first.ReadAsync("quote"));
        }

        await using var second = await stage.ConnectAsync();
        await second.SayAsync($$"""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true,"resume_from":"{{seen[2].Text("open_time")}}"}""");
        (await second.ReadAsync("ack")).Flag("recovered").ShouldBeTrue();
        var again = (await second.ReadAsync("snapshot")).GetProperty("candles").EnumerateArray().ToList();
        again[0].Text("open_time").ShouldBe(seen[2].Text("open_time"));
        again[0].Text("seq").ShouldBe(seen[2].Text("seq"), "it is the very candle that was remembered");
    }

    [Fact]
    public async Task What_history_does_not_reach_is_not_called_recovered()
    {
        await using var stage = await ServerStage.SetAsync(speed: 60, configure: options => options.ClosedQueueCapacity = 100_000);
        var from = stage.Sandbox.Clock.GetUtcNow().AddMinutes(-5_600);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync($$"""{"op":"subscribe","exchange":"hyperliquid","market":"usdm","symbols":["BTC"],"resume_from":"{{from:O}}"}""");
        var ack = await client.ReadAsync("ack");
        ack.GetProperty("recovered").GetBoolean().ShouldBeFalse();
        ack.GetProperty("subscriptions")[0].GetProperty("missing").Text("reason").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Decimals_come_as_strings_to_who_asks_for_strings()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"decimals":"string"}""");
        var quote = await client.ReadAsync("quote");
        foreach (var name in new[] { "open", "high", "low", "close", "volume", "quote_volume" })
        {
            quote.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.String, name);
        }
    }

    [Fact]
    public async Task One_connection_has_several_subscriptions_lists_and_ends_them()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.Grace = TimeSpan.Zero);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.SayAsync("""{"op":"subscribe","id":2,"exchange":"okx","symbols":["ETH/USDT"],"interval":"5m"}""");
        await client.ReadAsync("ack");
        await client.ReadAsync("ack");
        await client.SayAsync("""{"op":"list","id":3}""");
        var list = await client.ReadAsync("ack");
        list.GetProperty("subscriptions").EnumerateArray().Select(one => $"{one.Text("exchange")} {one.Text("symbol")} {one.Text("interval")}")
            .ShouldBe(["binance BTCUSDT 1m", "okx ETH/USDT 5m"], ignoreOrder: true);
        await client.SayAsync("""{"op":"unsubscribe","id":4,"exchange":"binance","symbols":["BTC/USDT"]}""");
        (await AckAsync(client, "4")).GetProperty("subscriptions").GetArrayLength().ShouldBe(1);
        await client.SayAsync("""{"op":"unsubscribe","id":5,"exchange":"binance","symbols":["BTCUSDT"]}""");
        var error = await client.ReadAsync("error");
        (error.Text("id"), error.Text("code")).ShouldBe(("5", "bad_request"));
        await Eventually.TrueAsync(() => stage.Server.Hub.Channels.Length == 1, "binance is left after the grace time");
    }

    [Fact]
    public async Task However_many_subscribe_there_is_one_upstream_subscription()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.Grace = TimeSpan.FromSeconds(1));
        var clients = new List<TestClient>();
        for (var i = 0; i < 20; i++)
        {
            var client = await stage.ConnectAsync();
            clients.Add(client);
            await client.SayAsync("""{"op":"subscribe","exchange":"bybit","market":"usdm","symbols":["BTCUSDT","ETHUSDT"]}""");
            await client.ReadAsync("ack");
        }

        foreach (var client in clients)
        {
            await client.ReadAsync("quote");
        }

        stage.Server.Hub.Channels.Length.ShouldBe(2);
        await Eventually.TrueAsync(() => stage.Server.Hub.Diagnose().Sum(market => market.ActiveConnections) == 1, "there is one connection, which a slow machine may have lost and made again");
        foreach (var client in clients)
        {
            await client.CloseAsync();
            await client.DisposeAsync();
        }

        await Eventually.TrueAsync(() => stage.Server.Hub.Diagnose().Sum(market => market.ActiveConnections) == 0, "the exchange is left after the grace time");
        stage.Server.Hub.Counters.Subscriptions.ShouldBe(0);
        stage.Server.Hub.Counters.Clients.ShouldBe(0);
    }

    [Fact]
    public async Task A_lost_upstream_is_told_and_repaired()
    {
        await using var stage = await ServerStage.SetAsync(speed: 100);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true}""");
        var checkers = new Dictionary<string, CandleChecker>();
        for (var i = 0; i < 12; i++)
        {
            var quote = await client.ReadAsync("quote");
            CandleChecker.Of(checkers, quote).Read(quote);
            if (i is 3 or 7)
            {
                stage.Sandbox.DropConnections();
            }
        }

        checkers["BTCUSDT"].CompareWith(stage.Sandbox);
    }

    [Fact]
    public async Task An_exchange_that_is_gone_is_told_as_the_status_of_its_series()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");
        stage.TakeDown("binance");
        JsonElement status;
        do
        {
            status = await client.ReadAsync("status");
        }
        while (status.Text("status") == "live");

        status.Text("status").ShouldBe("reconnecting");
        status.Text("reason").ShouldNotBeNullOrEmpty();
        status.Text("venue_symbol").ShouldBe("BTCUSDT");
    }

    [Fact]
    public async Task A_series_whose_stream_and_history_both_fail_is_stale()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300, configure: options => options.StaleAfter = TimeSpan.FromSeconds(60));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true}""");
        await client.ReadAsync("quote");
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError) { Exchange = "binance" });
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Freeze) { Exchange = "binance" });
        JsonElement status;
        do
        {
            status = await client.ReadAsync("status");
        }
        while (status.Text("status") != "stale");

        status.Text("reason")!.ShouldContain("overdue");
        stage.Sandbox.ClearFaults();
        stage.Sandbox.DropConnections();
        (await client.ReadAsync("quote")).Flag("is_closed").ShouldBeTrue("it comes back");
    }

    [Fact]
    public async Task A_ping_is_answered_and_a_heartbeat_comes()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.HeartbeatInterval = TimeSpan.FromSeconds(1));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"ping","id":"x"}""");
        var ack = await client.ReadAsync("ack");
        (ack.Text("op"), ack.Text("id")).ShouldBe(("ping", "x"));
        (await client.ReadAsync("heartbeat")).Text("time").ShouldNotBeNull();
    }

    private static async Task<JsonElement> AckAsync(TestClient client, string id)
    {
        while (true)
        {
            var ack = await client.ReadAsync("ack");
            if (ack.Text("id") == id)
            {
                return ack;
            }
        }
    }

    /// <summary>Reads snapshots and quotes of one series until so many closed candles came.</summary>
    private static async Task<CandleChecker> ReadAsync(TestClient client, int closed)
    {
        CandleChecker? checker = null;
        while (checker is null || checker.Count < closed)
        {
            var message = (await client.ReadAsync())!.Value;
            switch (message.Text("type"))
            {
                case "snapshot":
                    checker ??= new CandleChecker(message);
                    foreach (var candle in message.GetProperty("candles").EnumerateArray())
                    {
                        checker.Read(candle);
                    }

                    break;
                case "quote":
                    checker ??= new CandleChecker(message);
                    checker.Read(message);
                    break;
                case "gap":
                    throw new InvalidOperationException(message.GetRawText());
            }
        }

        return checker;
    }
}
