using System.Text.Json;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

public sealed class FollowingRestTests
{
    private const string Series = "/api/v1/series";

    [Fact]
    public async Task Series_are_followed_shown_with_their_last_closes_and_left_again()
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.Preload.Add("binance:spot:1m:BTCUSDT");
            options.UnsubscribeDelay = TimeSpan.FromMilliseconds(100);
        });
        var (status, made) = await stage.AskAsync(HttpMethod.Post, Series, """{"exchange":"okx","market":"spot","symbols":["BTC/USDT","ETH-USDT"],"interval":"1m"}""");
        status.ShouldBe(200);
        Described.Mistakes(await Described.ByAsync(stage), Series, "post", "200", made).ShouldBeEmpty();
        made.GetProperty("series").EnumerateArray().Select(row => row.Text("venueSymbol")).ShouldBe(["BTC-USDT", "ETH-USDT"]);
        await Eventually.TrueAsync(
            () => Rows(stage, "?closes=3").TrueForAll(row => row.GetProperty("closes").GetArrayLength() == 3 && row.Text("state") == "live"), "all have three closes");
        var rows = (await stage.GetDescribedAsync($"{Series}?closes=3&interval=1m")).GetProperty("series").EnumerateArray().ToList();
        rows.Select(row => (row.Text("exchange"), row.GetProperty("by")[0].GetString())).ShouldBe([("binance", "Preload"), ("okx", "rest"), ("okx", "rest")]);
        (await stage.GetDescribedAsync($"{Series}?exchange=okx&limit=1")).GetProperty("complete").GetBoolean().ShouldBeFalse();

        var bitcoin = rows[0];
        var last = bitcoin.GetProperty("closes")[2].GetDecimal();
        var candles = await stage.GetDescribedAsync("/v1/candles?exchange=binance&symbol=BTCUSDT&limit=20");
        candles.GetProperty("candles").EnumerateArray().Select(candle => candle.GetProperty("close").GetDecimal()).ShouldContain(last);
        bitcoin.GetProperty("high").GetDecimal().ShouldBeGreaterThanOrEqualTo(bitcoin.GetProperty("low").GetDecimal());

        (await stage.AskAsync(HttpMethod.Delete, $"{Series}?exchange=okx&market=spot&symbol=ETH/USDT&interval=1m")).Status.ShouldBe(200);
        await Eventually.TrueAsync(() => Rows(stage, "").Count == 2, "it is followed no longer");
        (await stage.RefusedAsync(HttpMethod.Delete, $"{Series}?exchange=okx&market=spot&symbol=ETH/USDT", null, 404)).ShouldContain("is not followed");
        (await stage.RefusedAsync(HttpMethod.Delete, $"{Series}?exchange=binance&symbol=BTCUSDT", null, 409)).ShouldContain("is followed by Preload");
    }

    [Fact]
    public async Task What_is_forecast_is_followed_by_that_setting()
    {
        var models = Directory.CreateTempSubdirectory("models-");
        await using (var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.ForecastModels = models.FullName;
            options.Forecasts.Add("binance:BTCUSDT");
        }))
        {
            await Eventually.TrueAsync(() => Rows(stage, "").Count == 1, "it is followed");
            Rows(stage, "")[0].GetProperty("by")[0].GetString().ShouldBe("Forecasts");
        }

        models.Delete(recursive: true);
    }

    [Fact]
    public async Task What_a_client_streams_stays_when_it_is_left_and_twice_is_once()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.UnsubscribeDelay = TimeSpan.FromMilliseconds(100));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");
        for (var i = 0; i < 2; i++)
        {
            (await stage.AskAsync(HttpMethod.Post, Series, """{"exchange":"binance","symbols":["BTC/USDT"]}""")).Status.ShouldBe(200);
        }

        (await stage.AskAsync(HttpMethod.Delete, $"{Series}?exchange=binance&symbol=BTCUSDT")).Status.ShouldBe(200);
        await client.ReadAsync("quote");
        await client.ReadAsync("quote");
        Rows(stage, "").ShouldHaveSingleItem().GetProperty("by")[0].GetString().ShouldBe("clients");
    }

    [Theory]
    [InlineData("""{"exchange":"binance","symbols":[]}""", 400, "1 to 100 symbols")]
    [InlineData("""{"exchange":"binance","symbols":["NOPEUSDT"]}""", 404, "NOPEUSDT")]
    [InlineData("""{"exchange":"binance","symbols":["BTCUSDT"],"interval":"x"}""", 400, "no interval")]
    [InlineData("""{"exchange":"binance","market":"x","symbols":["BTCUSDT"]}""", 400, "no market")]
    [InlineData("""{"exchange":"nasdaq","symbols":["BTCUSDT"]}""", 404, "no exchange")]
    public async Task What_cannot_be_followed_is_refused_and_nothing_is(string body, int status, string words)
    {
        await using var stage = await ServerStage.SetAsync();

        (await stage.RefusedAsync(HttpMethod.Post, Series, body, status)).ShouldContain(words);
        Rows(stage, "").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("market=x", "no market")]
    [InlineData("interval=x", "no interval")]
    public async Task A_wrong_question_is_refused_where_nothing_is_followed_too(string query, string words)
    {
        await using var stage = await ServerStage.SetAsync();

        (await stage.RefusedAsync(HttpMethod.Get, $"{Series}?{query}", null, 400)).ShouldContain(words);
    }

    [Fact]
    public async Task A_search_looks_at_all_exchanges_and_one_that_is_down_hides_no_other()
    {
        await using var stage = await ServerStage.SetAsync(faults: sandbox =>
        {
            sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError) { Exchange = "okx" });
            sandbox.Inject(new SandboxFault(SandboxFaultKind.SlowAnswer) { Exchange = "gateio", Amount = TimeSpan.FromHours(1) });
        });
        var found = await stage.GetDescribedAsync("/api/v1/search?text=btc/usdt&limit=100");
        var symbols = found.GetProperty("symbols").EnumerateArray().ToList();

        symbols.Count.ShouldBe(found.GetProperty("total").GetInt32());
        symbols[0].Text("symbol").ShouldBe("BTC/USDT");
        symbols.Select(row => row.Text("exchange")).Distinct().ShouldBe(["binance", "bybit", "coinapi"], ignoreOrder: true);
        found.GetProperty("unlisted").EnumerateArray().Select(row => row.Text("exchange")).ShouldBe(["okx", "gateio"], ignoreOrder: true);
        stage.Sandbox.ClearFaults();
        var ether = (await stage.GetDescribedAsync("/api/v1/search?text=eth&market=usdm&limit=3")).GetProperty("symbols").EnumerateArray().ToList();
        ether.ShouldAllBe(row => row.Text("base") == "ETH" && row.Text("market") == "usdm");
        ether.Count.ShouldBe(3);
        (await stage.RefusedAsync(HttpMethod.Get, "/api/v1/search?text=%2F", null, 400)).ShouldContain("a letter or a digit");
    }

    [Fact]
    public async Task Health_says_in_numbers_how_markets_and_clients_are()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.Preload.Add("binance:spot:1m:BTCUSDT"));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT","ETHUSDT"]}""");
        await client.ReadAsync("quote");
        await Eventually.TrueAsync(
            () => stage.AskAsync(HttpMethod.Get, "/api/v1/health").GetAwaiter().GetResult().Body.GetProperty("markets")[0].GetProperty("connections").GetInt32() == 1,
            "the connection is open"); // the first quote can come out of history
        var health = await stage.GetDescribedAsync("/api/v1/health");
        var market = health.GetProperty("markets").EnumerateArray().ShouldHaveSingleItem();

        (market.Text("exchange"), market.Text("circuit"), market.GetProperty("connections").GetInt32()).ShouldBe(("binance", "closed", 1));
        market.GetProperty("followedSeries").GetInt32().ShouldBe(2);
        health.GetProperty("clients").GetProperty("subscriptions").GetInt32().ShouldBe(2);
        health.GetProperty("series").EnumerateObject().Sum(state => state.Value.GetInt32()).ShouldBe(2);
        stage.TakeDown("binance");
        await Eventually.TrueAsync(
            () => stage.AskAsync(HttpMethod.Get, "/api/v1/health").GetAwaiter().GetResult().Body.GetProperty("degraded").GetArrayLength() > 0, "it says what is down");
    }

    private static List<JsonElement> Rows(ServerStage stage, string query) =>
        [.. stage.AskAsync(HttpMethod.Get, Series + query).GetAwaiter().GetResult().Body.GetProperty("series").EnumerateArray()];
}
