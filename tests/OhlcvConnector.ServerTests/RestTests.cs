using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class RestTests
{
    [Fact]
    public async Task Prices_come_with_their_age_live_or_from_history()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");
        var prices = (await GetAsync(stage, "/v1/prices?exchange=binance&market=spot&symbols=BTC/USDT,ETH/USDT")).GetProperty("prices");
        prices.EnumerateArray().Select(price => (price.Text("symbol"), price.Text("source"), price.Text("stale")))
            .ShouldBe([("BTC/USDT", "stream", "false"), ("ETH/USDT", "history", "false")]);
        prices[0].GetProperty("age_seconds").GetDouble().ShouldBeInRange(0, 120);
        (await GetAsync(stage, "/v1/prices/BTC/USDT?exchange=binance")).GetProperty("prices")[0].Text("venue_symbol").ShouldBe("BTCUSDT");
    }

    [Fact]
    public async Task Candles_are_those_of_the_books_and_a_range_that_is_cut_says_where_to_go_on()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var to = new DateTimeOffset(stage.Sandbox.Clock.GetUtcNow().AddMinutes(-5).Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var path = $"/v1/candles?exchange=bybit&market=usdm&symbol=BTCUSDT&from={to.AddMinutes(-20):yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}&limit=15";
        var first = await GetAsync(stage, path);
        first.GetProperty("complete").GetBoolean().ShouldBeFalse();
        first.GetProperty("candles").GetArrayLength().ShouldBe(15);
        first.Time("next_from").ShouldBe(to.AddMinutes(-5));
        var truth = stage.Sandbox.Candles("bybit", Domain.Market.UsdMargined, "BTCUSDT", Domain.Interval.OneMinute, to.AddMinutes(-20), to.AddMinutes(-5));
        first.GetProperty("candles").EnumerateArray().Select(candle => (candle.Time("open_time"), candle.GetProperty("close").GetDecimal()))
            .ShouldBe(truth.Select(candle => (candle.OpenTime, candle.Close)));
    }

    [Fact]
    public async Task What_is_unchanged_is_not_sent_again()
    {
        await using var stage = await ServerStage.SetAsync();
        using var first = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/v1/symbols?exchange=okx&market=spot"));
        using var request = new HttpRequestMessage(HttpMethod.Get, first.RequestMessage!.RequestUri);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await stage.Http.SendAsync(request);
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("/v1/prices?symbols=BTCUSDT", 400, "bad_request")]
    [InlineData("/v1/prices?exchange=binance", 400, "bad_request")]
    [InlineData("/v1/prices?exchange=binance&symbols=,", 400, "bad_request")]
    [InlineData("/v1/prices?exchange=nasdaq&symbols=BTCUSDT", 404, "unknown_exchange")]
    [InlineData("/v1/prices?exchange=binance&symbols=BTCUSD", 404, "unknown_symbol")]
    [InlineData("/v1/prices?exchange=binance&symbols=BTCUSDT&market=options", 400, "bad_request")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&interval=7m", 400, "unsupported_interval")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&interval=x", 400, "unsupported_interval")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&limit=0", 400, "bad_request")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&from=yesterday", 400, "bad_request")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&from=2199-01-01", 400, "bad_request")]
    [InlineData("/v1/symbols?exchange=hyperliquid&market=coinm", 400, "bad_request")]
    public async Task A_wrong_question_is_answered_with_its_code(string path, int status, string code)
    {
        await using var stage = await ServerStage.SetAsync();
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, path));
        ((int)answer.StatusCode).ShouldBe(status);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        body.RootElement.Text("code").ShouldBe(code);
        body.RootElement.Flag("sandbox").ShouldBeTrue();
    }

    [Fact]
    public async Task The_description_names_the_paths_that_there_are()
    {
        await using var stage = await ServerStage.SetAsync();
        var described = (await GetAsync(stage, "/openapi.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name);
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/OhlcvConnector.Server"), "*Endpoint.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var mapped = Regex.Matches(code, @"MapGet\(""([^""]+)""").Select(match => match.Groups[1].Value.Replace("{*", "{", StringComparison.Ordinal)).Where(path => path != "/openapi.json");
        described.ShouldBe(mapped, ignoreOrder: true);
    }

    private static async Task<JsonElement> GetAsync(ServerStage stage, string path)
    {
        using var document = JsonDocument.Parse(await stage.GetAsync(path));
        return document.RootElement.Clone();
    }
}
