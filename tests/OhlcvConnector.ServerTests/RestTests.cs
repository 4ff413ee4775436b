using System.Net;
using System.Text.Json;
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
        prices[0].GetProperty("ageSeconds").GetDouble().ShouldBeInRange(0, 120);
        (await GetAsync(stage, "/v1/prices/BTC/USDT?exchange=binance")).GetProperty("prices")[0].Text("venueSymbol").ShouldBe("BTCUSDT");
    }

    [Fact]
    public async Task Candles_are_those_of_the_books_and_a_range_that_is_cut_says_where_to_go_on()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var to = new DateTimeOffset(stage.Sandbox.Clock.GetUtcNow().AddMinutes(-5).Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var path =
            $"/v1/candles?exchange=bybit&market=usdm&symbol=BTCUSDT&from={to.AddMinutes(-20):yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}&limit=15";
        var first = await GetAsync(stage, path);

        first.GetProperty("complete").GetBoolean().ShouldBeFalse();
        first.GetProperty("candles").GetArrayLength().ShouldBe(15);
        first.Time("nextFrom").ShouldBe(to.AddMinutes(-5));
        var truth = stage.Sandbox.Candles("bybit", Domain.Market.UsdMargined, "BTCUSDT", Domain.Interval.OneMinute, to.AddMinutes(-20), to.AddMinutes(-5));
        first.GetProperty("candles").EnumerateArray().Select(candle => (candle.Time("openTime"), candle.GetProperty("close").GetDecimal()))
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
        var truth = stage.Sandbox.Candles("bybit", Domain.Market.UsdMargined, "BTCUSDT", Domain.Interval.OneMinute, to0.AddMinutes(-3000), to0.AddMinutes(-5))
            .Select(candle =>
        {
            set.Add(new Indicators.Bar(candle.OpenTime.ToUnixTimeMilliseconds(), (double)candle.Open, (double)candle.High, (double)candle.Low,
                (double)candle.Close, (double)candle.BaseVolume));
            return Enumerable.Range(0, set.Columns.Count).Select(column => set[column]).ToArray();
        }).ToList()[^15..];

        (answer.GetProperty("complete").GetBoolean(), answer.Time("nextFrom")).ShouldBe((false, to0.AddMinutes(-5)));
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
        var rows = day.GetProperty("rows").EnumerateArray().Select(row => (Low: row.GetProperty("low").GetDouble(), High: row.GetProperty("high").GetDouble(),
            Volume: row.GetProperty("volume").GetDouble())).ToList();

        rows.Count.ShouldBe(100);
        var volume = day.GetProperty("volume").GetDouble();

        rows.Sum(row => row.Volume).ShouldBe(volume, volume * 1e-9);
        var truth = stage.Sandbox.Candles("binance", Domain.Market.Spot, "BTCUSDT", Domain.Interval.OneMinute, day.Time("from"), day.Time("to"))
            .Where(candle => candle.OpenTime >= day.Time("from")).Take(day.GetProperty("candles").GetInt32()).ToList();

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

    [Theory]
    [InlineData("/v1/prices/BTC%2FUSDT?exchange=binance", "BTC/USDT")]
    [InlineData("/v1/prices/BTC%2fUSDT%3AUSDT?exchange=binance&market=usdm", "BTC/USDT:USDT")]
    [InlineData("/v1/prices?exchange=binance&symbols=BTC%2FUSDT", "BTC/USDT")]
    public async Task A_slash_in_a_symbol_may_be_encoded(string path, string symbol)
    {
        await using var stage = await ServerStage.SetAsync();

        (await GetAsync(stage, path)).GetProperty("prices")[0].Text("symbol").ShouldBe(symbol);
    }

    [Theory]
    [InlineData("candles", "limit=3")]
    [InlineData("indicators", "limit=3&with=sma:3")]
    [InlineData("volume-profile", "rows=3")]
    public async Task A_slash_in_a_query_may_be_encoded_too(string path, string more)
    {
        await using var stage = await ServerStage.SetAsync();

        (await GetAsync(stage, $"/v1/{path}?exchange=binance&symbol=BTC%2FUSDT&{more}")).Text("venueSymbol").ShouldBe("BTCUSDT");
    }

    [Fact]
    public async Task Answers_have_the_names_of_the_version_before_where_they_are_asked_for()
    {
        await using var stage = await ServerStage.SetAsync();
        Names((await GetAsync(stage, "/v1/prices/BTCUSDT?exchange=binance&names=snake")).GetProperty("prices")[0])
            .ShouldBe(["market", "symbol", "venue_symbol", "price", "time", "age_seconds", "stale", "source"]);
        var candles = await GetAsync(stage, "/v1/indicators?exchange=binance&symbol=BTCUSDT&limit=5&with=macd:12:26:9&names=snake");
        Names(candles)
            .ShouldBe(["exchange", "market", "symbol", "venue_symbol", "interval", "complete", "next_from", "age_seconds", "candles", "gaps", "sandbox"]);
        Names(candles.GetProperty("candles")[0]).ShouldBe(
            ["seq", "open_time", "close_time", "open", "high", "low", "close", "volume", "quote_volume", "trades", "is_closed", "event_time", "received_at", "source", "values"], ignoreOrder: true);
        Names(candles.GetProperty("candles")[0].GetProperty("values")).ShouldContain("macd:12:26:9.line");
        Names((await GetAsync(stage, "/v1/symbols?exchange=okx&market=spot&names=snake")).GetProperty("symbols")[0])
            .ShouldBe(["exchange", "market", "symbol", "venue_symbol", "base", "quote", "settle", "status", "exchange_status", "contract_size", "tick_size",
                "expires_at", "listed_at", "trading"]);
    }

    [Fact]
    public async Task An_interval_that_the_exchange_lacks_is_built_where_that_is_asked_for()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        using var refused = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/v1/candles?exchange=binance&symbol=BTCUSDT&interval=7m"));

        (await refused.Content.ReadAsStringAsync()).ShouldContain("It can be built from 1m. Ask with build=true.");
        var answer = await GetAsync(
            stage, "/v1/candles?exchange=binance&symbol=BTCUSDT&interval=7m&build=true&limit=3&from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z");
        var first = answer.GetProperty("candles")[0];

        (first.Time("closeTime") - first.Time("openTime")).ShouldBe(TimeSpan.FromMinutes(7));
        var truth = stage.Sandbox.Candles("binance", Domain.Market.Spot, "BTCUSDT", Domain.Interval.OneMinute, first.Time("openTime"), first.Time("closeTime"));

        (truth.Count, first.GetProperty("volume").GetDecimal()).ShouldBe((7, truth.Sum(candle => candle.BaseVolume)));
        (await GetAsync(stage, "/v1/volume-profile?exchange=binance&symbol=BTCUSDT&interval=7m&build=true&rows=3")).GetProperty("candles").GetInt32()
            .ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task A_request_has_a_deadline_and_says_what_it_waited_for()
    {
        await using var stage = await ServerStage.SetAsync(
            configure: options => options.RestAnswerTimeout = TimeSpan.FromSeconds(1), upstream: connector => connector.RestTimeout = TimeSpan.FromSeconds(20));
        _ = await GetAsync(stage, "/v1/symbols?exchange=binance&market=spot");
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.SlowAnswer) { Exchange = "binance", Amount = TimeSpan.FromMinutes(15) });
        using var late = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/v1/candles?exchange=binance&symbol=BTCUSDT"));

        late.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        using var body = JsonDocument.Parse(await late.Content.ReadAsStringAsync());
        (body.RootElement.Text("code"), body.RootElement.Text("message"))
            .ShouldBe(("upstream_timeout", "No answer within 1 s: the history of binance spot BTCUSDT 1m did not come. Try again, or ask for less."));
        (await GetAsync(stage, "/v1/candles?exchange=okx&symbol=BTC/USDT&limit=3")).GetProperty("candles").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_snapshot_does_not_wait_for_those_who_read_much()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1, configure: options => options.Preload.Add("hyperliquid:usdm:1m:BTC"));
        var pages = new[] { "ETH", "SOL", "XRP", "DOGE" }.Select(
            symbol => stage.GetAsync($"/v1/candles?exchange=hyperliquid&market=usdm&symbol={symbol}&limit=5000")).ToList();
        await await Task.WhenAny(pages); // the others wait for the exchange's budget
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"hyperliquid","market":"usdm","symbols":["BTC","ETH"],"snapshot":30}""");

        (await client.ReadAsync("ack")).Flag("complete").ShouldBeTrue();
        pages.Count(page => page.IsCompleted).ShouldBe(1);
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
    [InlineData("/v1/prices?exchange=binance&symbols=BTCUSDT&markt=spot", 400, "bad_request", "There is no parameter 'markt'; did you mean market?")]
    [InlineData("/v1/prices/BTCUSDT?exchange=binance&symbols=BTCUSDT", 400, "bad_request", "There is no parameter 'symbols'; there are exchange, market, names.")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&intervall=5m", 400, "bad_request", "There is no parameter 'intervall'; did you mean interval?")]
    [InlineData("/v1/symbols?exchange=binance&filer=BTC", 400, "bad_request", "There is no parameter 'filer'; did you mean filter?")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&limit=5&limit=6", 400, "bad_request", "'limit' is given 2 times; give it once.")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&names=pascal", 400, "bad_request", "'names' must be camel or snake.")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&interval=7m&build=yes", 400, "bad_request", "'build' must be true or false.")]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&interval=719m&build=true", 400, "bad_request", "This asks for 500 candles of 719m, for which 359500 are read; at most 20000 are. Ask for fewer, or for a longer interval.")]
    [InlineData("/v1/candels?exchange=binance", 404, "unknown_path", "There is no such path; did you mean /v1/candles?")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT", 400, "bad_request", "The query needs 'with'.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rs:14", 400, "bad_request", "There is no indicator 'rs'. Did you mean rsi, ac, ad, ao?")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:0", 400, "bad_request", "rsi: period is a whole number from 1 to 100000, not '0'.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=ema:2000", 400, "bad_request", "'ema:2000' needs 29713 candles of 1m before the first one; at most 12000 are read. Use a shorter period, or a longer interval.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:14&lenght=5", 400, "bad_request", "There is no parameter 'lenght'; there are exchange, market, symbol, interval, build, with, from, to, limit, names.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:14&limit=0", 400, "bad_request", "'limit' must be a whole number from 1 to 5000.")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSDT&with=rsi:14&from=2199-01-01", 400, "bad_request")]
    [InlineData("/v1/indicators?exchange=binance&symbol=BTCUSD&with=rsi:14", 404, "unknown_symbol")]
    [InlineData("/v1/volume-profile?exchange=binance&symbol=BTCUSDT&with=rsi:14", 400, "bad_request", "There is no parameter 'with'; there are exchange, market, symbol, interval, build, from, to, rows, names.")]
    [InlineData("/v1/volume-profile?exchange=binance&symbol=BTCUSDT&rows=1001", 400, "bad_request", "'rows' must be a whole number from 1 to 1000.")]
    [InlineData("/v1/volume-profile?exchange=binance&symbol=BTCUSDT&from=2020-01-01&to=2020-02-01", 400, "bad_request", "This asks for 44640 candles of 1m, for which 44640 are read; at most 20000 are. Ask for fewer, or for a longer interval.")]
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

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private static async Task<JsonElement> GetAsync(ServerStage stage, string path)
    {
        using var document = JsonDocument.Parse(await stage.GetAsync(path));
        return document.RootElement.Clone();
    }
}
