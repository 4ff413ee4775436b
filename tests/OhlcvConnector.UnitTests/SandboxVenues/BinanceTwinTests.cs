using System.Text.Json;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What is easy to be too kind about when Binance is simulated.</summary>
public class BinanceTwinTests
{
    [Theory]
    [InlineData("spot/api/v3/klines?symbol=BTCUSDT&interval=1m&start_time=1", -1104)]
    [InlineData("usdm/fapi/v1/klines?symbol=BTCUSDT&interval=1m&timeZone=0", -1104)]
    [InlineData("spot/api/v3/exchangeInfo?filter=all", -1104)]
    [InlineData("spot/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=0", -1130)]
    [InlineData("spot/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=None", -1100)]
    [InlineData("spot/api/v3/klines?symbol=BTCUSDT&interval=1m&timeZone=%2B15:00", -1100)]
    [InlineData("usdm/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=2000&endTime=1000", -1023)]
    [InlineData("coinm/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1m&startTime=2000&endTime=1000", -1023)]
    public async Task What_the_venue_refuses_is_refused_with_its_code(string path, int code)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"binance/{path}");

        answer.Status.ShouldBe(400);
        answer.Json.GetProperty("code").GetInt32().ShouldBe(code, answer.Text);
    }

    [Fact]
    public async Task Spot_answers_a_range_that_ends_before_it_begins_with_nothing() // no error, unlike futures
    {
        await using var sandbox = await StartAsync();

        (await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=2000&endTime=1000")).Text.ShouldBe("[]");
    }

    [Fact]
    public async Task Coinm_gives_the_newest_rows_of_a_range_and_refuses_more_than_200_days()
    {
        await using var sandbox = await StartAsync();

        var newest = await sandbox.GetAsync($"binance/coinm/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1m&startTime={OpenMs - DayMs}&endTime={OpenMs}&limit=3");
        var open = await sandbox.GetAsync($"binance/coinm/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1d&startTime={NowMs - (500 * DayMs)}&limit=1");
        var long200 = await sandbox.GetAsync($"binance/coinm/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1d&startTime={NowMs - (200 * DayMs)}&endTime={NowMs}");
        var longer = await sandbox.GetAsync(
            $"binance/coinm/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1d&startTime={NowMs - (200 * DayMs) - 1}&endTime={NowMs}");

        newest.Times().ShouldBe([OpenMs - (2 * MinuteMs), OpenMs - MinuteMs, OpenMs]);
        open.Times().ShouldBe([(NowMs - (300 * DayMs)) / DayMs * DayMs]); // without an end it is 200 days after the start
        long200.Times().Count.ShouldBe(200);
        (longer.Status, longer.Text).ShouldBe((400, """{"code":-4088,"msg":"Maximum time interval is 200 days."}"""));
    }

    [Fact]
    public async Task Both_futures_markets_spend_one_weight()
    {
        await using var sandbox = await StartAsync();
        for (var i = 0; i < 240; i++)
        {
            (await sandbox.GetAsync($"binance/usdm/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime={NowMs}&limit=1500")).Status.ShouldBe(200);
        }

        (await sandbox.GetAsync($"binance/coinm/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1m&limit=1")).Status.ShouldBe(429);
        (await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("8", -8)]
    [InlineData("-1:00", 1)]
    [InlineData("%2B05:30", -5.5)]
    [InlineData("0", 0)]
    public async Task A_day_begins_at_the_midnight_of_the_time_zone_that_is_asked_for(string timeZone, double hours)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=2&timeZone={timeZone}");

        answer.Times().ShouldAllBe(time => (time - (long)(hours * HourMs)) % DayMs == 0, answer.Text);
    }

    [Fact]
    public async Task The_eastern_stream_has_days_that_begin_eight_hours_earlier()
    {
        await using var sandbox = await StartAsync();
        using var talk = await sandbox.TalkAsync("binance/spot/ws/btcusdt@kline_1d@+08:00");

        var candle = JsonElement.Parse(await talk.HearAsync()).GetProperty("k");

        candle.GetProperty("t").GetInt64().ShouldBe((NowMs / DayMs * DayMs) - (8 * HourMs));
        candle.GetProperty("i").GetString().ShouldBe("1d");
    }

    [Fact]
    public async Task Times_are_microseconds_where_they_are_asked_for()
    {
        await using var sandbox = await StartAsync();
        using var talk = await sandbox.TalkAsync("binance/spot/stream?streams=btcusdt@kline_1m&timeUnit=MICROSECOND");

        var candle = JsonElement.Parse(await talk.HearAsync()).GetProperty("data");
        var rows = await sandbox.GetAsync($"binance/spot/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1", ("X-MBX-TIME-UNIT", "MICROSECOND"));

        candle.GetProperty("E").GetInt64().ShouldBeInRange(NowMs * 1000, (NowMs + 1000) * 1000);
        candle.GetProperty("k").GetProperty("t").GetInt64().ShouldBe(OpenMs * 1000);
        candle.GetProperty("k").GetProperty("T").GetInt64().ShouldBe(((OpenMs + MinuteMs) * 1000) - 1);
        rows.Times().ShouldBe([OpenMs * 1000]);
        rows.Json[0][6].GetInt64().ShouldBe(((OpenMs + MinuteMs) * 1000) - 1);
    }

    [Fact]
    public async Task The_other_paths_of_the_futures_stream_take_requests_and_have_no_candles()
    {
        await using var sandbox = await StartAsync(speed: 60);
        using var other = await sandbox.TalkAsync("binance/usdm/public/stream?streams=btcusdt@kline_1m");
        using var market = await sandbox.TalkAsync("binance/usdm/market/stream?streams=btcusdt@kline_1m");
        await market.HearAsync(text => text.Contains("kline", StringComparison.Ordinal));

        (await other.SayAsync("""{"method":"LIST_SUBSCRIPTIONS","id":1}""")).ShouldBe("""{"result":["btcusdt@kline_1m"],"id":1}""");
    }

    [Fact]
    public async Task The_end_is_announced_on_spot_alone_and_in_a_combined_stream_under_its_own_name()
    {
        await using var sandbox = await StartAsync();
        using var combined = await sandbox.TalkAsync("binance/spot/stream");
        using var futures = await sandbox.TalkAsync("binance/usdm/market/ws");
        await combined.SayAsync("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        await futures.SayAsync("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.Maintenance) { Exchange = "binance" });

        (await combined.HearAsync()).ShouldStartWith("""{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":""");
        (await futures.SayAsync("""{"method":"LIST_SUBSCRIPTIONS","id":2}""")).ShouldBe("""{"result":[],"id":2}""");
    }

    [Theory]
    [InlineData("binance/spot/api/v3/nothing", "<html>")]
    [InlineData("binance/usdm/fapi/v1/nothing", """{"code":-5000,"msg":"Path /fapi/v1/nothing, Method GET is invalid"}""")]
    [InlineData("binance/usdm/ws", "-5000")]
    public async Task An_unknown_path_is_answered_as_the_venue_does(string path, string text)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"{path}");

        answer.Status.ShouldBe(404);
        answer.Text.ShouldContain(text);
    }
}
