using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Redis;
using OhlcvConnector.NotificationTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>Publishing to Redis itself; what is there is asked by Redis's own terminal.</summary>
public class RedisPublishingTests
{
    private const string Key = "ohlcv:candles:{binance:spot:BTCUSDT:1m}";
    private static readonly Series Bitcoin = Candles.Minutes();

    [Fact]
    public async Task Entries_have_the_open_time_as_id_and_a_second_one_changes_nothing()
    {
        using var folder = new TestFolder();
        using var server = await RedisServer.StartAsync(folder.Path);
        await using var one = Sink(server);
        await using var other = Sink(server);
        var gap = new Gap(Candles.Closed(Bitcoin, 2).OpenTime, Candles.Closed(Bitcoin, 4).OpenTime, "none");
        (await one.AppendAsync(Candles.Closed(Bitcoin, 0))).ShouldBe(SinkOutcome.Stored);
        (await other.AppendAsync(Candles.Closed(Bitcoin, 0))).ShouldBe(SinkOutcome.AlreadyThere);
        (await other.AppendAsync(Candles.Closed(Bitcoin, 1))).ShouldBe(SinkOutcome.Stored);
        (await one.AppendAsync(Candles.Closed(Bitcoin, 1))).ShouldBe(SinkOutcome.AlreadyThere);
        (await one.AppendAsync(Candles.Closed(Bitcoin, 4) with { GapBefore = gap })).ShouldBe(SinkOutcome.Stored);
        (await other.AppendAsync(Candles.Closed(Bitcoin, 4) with { GapBefore = gap })).ShouldBe(SinkOutcome.AlreadyThere, "its gap and the candle, too");

        var said = await server.AskAsync("XRANGE", Key, "-", "+");
        said.Split('\n').Where(line => line.StartsWith("1767", StringComparison.Ordinal) && line.EndsWith("-0", StringComparison.Ordinal)).ShouldBe(
            [$"{Candles.T0}-0", $"{Candles.T0 + 60_000}-0", $"{Candles.T0 + 239_999}-0", $"{Candles.T0 + 240_000}-0"]);
        (await server.AskAsync("XADD", Key, $"{Candles.T0}-0", "a", "b")).ShouldContain("equal or smaller");
        (await server.AskAsync("HGET", "ohlcv:latest", "binance:spot:BTCUSDT:1m")).ShouldContain("\"seq\":3");
        (await one.EndAsync(Bitcoin)).ShouldBe(Candles.Closed(Bitcoin, 4).CloseTime);
    }

    [Fact]
    public async Task A_series_whose_newest_entries_were_lost_is_filled_again()
    {
        using var folder = new TestFolder();
        using var server = await RedisServer.StartAsync(folder.Path);
        var venue = new PlayedVenue();
        await using var publisher = new Publisher(venue, Sink(server), [Bitcoin], DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0));
        venue.BringClosed(Bitcoin, 0, 10);
        await publisher.UntilAsync(counts => counts.Published == 10);
        await server.AskAsync("XDEL", Key, $"{Candles.Closed(Bitcoin, 9).OpenMs}-0", $"{Candles.Closed(Bitcoin, 8).OpenMs}-0");
        venue.BringClosed(Bitcoin, 10, 5);

        await publisher.UntilAsync(counts => counts.Published == 17); // the two that were lost, too
        publisher.Publishing.Counts.Fenced.ShouldBe(1);
        var said = await server.AskAsync("XRANGE", Key, "-", "+");
        said.Split('\n').Where(line => line.StartsWith("1767", StringComparison.Ordinal) && line.EndsWith("-0", StringComparison.Ordinal)).ShouldBe(
            Enumerable.Range(0, 15).Select(index => $"{Candles.Closed(Bitcoin, index).OpenMs}-0"));
        publisher.Troubles.ShouldContain(words => words.Contains("lost its newest candles"));
    }

    [Fact]
    public async Task Simulated_candles_have_keys_of_their_own_and_troubles_say_what_to_do()
    {
        using var folder = new TestFolder();
        using var server = await RedisServer.StartAsync(folder.Path);
        await using (var sink = new RedisQuoteSink(RedisAddress.Parse(server.Address), isSandbox: true))
        {
            await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
        }

        (await server.AskAsync("KEYS", "*")).Split('\n').ShouldAllBe(key => key.StartsWith("sandbox:ohlcv:"));
        (await server.AskAsync("XRANGE", "sandbox:" + Key, "-", "+")).ShouldContain("SANDBOX");
        await using var wrong = new RedisQuoteSink(RedisAddress.Parse($"redis://:wrong-secret@127.0.0.1:{server.Port}/0"));
        var refused = await Should.ThrowAsync<SinkException>(async () => await wrong.AppendAsync(Candles.Closed(Bitcoin, 0)));
        refused.Message.ShouldNotContain("secret");
        server.Kill();
        await using var gone = Sink(server);
        (await Should.ThrowAsync<SinkException>(async () => await gone.EndAsync(Bitcoin))).Trouble.ShouldBe(SinkTrouble.Unreachable);
    }

    private static RedisQuoteSink Sink(RedisServer server) => new(RedisAddress.Parse(server.Address));
}
