using System.Text.Json;
using OhlcvConnector.Domain;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What the simulated exchanges list beside what trades: each in the venue's own words.</summary>
public class ListingTwinTests
{
    [Theory]
    [InlineData("binance/spot/api/v3/exchangeInfo", "symbols", "symbol", "status", "ZENUSDT:BREAK ZRXUSDT:TRADING")]
    [InlineData("binance/usdm/fapi/v1/exchangeInfo", "symbols", "symbol", "status", "ZENUSDT:SETTLING ZILUSDT:PENDING_TRADING ZRXUSDT:TRADING")]
    [InlineData("binance/coinm/dapi/v1/exchangeInfo", "symbols", "symbol", "contractStatus", "ZENUSD_PERP:SETTLING ZRXUSD_PERP:TRADING")]
    [InlineData("okx/api/v5/public/instruments?instType=SPOT", "data", "instId", "state", ":preopen ZEN-USDT:suspend ZRX-USDT:live")]
    [InlineData("okx/api/v5/public/instruments?instType=SWAP&instFamily=ZEN-USD", "data", "instId", "state", "ZEN-USD-SWAP:suspend")]
    [InlineData("gateio/api/v4/spot/currency_pairs", "", "id", "trade_status", "ZEN_USDT:untradable ZRX_USDT:tradable")]
    [InlineData("gateio/api/v4/futures/usdt/contracts", "", "name", "in_delisting", "ZEN_USDT:True ZRX_USDT:False")]
    [InlineData("bybit/v5/market/instruments-info?category=spot", "result.list", "symbol", "status", "ZRXUSDT:Trading")]
    [InlineData("bybit/v5/market/instruments-info?category=linear&status=PreLaunch", "result.list", "symbol", "status", "ZILUSDT:PreLaunch")]
    [InlineData("bybit/v5/market/instruments-info?category=inverse&status=Closed", "result.list", "symbol", "status", "ZENUSD:Closed")]
    public async Task What_does_not_trade_is_listed_as_such(string path, string rows, string symbol, string status, string expected)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"{path}");

        var list = rows.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(answer.Json, (json, name) => json.GetProperty(name));
        var unusual = list.EnumerateArray().Select(row => $"{row.GetProperty(symbol)}:{row.GetProperty(status)}")
            .Where(text => text.StartsWith(':') || ((string[])["ZEN", "ZIL", "ZRX"]).Contains(text[..3])).Order(StringComparer.Ordinal);

        string.Join(' ', unusual).ShouldBe(expected);
    }

    [Fact]
    public async Task Hyperliquid_marks_what_was_delisted()
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.PostAsync("hyperliquid/info", """{"type":"meta"}""");

        answer.Json.GetProperty("universe").EnumerateArray().Where(row => row.TryGetProperty("isDelisted", out _))
            .Select(row => row.GetProperty("name").GetString()).ShouldBe(["ZEN"]);
    }

    [Fact]
    public async Task Bybits_contracts_need_a_second_page_and_the_last_page_too_has_a_cursor()
    {
        await using var sandbox = await StartAsync(symbols: 20);
        var symbols = new List<string>();
        var sizes = new List<int>();
        var cursor = "";
        do
        {
            var result = (await sandbox.GetAsync($"bybit/v5/market/instruments-info?category=linear&limit=1000&cursor={cursor}")).Json.GetProperty("result");
            symbols.AddRange(result.GetProperty("list").EnumerateArray().Select(row => row.GetProperty("symbol").GetString()!));
            sizes.Add(result.GetProperty("list").GetArrayLength());
            cursor = result.GetProperty("nextPageCursor").GetString()!;
        }
        while (cursor.Length > 0);

        sizes.ShouldBe([16, 7, 0]);
        symbols.ShouldBeUnique();
    }

    [Theory]
    [InlineData("binance", Market.UsdMargined, "ZRXUSDT")]
    [InlineData("okx", Market.Spot, "ZRX-USDT")]
    [InlineData("bybit", Market.CoinMargined, "ZRXUSD")]
    [InlineData("gateio", Market.Spot, "ZRX_USDT")]
    [InlineData("hyperliquid", Market.UsdMargined, "ZRX")]
    public async Task History_of_what_was_listed_a_while_ago_begins_there(string exchange, Market market, string symbol)
    {
        await using var sandbox = await StartAsync();

        var books = sandbox.Books(exchange, market, symbol, NowMs - DayMs, NowMs);

        books.Count.ShouldBe(100);
        books[0].OpenTime.ToUnixTimeMilliseconds().ShouldBe(OpenMs - (100 * MinuteMs));
    }

    [Fact]
    public async Task The_listing_says_since_when_where_the_venue_does()
    {
        await using var sandbox = await StartAsync();
        var listed = OpenMs - (100 * MinuteMs);

        (await sandbox.GetAsync($"okx/api/v5/public/instruments?instType=SPOT&instId=ZRX-USDT")).Json.GetProperty("data")[0].GetProperty("listTime").GetString()
            .ShouldBe($"{listed}");
        (await sandbox.GetAsync($"bybit/v5/market/instruments-info?category=linear&symbol=ZRXUSDT")).Json.GetProperty("result").GetProperty("list")[0]
            .GetProperty("launchTime").GetString().ShouldBe($"{listed}");
        (await sandbox.GetAsync($"binance/usdm/fapi/v1/exchangeInfo?symbol=ZRXUSDT")).Json.GetProperty("symbols")[0].GetProperty("onboardDate").GetInt64()
            .ShouldBe(listed);
        (await sandbox.GetAsync($"gateio/api/v4/spot/currency_pairs/ZRX_USDT")).Json.GetProperty("buy_start").GetInt64().ShouldBe(listed / 1000);
        (await sandbox.GetAsync($"gateio/api/v4/futures/usdt/contracts/ZRX_USDT")).Json.GetProperty("create_time").GetInt64().ShouldBe(listed / 1000);
    }

    [Fact]
    public async Task What_was_halted_is_acknowledged_and_silent_and_its_history_has_ended()
    {
        await using var sandbox = await StartAsync(speed: 60);
        using var talk = await sandbox.TalkAsync("binance/spot/ws");
        await talk.SayOnlyAsync("""{"method":"SUBSCRIBE","params":["zenusdt@kline_1m","btcusdt@kline_1m"],"id":1}""");

        (await talk.HearAsync()).ShouldBe("""{"result":null,"id":1}""");

        for (var i = 0; i < 10; i++)
        {
            (await talk.HearAsync()).ShouldContain("BTCUSDT");
        }

        (await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=ZENUSDT&interval=1m&limit=1")).Times()
            .ShouldBe([(NowMs / DayMs * DayMs) - (30 * DayMs) - MinuteMs]);
        (await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=ZENUSDT&interval=1m&startTime={NowMs - DayMs}")).Text.ShouldBe("[]");
    }

    [Fact]
    public async Task What_is_halted_by_a_fault_is_silent_listed_as_such_and_whole_again_after()
    {
        await using var sandbox = await StartAsync(speed: 600);
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.Halt) { Exchange = "binance", Symbol = "BTCUSDT" });
        using var talk = await sandbox.TalkAsync("binance/spot/ws");
        await talk.SayAsync("""{"method":"SUBSCRIBE","params":["btcusdt@kline_1m","ethusdt@kline_1m"],"id":1}""");

        var closes = 0;
        while (closes < 3)
        {
            var candle = await talk.HearAsync();
            candle.ShouldContain("ETHUSDT");
            closes += candle.Contains("\"x\":true", StringComparison.Ordinal) ? 1 : 0;
        }

        (await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=3")).Times().Max().ShouldBeLessThan(NowMs + MinuteMs);
        (await sandbox.GetAsync($"binance/spot/api/v3/exchangeInfo?symbol=BTCUSDT")).Json.GetProperty("symbols")[0].GetProperty("status").GetString()
            .ShouldBe("BREAK");
        sandbox.Server.ClearFaults();

        (await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1")).Times().Max().ShouldBeGreaterThan(NowMs + MinuteMs);
        (await sandbox.GetAsync($"binance/spot/api/v3/exchangeInfo?symbol=BTCUSDT")).Json.GetProperty("symbols")[0].GetProperty("status").GetString()
            .ShouldBe("TRADING");
    }

    [Fact]
    public async Task What_is_in_pre_market_streams_and_what_is_only_announced_does_not()
    {
        await using var sandbox = await StartAsync();
        using var talk = await sandbox.TalkAsync("bybit/v5/public/linear");
        await talk.SayAsync("""{"op":"subscribe","args":["kline.1.ZILUSDT"]}""");

        JsonElement.Parse(await talk.HearAsync()).GetProperty("topic").GetString().ShouldBe("kline.1.ZILUSDT");
        (await sandbox.GetAsync($"binance/usdm/fapi/v1/klines?symbol=ZILUSDT&interval=1m")).Text.ShouldBe("[]");
    }
}
