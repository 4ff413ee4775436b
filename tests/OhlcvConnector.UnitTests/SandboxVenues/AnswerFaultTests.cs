using System.Text.Json;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What the sandbox's REST does to history when it is told to: on every venue, and the same each time it is asked.</summary>
public class AnswerFaultTests
{
    public static TheoryData<string> Exchanges => ["binance", "okx", "bybit", "gateio", "hyperliquid"];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task A_capped_page_has_a_hundred_candles_however_many_are_asked_for(string exchange)
    {
        await using var sandbox = await StartAsync();

        (await MinutesAsync(sandbox, exchange, 250)).Count.ShouldBe(250);
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.PageCap) { Exchange = exchange });

        var rows = await MinutesAsync(sandbox, exchange, 250);

        rows.Count.ShouldBe(100);
        rows.Zip(rows.Skip(1), (one, next) => next.OpenMs - one.OpenMs).ShouldAllBe(step => step == MinuteMs);
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task A_venue_that_is_behind_has_the_open_candle_before_the_one_that_closed(string exchange)
    {
        await using var sandbox = await StartAsync();
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.Behind) { Amount = TimeSpan.FromSeconds(40) });

        var rows = await MinutesAsync(sandbox, exchange, 5);

        rows.Select(row => OpenMs - row.OpenMs).ShouldBe([4 * MinuteMs, 3 * MinuteMs, 2 * MinuteMs, 0]);
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task A_hole_lacks_the_beginning_of_each_day(string exchange)
    {
        await using var sandbox = await StartAsync();
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.Hole) { Amount = TimeSpan.FromHours(11) });

        var rows = await MinutesAsync(sandbox, exchange, 100);

        rows.Select(row => row.OpenMs).ShouldBe(Enumerable.Range(0, 61).Select(i => (NowMs / DayMs * DayMs) + (11 * HourMs) + (i * MinuteMs)));
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task One_candle_in_twenty_lies_off_the_grid_and_always_the_same(string exchange)
    {
        await using var sandbox = await StartAsync();
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.OffGridRow));

        var rows = await MinutesAsync(sandbox, exchange, 250);
        var again = await MinutesAsync(sandbox, exchange, 250);

        rows.Select(row => row.OpenMs).ShouldBe(again.Select(row => row.OpenMs));
        rows.Count.ShouldBe(250);
        rows.Count(row => row.OpenMs % MinuteMs == 14_000).ShouldBeInRange(3, 40);
        rows.Count(row => row.OpenMs % MinuteMs == 0).ShouldBe(250 - rows.Count(row => row.OpenMs % MinuteMs == 14_000));
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task One_candle_in_twenty_is_impossible_or_cannot_be_read(string exchange)
    {
        await using var sandbox = await StartAsync();
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.BadRow));
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.UnreadableRow));

        var rows = await MinutesAsync(sandbox, exchange, 250);

        rows.Count.ShouldBe(250);
        rows.Count(row => row.High < row.Low).ShouldBeInRange(3, 40);
        rows.Count(row => row.Close is null).ShouldBeInRange(3, 40);
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task The_date_of_answers_can_be_wrong_or_missing(string exchange)
    {
        await using var sandbox = await StartAsync();
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.DateSkew));

        (await AskAsync(sandbox, exchange, 2)).Date.ShouldBe(Start.AddSeconds(30));
        sandbox.Server.ClearFaults();

        (await AskAsync(sandbox, exchange, 2)).Date.ShouldBe(Start);
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.NoDate));

        var answer = await AskAsync(sandbox, exchange, 2);

        answer.Date.ShouldBeNull();
        answer.Status.ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Unknown_fields_stand_before_and_after_the_known_ones(string exchange)
    {
        await using var sandbox = await StartAsync();
        var listing = exchange == "binance" ? await sandbox.GetAsync($"binance/spot/api/v3/exchangeInfo")
            : exchange == "okx" ? await sandbox.GetAsync($"okx/api/v5/public/instruments?instType=SPOT")
            : exchange == "bybit" ? await sandbox.GetAsync($"bybit/v5/market/instruments-info?category=spot")
            : exchange == "gateio" ? await sandbox.GetAsync($"gateio/api/v4/spot/currency_pairs/BTC_USDT")
            : await sandbox.PostAsync("hyperliquid/info", """{"type":"meta"}""");
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.UnknownFields));

        var strange = exchange == "binance" ? await sandbox.GetAsync($"binance/spot/api/v3/exchangeInfo")
            : exchange == "okx" ? await sandbox.GetAsync($"okx/api/v5/public/instruments?instType=SPOT")
            : exchange == "bybit" ? await sandbox.GetAsync($"bybit/v5/market/instruments-info?category=spot")
            : exchange == "gateio" ? await sandbox.GetAsync($"gateio/api/v4/spot/currency_pairs/BTC_USDT")
            : await sandbox.PostAsync("hyperliquid/info", """{"type":"meta"}""");

        var known = listing.Json.EnumerateObject().Select(property => property.Name).ToList();

        strange.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["newField", .. known.AsEnumerable().Reverse(), "anotherNewField"]);
    }

    [Fact]
    public async Task Unknown_fields_are_on_streams_too()
    {
        await using var sandbox = await StartAsync();
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.UnknownFields));
        using var talk = await sandbox.TalkAsync("binance/spot/ws/btcusdt@kline_1m");

        var candle = JsonElement.Parse(await talk.HearAsync());

        candle.EnumerateObject().First().Name.ShouldBe("newField");
        candle.GetProperty("k").EnumerateObject().First().Name.ShouldBe("newField");
        candle.GetProperty("k").GetProperty("t").GetInt64().ShouldBe(OpenMs);
    }

    private static Task<Answer> AskAsync(StillSandbox sandbox, string exchange, int count)
    {
        var from = OpenMs - ((count - 1) * MinuteMs);
        return exchange switch
        {
            "binance" => sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime={from}&limit=1000"),
            "okx" => sandbox.GetAsync($"okx/api/v5/market/candles?instId=BTC-USDT&bar=1m&before={from - 1}&after={OpenMs + 1}&limit=300"),
            "bybit" => sandbox.GetAsync($"bybit/v5/market/kline?category=spot&symbol=BTCUSDT&interval=1&start={from}&limit=1000"),
            "gateio" => sandbox.GetAsync($"gateio/api/v4/spot/candlesticks?currency_pair=BTC_USDT&interval=1m&from={from / 1000}"),
            _ => sandbox.PostAsync("hyperliquid/info", $$$"""{"type":"candleSnapshot","req":{"coin":"BTC","interval":"1m","startTime":{{{from}}}}}"""),
        };
    }

    /// <summary>The newest minutes, the open one included, ascending.</summary>
    private static async Task<List<(long OpenMs, decimal? High, decimal? Low, decimal? Close)>> MinutesAsync(StillSandbox sandbox, string exchange, int count)
    {
        var answer = await AskAsync(sandbox, exchange, count);

        answer.Status.ShouldBe(200, answer.Text);
        var rows =
            exchange switch { "okx" => answer.Json.GetProperty("data"), "bybit" => answer.Json.GetProperty("result").GetProperty("list"), _ => answer.Json };
        return [.. rows.EnumerateArray().Select(Row).OrderBy(row => row.OpenMs)];

        (long OpenMs, decimal? High, decimal? Low, decimal? Close) Row(JsonElement row) => exchange switch
        {
            "hyperliquid" => (row.GetProperty("t").GetInt64(), Number(row.GetProperty("h")), Number(row.GetProperty("l")), Number(row.GetProperty("c"))),
            "gateio" => ((long)Number(row[0])! * 1000, Number(row[3]), Number(row[4]), Number(row[2])),
            _ => ((long)Number(row[0])!, Number(row[2]), Number(row[3]), Number(row[4])),
        };
    }

    private static decimal? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => element.GetDecimal(),
        _ => decimal.Parse(element.GetString()!, System.Globalization.CultureInfo.InvariantCulture),
    };
}
