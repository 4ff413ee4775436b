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
    public async Task Indicators_have_the_values_of_a_long_history_from_the_first_candle_on()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var to = stage.Sandbox.Clock.GetUtcNow().AddMinutes(-5);
        var to0 = new DateTimeOffset(to.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var answer = await GetAsync(stage, $"/v1/indicators?exchange=bybit&market=usdm&symbol=BTCUSDT&with=rsi:14,bbands:20:2&from={to0.AddMinutes(-20):yyyy-MM-ddTHH:mm:ssZ}&to={to0:yyyy-MM-ddTHH:mm:ssZ}&limit=15");
        var set = Indicators.IndicatorSet.Parse("rsi:14,bbands:20:2");
        var truth = stage.Sandbox.Candles("bybit", Domain.Market.UsdMargined, "BTCUSDT", Domain.Interval.OneMinute, to0.AddMinutes(-3000), to0.AddMinutes(-5)).Select(candle =>
        {
            set.Add(new Indicators.Bar(candle.OpenTime.ToUnixTimeMilliseconds(), (double)candle.Open, (double)candle.High, (double)candle.Low, (double)candle.Close, (double)candle.BaseVolume));
            return Enumerable.Range(0, set.Columns.Count).Select(column => set[column]).ToArray();
        }).ToList()[^15..];

        (answer.GetProperty("complete").GetBoolean(), answer.Time("next_from")).ShouldBe((false, to0.AddMinutes(-5)));
        var candles = answer.GetProperty("candles").EnumerateArray().ToList();
        candles.Count.ShouldBe(15);
        foreach (var (candle, expected) in candles.Zip(truth))
        {
            var values = candle.GetProperty("values").EnumerateObject().ToList();
            values.Select(value => value.Name).ShouldBe(set.Columns);
            values.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First.Value.GetDouble() - pair.Second) <= 1e-9 * Math.Abs(pair.Second));
        }
    }

    [Fact]
    public async Task A_volume_profile_is_of_the_last_day_unless_it_says_otherwise()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var day = await GetAsync(stage, "/v1/volume-profile?exchange=binance&symbol=BTCUSDT");
        day.GetProperty("candles").GetInt32().ShouldBeInRange(1438, 1440);
        (day.Time("to") - day.Time("from")).ShouldBe(TimeSpan.FromDays(1));
        var rows = day.GetProperty("rows").EnumerateArray().Select(row => (Low: row.GetProperty("low").GetDouble(), High: row.GetProperty("high").GetDouble(), Volume: row.GetProperty("volume").GetDouble())).ToList();
        rows.Count.ShouldBe(100);
        var volume = day.GetProperty("volume").GetDouble();
        rows.Sum(row => row.Volume).ShouldBe(volume, volume * 1e-9);
        var truth = stage.Sandbox.Candles("binance", Domain.Market.Spot, "BTCUSDT", Domain.Interval.OneMinute, day.Time("from"), day.Time("to")).Where(candle => candle.OpenTime >= day.Time("from")).Take(day.GetProperty("candles").GetInt32()).ToList();
        volume.ShouldBe((double)truth.Sum(candle => candle.BaseVolume), volume * 1e-9);
        (rows[0].Low, rows[^1].High).ShouldBe(((double)truth.Min(candle => candle.Low), (double)truth.Max(candle => candle.High)));
        var busiest = rows.MaxBy(row => row.Volume);
        day.GetProperty("poc").GetDouble().ShouldBeInRange(busiest.Low, busiest.High);
        var (low, high) = (day.GetProperty("val").GetDouble(), day.GetProperty("vah").GetDouble());
        var held = rows.Where(row => row.Low >= low && row.High <= high).Sum(row => row.Volume) / volume;
        held.ShouldBe(day.GetProperty("share").GetDouble(), 1e-9);
        held.ShouldBeInRange(0.7, 0.75);
        day.GetProperty("hvn").GetArrayLength().ShouldBePositive();

        var hour = await GetAsync(stage, $"/v1/volume-profile?exchange=binance&symbol=BTCUSDT&interval=5m&rows=10&from={day.Time("to").AddHours(-3):yyyy-MM-ddTHH:mm:ssZ}&to={day.Time("to").AddHours(-1):yyyy-MM-ddTHH:mm:ssZ}");
        (hour.GetProperty("candles").GetInt32(), hour.GetProperty("rows").GetArrayLength()).ShouldBe((24, 10));
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
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT", 400, "bad_request", "The query needs 'with'.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rs:14", 400, "bad_request", "There is no indicator 'rs'. Did you mean rsi, ac, ad, ao?")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:0", 400, "bad_request", "rsi: period is a whole number from 1 to 100000, not '0'.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=ema:2000", 400, "bad_request", "'ema:2000' needs 29713 candles of 1m before the first one; at most 12000 are read. Use a shorter period, or a longer interval.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:14&lenght=5", 400, "bad_request", "There is no parameter 'lenght'. Use exchange, market, symbol, interval, from, to, with or limit.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:14&limit=0", 400, "bad_request", "'limit' must be a whole number from 1 to 5000.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:14&from=2199-01-01", 400, "bad_request")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSD&with=rsi:14", 404, "unknown_symbol")]
    [InlineData("/v1/volume-profile?exchange=binance&symbol=BTCUSDT&with=rsi:14", 400, "bad_request", "There is no parameter 'with'. Use exchange, market, symbol, interval, from, to or rows.")]
    [InlineData("/v1/volume-profile?exchange=binance&symbol=BTCUSDT&rows=1001", 400, "bad_request", "'rows' must be a whole number from 1 to 1000.")]
    [InlineData("/v1/volume-profile?exchange=binance&symbol=BTCUSDT&from=2020-01-01&to=2020-02-01", 400, "bad_request", "This asks for a profile of 44640 candles of 1m; at most 20000 are read. Use a longer interval, or a shorter range.")]
    public async Task A_wrong_question_is_answered_with_its_code(string path, int status, string code, string? words = null)
    {
        await using var stage = await ServerStage.SetAsync();
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, path));
        ((int)answer.StatusCode).ShouldBe(status);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        body.RootElement.Text("code").ShouldBe(code);
        body.RootElement.Text("message").ShouldBe(words ?? body.RootElement.Text("message"));
        body.RootElement.Flag("sandbox").ShouldBeTrue();
    }

    [Fact]
    public async Task The_description_names_the_paths_that_there_are()
    {
        await using var stage = await ServerStage.SetAsync();
        var described = (await GetAsync(stage, "/openapi.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name);
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/OhlcvConnector.Server"), "*Endpoint.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var mapped = Regex.Matches(code, @"Map(?:Get|Metrics)\(""([^""]+)""").Select(match => match.Groups[1].Value.Replace("{*", "{", StringComparison.Ordinal)).Where(path => path != "/openapi.json");
        described.ShouldBe(mapped, ignoreOrder: true);
    }

    private static async Task<JsonElement> GetAsync(ServerStage stage, string path)
    {
        using var document = JsonDocument.Parse(await stage.GetAsync(path));
        return document.RootElement.Clone();
    }
}
