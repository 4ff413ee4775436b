using System.IO.Compression;
using System.Net;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public class PriceRestTests
{
    private static readonly string[] Fields =
        ["symbol", "name", "price", "quote", "change24h", "high24h", "low24h", "volume24h", "marketCap", "lastUpdated", "ageSeconds", "stale", "source"];

    [Fact]
    public async Task A_price_and_what_is_said_of_its_day_are_those_of_the_books()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        var row = await LiveRowAsync(stage, "/prices/BTC?sparkline=24");

        row.EnumerateObject().Select(field => field.Name).ShouldBe([.. Fields, "sparkline"]);
        var (price, at) = (row.GetProperty("price").GetDecimal(), row.GetProperty("lastUpdated").GetDateTimeOffset());
        var whole = stage.Sandbox.Candles("binance", Market.Spot, "BTCUSDT", Interval.OneMinute, at.AddDays(-1).AddMinutes(-1), at.AddMinutes(1))
            .Where(candle => candle.OpenTime >= at.AddDays(-1) && candle.OpenTime <= at.AddMinutes(-1)).ToList();

        whole.Count.ShouldBeGreaterThan(1438);
        (row.Text("quote"), row.Text("source"), row.Text("stale")).ShouldBe(("USDT", "exchanges", "false"));
        row.GetProperty("change24h").GetDecimal().ShouldBe(decimal.Round((price - whole[0].Open) / whole[0].Open * 100, 2));
        row.GetProperty("high24h").GetDecimal()
            .ShouldBeInRange(whole.Max(candle => candle.High), whole.Max(candle => candle.High) * 1.01m, "the open minute may be beyond");
        row.GetProperty("low24h").GetDecimal().ShouldBeInRange(whole.Min(candle => candle.Low) * 0.99m, whole.Min(candle => candle.Low));
        var volume = whole.Sum(candle => candle.QuoteVolume);
        row.GetProperty("volume24h").GetDecimal().ShouldBeInRange(decimal.Floor(volume), volume * 1.01m);
        row.GetProperty("marketCap").ValueKind.ShouldBe(JsonValueKind.Null);
        var points = row.GetProperty("sparkline").EnumerateArray().Select(point => point.GetDecimal()).ToList();

        points.Count.ShouldBe(24);
        points[^1].ShouldBe(price);
        points[11].ShouldBe(whole.Last(candle => candle.OpenTime < at.AddHours(-12)).Close);
    }

    [Fact]
    public async Task Unknown_assets_fail_no_other_and_alone_they_are_404()
    {
        await using var stage = await ServerStage.SetAsync();
        var answer = await JsonAsync(stage, "/prices?symbols=btc,%20eth%20,,BTC,NOPE,x%27;DROP--,PRICE%23BTC,%00,%F0%9F%A6%84");

        answer.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        answer.GetProperty("prices").EnumerateArray().Select(row => (row.Text("symbol"), row.TryGetProperty("error", out var error) ? error.GetString() : null))
            .ShouldBe(
        [
            ("BTC", null), ("ETH", null), ("NOPE", "unknown_symbol"), ("x';DROP--", "unknown_symbol"), ("PRICE#BTC", "unknown_symbol"), ("\0",
                "unknown_symbol"),
            ("\U0001F984", "unknown_symbol"),
        ]);
        await IsErrorAsync(stage, "/prices/NOPE", 404, "unknown_symbol");
        await IsErrorAsync(stage, "/prices?symbols=NOPE", 404, "unknown_symbol");
        await IsErrorAsync(stage, "/prices/..%2F..%2Fetc", 404, "unknown_symbol");
        await IsErrorAsync(stage, "/prices/BTC?quote=XYZ", 404, "unknown_symbol");
    }

    [Theory]
    [InlineData("/prices", "needs 'symbols'")]
    [InlineData("/prices?symbols=,,", "1 to 100")]
    [InlineData("/prices?symbols=BTC&fields=prize", "no field 'prize'")]
    [InlineData("/prices?symbols=BTC&sparkline=25", "from 0 to 24")]
    [InlineData("/prices?symbols=BTC&maxAge=-1", "from 0 to 86400")]
    [InlineData("/prices?symbols=BTC&quote=%23", "'quote'")]
    [InlineData("/prices?symbols=BTC&nonsense=1", "no parameter 'nonsense'")]
    [InlineData("/prices-stream", "needs 'symbols'")]
    public async Task A_wrong_question_is_answered_with_what_would_be_right(string path, string words)
    {
        await using var stage = await ServerStage.SetAsync();

        (await IsErrorAsync(stage, path, 400, "bad_request")).ShouldContain(words);
    }

    [Fact]
    public async Task A_thousand_assets_are_refused_and_a_hundred_are_not()
    {
        await using var stage = await ServerStage.SetAsync();
        await IsErrorAsync(stage, "/prices?symbols=" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"A{i}")), 400, "bad_request");
        (await JsonAsync(stage, "/prices?symbols=BTC," + string.Join(',', Enumerable.Range(0, 99).Select(i => $"A{i}")))).GetProperty("prices").GetArrayLength()
            .ShouldBe(100);
    }

    [Fact]
    public async Task An_answer_for_a_watch_is_short_and_unchanged_is_304()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        await LiveRowAsync(stage, "/prices/BTC");
        const string Five = "/prices?symbols=BTC,ETH,SOL,XRP,DOGE";

        (await stage.GetAsync(Five + "&fields=watch")).Length.ShouldBeLessThan(1000);
        foreach (var (encoding, open) in new (string, Func<Stream, Stream>)[]
            { ("gzip", stream => new GZipStream(stream, CompressionMode.Decompress)), ("br", stream => new BrotliStream(stream, CompressionMode.Decompress)) })
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri(stage.Server.HealthAddress!, Five))
            { Headers = { { "Accept-Encoding", encoding } } };
            using var answer = await stage.Http.SendAsync(request);
            answer.Content.Headers.ContentEncoding.ShouldBe([encoding]);
            var body = await answer.Content.ReadAsByteArrayAsync();
            body.Length.ShouldBeLessThan(1000);
            using var text = new StreamReader(open(new MemoryStream(body)));
            using var json = JsonDocument.Parse(await text.ReadToEndAsync());
            json.RootElement.GetProperty("prices").GetArrayLength().ShouldBe(5);
        }
    }

    [Fact]
    public async Task No_cache_keeps_an_answer_for_longer_than_whoever_asks_wants_it_to_be_young()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1);
        await LiveRowAsync(stage, "/prices/BTC");
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/prices/BTC?maxAge=20"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.MaxAge!.Value.TotalSeconds.ShouldBeInRange(0, 20);
    }

    [Fact]
    public async Task A_cache_is_told_of_the_page_and_of_the_compression()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1, configure: options => options.CorsOrigins.Add("https://example.com"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, "/prices/BTC"));
        request.Headers.Add("Accept-Encoding", "gzip");
        using var answer = await stage.Http.SendAsync(request);

        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        answer.Headers.Vary.ShouldBe(["Accept-Encoding", "Origin"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("coinapi", "coinapi")]
    [InlineData("coinapi coingecko exchanges", "coinapi")]
    [InlineData("exchanges coinapi", "exchanges")]
    public async Task CoinAPI_is_a_source_of_a_server(string sources, string first)
    {
        await using var stage = await ServerStage.SetAsync(speed: 1, configure: options => sources.Split(' ').ToList().ForEach(options.PriceProviders.Add));
        var row = await LiveRowAsync(stage, "/prices/BTC");
        var own = row;
        await Eventually.TrueAsync(
            () =>
            {
                own = JsonAsync(stage, "/prices/BTC?quote=USD").GetAwaiter().GetResult().GetProperty("prices")[0];
                return own.Text("source") == "coinapi";
            },
            "of the simulated exchanges CoinAPI alone has dollars as a stream");

        row.Text("source").ShouldBe(first);
        own.Text("quote").ShouldBe("USD");
        own.GetProperty("price").GetDecimal().ShouldBeInRange(row.GetProperty("price").GetDecimal() * 0.97m, row.GetProperty("price").GetDecimal() * 1.03m);
        own.GetProperty("change24h").ValueKind.ShouldBe(JsonValueKind.Number);
        own.GetProperty("volume24h").ValueKind.ShouldBe(JsonValueKind.Null, "CoinAPI does not say it");
    }

    [Fact]
    public async Task An_ETag_is_of_all_but_the_age()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var stage = await ServerStage.SetAsync(speed: 1, sandbox: options => options.TimeProvider = clock);
        var uri = new Uri(stage.Server.HealthAddress!, "/prices?symbols=BTC&fields=price,ageSeconds");
        (HttpStatusCode Status, int Length) answered = default;
        await Eventually.TrueAsync(
            () =>
            {
                using var first = stage.Http.Send(new HttpRequestMessage(HttpMethod.Get, uri));
                first.Headers.ETag!.IsWeak.ShouldBeTrue();
                first.Headers.CacheControl!.MaxAge!.Value.TotalSeconds.ShouldBeInRange(100, 300);
                using var request = new HttpRequestMessage(HttpMethod.Get, uri);
                request.Headers.IfNoneMatch.Add(first.Headers.ETag);
                using var second = stage.Http.Send(request);
                answered = (second.StatusCode, second.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult().Length);
                return answered.Status == HttpStatusCode.NotModified;
            },
            "what the stream says is what history said, for the market's clock stands still");
        answered.Length.ShouldBe(0);
    }

    [Fact]
    public async Task Prices_have_keys_and_a_limit_a_minute_that_the_headers_say()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 20, TimeSpan.Zero));
        try
        {
            var keys = new KeyFile(path, TimeProvider.System);
            var (one, _) = keys.Add("one");
            var (two, _) = keys.Add("two");
            await using var stage = await ServerStage.SetAsync(configure: options =>
            {
                (options.KeysPath, options.PriceRequestsPerMinute, options.TimeProvider) = (path, 3, clock);
            });
            await IsErrorAsync(stage, "/prices/NOPE", 401, "unauthorized");
            (await stage.GetAsync("/health")).ShouldContain("healthy");
            for (var left = 2; left >= 0; left--)
            {
                using var within = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, $"/prices/@?api_key={one}"));
                Header(within, "RateLimit-Limit").ShouldBe("3");
                Header(within, "RateLimit-Remaining").ShouldBe($"{left}");
                Header(within, "RateLimit-Reset").ShouldBe("40");
            }

            using var over = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, $"/prices/@?api_key={one}"));
            (over.StatusCode, over.Headers.RetryAfter!.Delta).ShouldBe((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(40)));
            using var other = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, $"/prices/@?api_key={two}"));
            other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            clock.Advance(TimeSpan.FromSeconds(40));
            using var again = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, $"/prices/@?api_key={one}"));
            again.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task An_exchange_that_is_down_gives_way_to_the_next_and_without_any_it_is_503()
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.PriceExchanges.Add("okx");
            options.PriceExchanges.Add("bybit");
            options.RequestTimeout = TimeSpan.FromSeconds(2);
        });
        stage.TakeDown("okx");

        (await JsonAsync(stage, "/prices/BTC")).GetProperty("prices")[0].Text("source").ShouldBe("exchanges");
        stage.TakeDown("bybit");
        await IsErrorAsync(stage, "/prices/ETH", 503, "upstream_unavailable");
    }

    [Fact]
    public async Task Who_wants_a_younger_price_waits_and_gets_503_with_the_age_of_what_there_is()
    {
        await using var stage = await ServerStage.SetAsync(speed: 60, configure: options => options.RequestTimeout = TimeSpan.FromSeconds(1));
        await LiveRowAsync(stage, "/prices/BTC?maxAge=600");
        stage.TakeDown("binance");
        var age = 0L;
        await Eventually.TrueAsync(
            () =>
            {
                using var answer = stage.Http.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, "/prices/BTC?maxAge=60")));
                using var json = JsonDocument.Parse(answer.Content.ReadAsStream());
                age = answer.StatusCode == HttpStatusCode.ServiceUnavailable
                    && json.RootElement.Text("code") == "too_old" ? json.RootElement.GetProperty("ageSeconds").GetInt64() : 0;
                return age > 0;
            },
            "the price grows old");

        age.ShouldBeGreaterThan(60);
    }

    [Fact]
    public async Task Events_come_with_each_change_and_end_with_the_server()
    {
        await using var stage = await ServerStage.SetAsync(speed: 60);
        using var answer = await stage.Http.GetAsync(
            new Uri(stage.Server.HealthAddress!, "/prices-stream?symbols=BTC,NOPE&fields=price"), HttpCompletionOption.ResponseHeadersRead);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var rows = new List<string>();
        while (rows.Count < 4)
        {
            var line = (await lines.ReadLineAsync())!;
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                rows.Add(line["data: ".Length..]);
            }
        }

        rows.ShouldContain("""{"symbol":"NOPE","error":"unknown_symbol"}""");
        rows.Where(row => row.Contains("BTC", StringComparison.Ordinal)).Distinct().Count().ShouldBeGreaterThan(1);
        await stage.Server.StopAsync();
        await Should.ThrowAsync<IOException>(async () => { while (await lines.ReadLineAsync() is not null) { } throw new IOException("it ended"); });
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    /// <summary>The row of one asset, once it is of the present and its day is known.</summary>
    private static async Task<JsonElement> LiveRowAsync(ServerStage stage, string path)
    {
        JsonElement row = default;
        await Eventually.TrueAsync(
            () =>
            {
                row = JsonAsync(stage, path).GetAwaiter().GetResult().GetProperty("prices")[0];
                return row.GetProperty("stale").GetRawText() == "false" && row.GetProperty("change24h").ValueKind == JsonValueKind.Number;
            },
            "a day is known");
        return row;
    }

    private static async Task<JsonElement> JsonAsync(ServerStage stage, string path)
    {
        using var document = JsonDocument.Parse(await stage.GetAsync(path));
        return document.RootElement.Clone();
    }

    private static async Task<string> IsErrorAsync(ServerStage stage, string path, int status, string code)
    {
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, path));

        ((int)answer.StatusCode).ShouldBe(status, path);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        document.RootElement.Text("code").ShouldBe(code);
        return document.RootElement.Text("message")!;
    }
}
