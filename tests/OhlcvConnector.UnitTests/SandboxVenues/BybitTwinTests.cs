using System.Text.Json;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What is easy to be too kind about when Bybit is simulated.</summary>
public class BybitTwinTests
{
    [Fact]
    public async Task A_topic_that_runs_already_drops_the_whole_batch()
    {
        await using var sandbox = await StartAsync(speed: 60);
        using var talk = await sandbox.TalkAsync("bybit/v5/public/linear");
        await talk.SayAsync("""{"op":"subscribe","req_id":"1","args":["kline.1.BTCUSDT"]}""");

        await talk.SayOnlyAsync("""{"op":"subscribe","req_id":"2","args":["kline.1.ETHUSDT","kline.1.BTCUSDT"]}""");
        var answer = JsonElement.Parse(await talk.HearAsync(text => text.Contains("ret_msg", StringComparison.Ordinal)));

        answer.GetProperty("success").GetBoolean().ShouldBeFalse();
        answer.GetProperty("ret_msg").GetString().ShouldBe("error:already subscribed,topic:kline.1.BTCUSDT");
        sandbox.Server.Statistics.Subscriptions.ShouldBe(1);
    }

    [Fact]
    public async Task The_candle_that_contains_the_start_comes_too()
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"bybit/v5/market/kline?category=linear&symbol=BTCUSDT&interval=60&start={OpenMs - HourMs + 1}&limit=3");

        answer.Times(json => json.GetProperty("result").GetProperty("list")).ShouldBe([OpenMs, OpenMs - HourMs]);
    }

    [Fact]
    public async Task There_are_no_options_but_the_category_is_known()
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"bybit/v5/market/instruments-info?category=option");

        answer.Json.GetProperty("retCode").GetInt32().ShouldBe(0);
        answer.Json.GetProperty("result").GetProperty("list").GetArrayLength().ShouldBe(0);
    }
}
