using System.Text.Json;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What is easy to be too kind about when Gate.io is simulated.</summary>
public class GateIoTwinTests
{
    [Theory]
    [InlineData("spot/candlesticks?currency_pair=BTC_USDT", 1000)]
    [InlineData("futures/usdt/candlesticks?contract=BTC_USDT", 2000)]
    public async Task A_range_of_one_point_too_many_is_refused_however_it_is_aligned(string path, int most)
    {
        await using var sandbox = await StartAsync();
        var last = (OpenMs / 1000) - 600;

        foreach (var (before, after, status) in new[] { (0, 0, 200), (59, 59, 200), (60, 0, 400), (60, 59, 400) })
        {
            var answer = await sandbox.GetAsync($"gateio/api/v4/{path}&interval=1m&from={last - ((most - 1) * 60) - before}&to={last + after}");

            answer.Status.ShouldBe(status, $"{before} s earlier, {after} s later");
            if (status == 200)
            {
                answer.Times(rows => rows).Count.ShouldBe(most);
            }
        }
    }

    [Theory]
    [InlineData("spot/candlesticks?currency_pair=BTC_USDT")]
    [InlineData("futures/usdt/candlesticks?contract=BTC_USDT")]
    [InlineData("futures/btc/candlesticks?contract=BTC_USD")]
    public async Task Only_the_newest_10_000_points_can_be_asked_for(string path)
    {
        await using var sandbox = await StartAsync();
        var first = (OpenMs - (9_999 * MinuteMs)) / 1000;

        var reachable = await sandbox.GetAsync($"gateio/api/v4/{path}&interval=1m&from={first}&to={first + 60}");
        var tooEarly = await sandbox.GetAsync($"gateio/api/v4/{path}&interval=1m&from={first - 60}&to={first}");

        reachable.Times().ShouldBe([first, first + 60]);
        tooEarly.Status.ShouldBe(400);
        tooEarly.Text.ShouldBe("""{"label":"INVALID_PARAM_VALUE","message":"Candlestick too long ago. Maximum 10000 points recently are allowed"}""");
    }

    [Fact]
    public async Task Contracts_are_whole_numbers_but_for_those_who_ask_for_decimals()
    {
        await using var sandbox = await StartAsync(speed: 60);
        var path =
            (FormattableString)$"gateio/api/v4/futures/usdt/candlesticks?contract=ETH_USDT&interval=1m&from={(OpenMs / 1000) - 60}&to={(OpenMs / 1000) - 60}";
        var multiplier = decimal.Parse(
            (await sandbox.GetAsync($"gateio/api/v4/futures/usdt/contracts/ETH_USDT")).Json.GetProperty("quanto_multiplier")
                .GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        var truth = sandbox.Books("gateio", OhlcvConnector.Domain.Market.UsdMargined, "ETH_USDT", OpenMs - MinuteMs, OpenMs)[0].BaseVolume / multiplier;

        var exact = (await sandbox.GetAsync(path, ("X-Gate-Size-Decimal", "1"))).Json[0].GetProperty("v");
        var cut = (await sandbox.GetAsync(path)).Json[0].GetProperty("v");

        decimal.Parse(exact.GetString()!, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(truth);
        truth.ShouldNotBe(decimal.Truncate(truth));
        cut.GetInt64().ShouldBe((long)truth);
    }

    [Theory]
    [InlineData("utc0", 0)]
    [InlineData("utc8", 8)]
    public async Task A_day_begins_at_the_midnight_of_the_time_zone_that_is_asked_for(string timeZone, int hours)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"gateio/api/v4/futures/usdt/candlesticks?contract=BTC_USDT&interval=1d&limit=3&timezone={timeZone}");

        answer.Times().Count.ShouldBe(3);
        answer.Times().ShouldAllBe(time => ((time * 1000) + (hours * HourMs)) % DayMs == 0, answer.Text);
        (await sandbox.GetAsync($"gateio/api/v4/futures/usdt/candlesticks?contract=BTC_USDT&interval=1d&timezone=utc3")).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("gateio/ws/v4/", "spot")]
    [InlineData("gateio/v4/ws/usdt", "futures")]
    public async Task The_end_is_announced_on_the_system_channel(string path, string channel)
    {
        await using var sandbox = await StartAsync();
        using var talk = await sandbox.TalkAsync(path);
        await talk.SayAsync($$"""{"time":1,"channel":"{{channel}}.ping"}""");
        sandbox.Server.Inject(new SandboxFault(SandboxFaultKind.Maintenance) { Exchange = "gateio" });

        var notice = JsonElement.Parse(await talk.HearAsync());

        notice.GetProperty("channel").GetString().ShouldBe($"{channel}.system");
        notice.GetProperty("result").GetProperty("type").GetString().ShouldBe("upgrade");
    }

    [Fact]
    public async Task What_other_clients_ask_for_at_their_start_is_answered()
    {
        await using var sandbox = await StartAsync();

        (await sandbox.GetAsync($"gateio/api/v4/spot/time")).Json.GetProperty("server_time").GetInt64().ShouldBeInRange(NowMs, NowMs + 1000);
        (await sandbox.GetAsync($"gateio/api/v4/spot/currencies")).Json.EnumerateArray().Select(coin => coin.GetProperty("currency").GetString())
            .ShouldContain("USDT");
        (await sandbox.GetAsync($"gateio/api/v4/delivery/usdt/contracts")).Text.ShouldBe("[]");
        (await sandbox.GetAsync($"gateio/api/v4/options/underlyings")).Text.ShouldBe("[]");
        (await sandbox.GetAsync($"gateio/api/v4/nothing")).Status.ShouldBe(404);
    }
}
