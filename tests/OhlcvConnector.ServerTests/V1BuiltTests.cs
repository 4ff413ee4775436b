using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Candles of lengths that the exchange lacks, over the WebSocket.</summary>
public class V1BuiltTests
{
    [Fact]
    public async Task They_are_built_only_where_that_is_asked_for()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"interval":"7m"}""");
        var refused = await client.ReadAsync("error");

        refused.Text("code").ShouldBe("unsupported_interval");
        refused.Text("message")!.ShouldEndWith("It can be built from 1m. Ask with \"build\":true.");
    }

    [Theory]
    [InlineData("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"interval":"7m","build":true,"snapshot":5}""")]
    [InlineData("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"interval":"7m","build":true,"snapshot":5,"with":["sma:3"]}""")]
    public async Task Past_and_live_ones_are_whole_and_without_a_hole(string request)
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(request);
        var closed = await ReadClosedAsync(client, 8);

        closed.Zip(closed.Skip(1)).ShouldAllBe(pair => pair.Second.Time("open_time") - pair.First.Time("open_time") == TimeSpan.FromMinutes(7));
        foreach (var candle in closed)
        {
            var parts = stage.Sandbox.Candles("binance", Market.Spot, "BTCUSDT", Interval.OneMinute, candle.Time("open_time"), candle.Time("close_time"));
            (parts.Count, parts[0].Open, parts[^1].Close, parts.Sum(part => part.BaseVolume))
                .ShouldBe((7, candle.GetProperty("open").GetDecimal(), candle.GetProperty("close").GetDecimal(), candle.GetProperty("volume").GetDecimal()));
        }
    }

    [Fact]
    public async Task They_come_and_go_beside_others_of_the_same_parts_and_beside_the_parts()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300, configure: options => options.UnsubscribeDelay = TimeSpan.Zero);
        await using var client = await stage.ConnectAsync();
        foreach (var interval in new[] { "1m", "7m", "11m" })
        {
            await client.SayAsync($$"""{"op":"subscribe","id":"{{interval}}","exchange":"binance","symbols":["BTCUSDT"],"interval":"{{interval}}","build":true,"closed_only":true}""");
            (await client.ReadAsync("ack")).Text("id").ShouldBe(interval);
        }

        var seen = new HashSet<string?>();
        while (seen.Count < 3)
        {
            seen.Add((await client.ReadAsync("quote")).Text("interval"));
        }

        await client.SayAsync("""{"op":"unsubscribe","exchange":"binance","symbols":["BTCUSDT"],"interval":"7m"}""");

        (await client.ReadAsync("ack")).Text("op").ShouldBe("unsubscribe");
        await Eventually.TrueAsync(() => stage.Server.Hub.Channels.Length == 2, "the one is ended");
        string? later;
        do
        {
            later = (await client.ReadAsync("quote")).Text("interval");
            later.ShouldNotBe("7m");
        }
        while (later != "11m");
    }

    private static async Task<List<JsonElement>> ReadClosedAsync(TestClient client, int count)
    {
        var closed = new List<JsonElement>();
        while (closed.Count < count)
        {
            var message = (await client.ReadAsync())!.Value;
            closed.AddRange(message.Text("type") switch
            {
                "snapshot" => message.GetProperty("candles").EnumerateArray(),
                "quote" when message.Flag("is_closed") => [message],
                _ => [],
            });
        }

        return closed[..count];
    }
}
