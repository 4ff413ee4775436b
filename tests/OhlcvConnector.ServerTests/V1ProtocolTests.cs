using OhlcvConnector.Configuration;
using System.Text.Json;
using OhlcvConnector.Server.Protocol;
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
    public async Task Resuming_at_the_very_next_candle_or_a_little_after_the_head_lacks_nothing()
    {
        await using var stage = await ServerStage.SetAsync(speed: 60);
        await using var before = await stage.ConnectAsync();
        await before.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        var from = (await before.ReadAsync("quote")).Time("close_time"); // the next candle, as if another server had seen this one close
        await using var client = await stage.ConnectAsync();
        await client.SayAsync($$"""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"resume_from":"{{from:O}}"}""");

        (await client.ReadAsync("ack")).Flag("recovered").ShouldBeTrue();
        JsonElement quote;
        do
        {
            quote = await client.ReadAsync("quote");
            quote.Time("open_time").ShouldBeGreaterThanOrEqualTo(from);
        }
        while (!quote.Flag("is_closed"));

        quote.Time("open_time").ShouldBe(from);
    }

    [Theory]
    [InlineData("11/12/2026")]
    [InlineData("12:00")]
    [InlineData("2026")]
    [InlineData("Nov 11 2026")]
    [InlineData("2026-11-12 10:00")]
    [InlineData(" 2026-11-12")]
    [InlineData("2026-11-12T10:00:00+25:00")]
    [InlineData("1969-12-31")]
    public void A_moment_is_written_in_iso_8601_and_no_other_way(string text) => Moment.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2026-11-12", "2026-11-12T00:00:00.000Z")]
    [InlineData("2026-11-12T10:30", "2026-11-12T10:30:00.000Z")]
    [InlineData("2026-11-12T10:30:05Z", "2026-11-12T10:30:05.000Z")]
    [InlineData("2026-11-12T10:30:05.25Z", "2026-11-12T10:30:05.250Z")]
    [InlineData("2026-11-12T10:30:05.2500000+02:00", "2026-11-12T08:30:05.250Z")]
    public void A_moment_in_iso_8601_is_understood(string text, string utc)
    {
        Moment.TryParse(text, out var moment).ShouldBeTrue();
        JsonFields.Time(moment).ShouldBe(utc);
    }

    [Theory]
    [InlineData("snapshot", "5", "complete")]
    [InlineData("resume_from", null, "recovered")]
    public async Task A_past_that_cannot_be_read_is_said_in_the_ack_and_holds_up_no_other_exchange(string field, string? value, string flag)
    {
        var clock = new ManualTimeProvider();
        await using var stage = await ServerStage.SetAsync(configure: options => options.TimeProvider = clock);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":0,"exchange":"okx","symbols":["BTC-USDT"]}""");
        await client.ReadAsync("ack"); // so that the listing is known, and its history alone hangs
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.SlowAnswer) { Exchange = "okx", Amount = TimeSpan.FromDays(1) });
        value ??= $"\"{stage.Sandbox.Clock.GetUtcNow().AddMinutes(-20):O}\"";
        await client.SayAsync($$"""{"op":"subscribe","id":1,"exchange":"okx","symbols":["ETH-USDT"],"{{field}}":{{value}}}""");
        await client.SayAsync("""{"op":"subscribe","id":2,"exchange":"okx","symbols":["SOL-USDT"]}""");
        await client.SayAsync("""{"op":"subscribe","id":3,"exchange":"binance","symbols":["BTCUSDT"],"snapshot":3}""");
        await client.SayAsync("""{"op":"unsubscribe","id":4,"exchange":"okx","symbols":["ETH/USDT"]}"""); // of the series that hangs: in order
        await client.SayAsync("""{"op":"list","id":5}""");
        var answered = new List<string?>();
        while (answered.Count < 3)
        {
            answered.Add((await client.ReadAsync("ack")).Text("id"));
        }

        answered.ShouldBe(["2", "3", "5"], ignoreOrder: true);
        var past = AckAsync(client, "1");
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return past.IsCompleted;
            },
            "a request has a deadline");
        var ack = await past;

        ack.GetProperty(flag).GetBoolean().ShouldBeFalse();
        var subscription = ack.GetProperty("subscriptions")[0];

        subscription.GetProperty(flag).GetBoolean().ShouldBeFalse();
        subscription.GetProperty("missing").Text("reason").ShouldBe("the exchange's history did not come in time; it is asked again");
        (await client.ReadAsync("ack")).Text("id").ShouldBe("4");
    }

    [Fact]
    public async Task A_listing_that_does_not_come_is_an_error_and_holds_up_no_other_exchange()
    {
        var clock = new ManualTimeProvider();
        await using var stage = await ServerStage.SetAsync(
            configure: options => options.TimeProvider = clock, faults: sandbox => sandbox.Inject(
                new SandboxFault(SandboxFaultKind.SlowAnswer) { Exchange = "okx", Amount = TimeSpan.FromDays(1) }));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":1,"exchange":"okx","symbols":["ETH-USDT"]}""");
        await client.SayAsync("""{"op":"subscribe","id":2,"exchange":"binance","symbols":["BTCUSDT"]}""");

        (await client.ReadAsync("ack")).Text("id").ShouldBe("2");
        var error = client.ReadAsync("error");
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return error.IsCompleted;
            },
            "a request has a deadline");
        ((await error).Text("id"), (await error).Text("code"), (await error).Text("message"))
            .ShouldBe(("1", "upstream_unavailable", "okx did not answer within 20 s; try again."));
    }

    [Fact]
    public async Task One_client_may_not_take_all_series_however_many_connections_it_has()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.MaxSeriesPerClient = 3);
        await using var first = await stage.ConnectAsync();
        await first.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT","ETHUSDT"]}""");
        await first.ReadAsync("ack");
        var second = await stage.ConnectAsync();
        await second.SayAsync("""{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT","SOLUSDT"]}"""); // one of them is no other one
        (await second.ReadAsync("ack")).Text("id").ShouldBe("1");
        await second.SayAsync("""{"op":"subscribe","id":2,"exchange":"okx","symbols":["BTC-USDT"]}""");
        var error = await second.ReadAsync("error");

        error.Text("code").ShouldBe("too_many_subscriptions");
        error.Text("message").ShouldBe("This server lets all connections from one address follow 3 different series together; yours follow 3, and this asks for 1 more. Unsubscribe from some first.");
        await using var legacy = await stage.ConnectAsync();
        await legacy.SayAsync("""{"exchange":"okx","symbols":["BTC-USDT"]}""");

        (await legacy.ReadAsync("error")).Text("message").ShouldStartWith("This server lets all connections from one address follow 3");
        await second.CloseAsync();
        await second.DisposeAsync();
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Subscriptions == 2, "what it had is free again");
        await first.SayAsync("""{"op":"subscribe","id":3,"exchange":"okx","symbols":["BTC-USDT"]}""");

        (await AckAsync(first, "3")).GetProperty("subscriptions").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_only_kept_in_case_somebody_comes_back_gives_way_to_who_is_there()
    {
        await using var stage = await ServerStage.SetAsync(
            speed: 1,
            configure: options => (options.UnsubscribeDelay, options.MaxSeriesPerClient) = (TimeSpan.FromDays(1), 0),
            sandbox: options => options.SymbolCount = 250);
        await using var client = await stage.ConnectAsync();
        var symbols = string.Join(
            ',', Symbols(await stage.GetAsync("/v1/symbols?exchange=hyperliquid&market=usdm")).Take(250).Select(symbol => $"\"{symbol}\""));
        foreach (var interval in new[] { "1m", "3m", "5m", "15m" }) // 1,000 series, which is all that the exchange allows
        {
            await client.SayAsync($$"""{"op":"subscribe","id":"{{interval}}","exchange":"hyperliquid","market":"usdm","symbols":[{{symbols}}],"interval":"{{interval}}","closed_only":true}""");
            await AckAsync(client, interval);
        }

        await client.SayAsync($$"""{"op":"unsubscribe","id":"less","exchange":"hyperliquid","market":"usdm","symbols":[{{symbols}}],"interval":"15m"}""");
        await AckAsync(client, "less");
        await client.SayAsync($$"""{"op":"subscribe","id":"more","exchange":"hyperliquid","market":"usdm","symbols":[{{symbols}}],"interval":"30m"}""");

        (await AckAsync(client, "more")).GetProperty("subscriptions").GetArrayLength().ShouldBe(250);
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
        await using var stage = await ServerStage.SetAsync(configure: options => options.UnsubscribeDelay = TimeSpan.Zero);
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
        await using var stage = await ServerStage.SetAsync(configure: options => options.UnsubscribeDelay = TimeSpan.FromSeconds(1));
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
        await Eventually.TrueAsync(() => stage.Server.Hub.Diagnose().Sum(
            market => market.ActiveConnections) == 1, "there is one connection, which a slow machine may have lost and made again");
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

    private static List<string?> Symbols(string listing)
    {
        using var document = JsonDocument.Parse(listing);
        return [.. document.RootElement.GetProperty("symbols").EnumerateArray().Where(symbol => symbol.Text("status") == "trading").Select(
            symbol => symbol.Text("venueSymbol"))];
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
