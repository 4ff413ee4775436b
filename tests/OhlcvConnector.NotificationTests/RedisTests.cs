using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Redis;
using OhlcvConnector.Notifications;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>Signals in Redis itself.</summary>
public class RedisTests
{
    [Fact]
    public async Task Signals_of_the_time_when_Redis_was_killed_arrive_once_when_it_is_back()
    {
        using var folder = new TestFolder();
        using var redis = await RedisServer.StartAsync(folder.Path);
        await using var bus = new RedisBus(RedisAddress.Parse(redis.Address));
        await using var stage = new Stage(folder, [Route(bus)]);
        await NotifyAsync(stage, 0, 10);
        await stage.SettledAsync(10);
        redis.Kill();
        await NotifyAsync(stage, 5, 40);
        await Testing.Eventually.TrueAsync(() => stage.Notifier.Counts.Single().Failed > 0, "it was tried in vain");
        (await stage.CountAsync(NoticeState.Waiting)).ShouldBe(30);
        await redis.RunAsync();
        await stage.SettledAsync(40);

        (await redis.AskAsync("XLEN", "ohlcv:signals")).ShouldBe("40");
        var stream = (await redis.AskAsync("XRANGE", "ohlcv:signals", "-", "+")).Split('\n').Select(line => line.Trim()).ToList();
        Enumerable.Range(0, 40).ShouldAllBe(number => stream.Count(line => line == $"signal-{number}") == 1);
        stream.Where(line => line.StartsWith("signal-", StringComparison.Ordinal)).Take(10).ShouldBe(Enumerable.Range(0, 10).Select(number => $"signal-{number}"));
        lock (stage.Troubles)
        {
            stage.Troubles.ShouldNotBeEmpty();
            stage.Troubles.ShouldAllBe(words => !words.Contains(RedisServer.Password, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_second_sender_adds_nothing_and_who_listens_hears_it_once()
    {
        using var folder = new TestFolder();
        using var redis = await RedisServer.StartAsync(folder.Path);
        await using var listener = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},password={RedisServer.Password}");
        var heard = await listener.GetSubscriber().SubscribeAsync(StackExchange.Redis.RedisChannel.Literal("ohlcv:signals"));
        await using var one = new RedisBus(RedisAddress.Parse(redis.Address));
        await using var other = new RedisBus(RedisAddress.Parse(redis.Address));
        var notice = Stage.Notice() with { Json = """{"rule":"quantum-cipher"}""" };
        (await one.SendAsync([notice], TestContext.Current.CancellationToken)).Outcome.ShouldBe(NoticeOutcome.Delivered);
        (await other.SendAsync([notice, Stage.Notice("last")], TestContext.Current.CancellationToken)).Outcome.ShouldBe(NoticeOutcome.Delivered);

        (await redis.AskAsync("XLEN", "ohlcv:signals")).ShouldBe("2");
        (await redis.AskAsync("XRANGE", "ohlcv:signals", "-", "+", "COUNT", "1")).Split('\n').Skip(1).Select(line => line.Trim()).ShouldBe(
            ["id", "one", "kind", "signal", "label", "SANDBOX", "json", """{"rule":"quantum-cipher"}"""]);
        (await heard.ReadAsync(TestContext.Current.CancellationToken)).Message.ToString().ShouldBe("""{"rule":"quantum-cipher"}""");
        (await heard.ReadAsync(TestContext.Current.CancellationToken)).Message.ToString().ShouldContain("\"id\":\"last\"");
    }

    [Fact]
    public async Task The_stream_is_capped_and_prices_stand_in_a_hash()
    {
        using var folder = new TestFolder();
        using var redis = await RedisServer.StartAsync(folder.Path);
        await using var bus = new RedisBus(RedisAddress.Parse(redis.Address), "test:", mostInStream: 100);
        for (var part = 0; part < 4; part++)
        {
            await bus.SendAsync([.. Enumerable.Range(part * 500, 500).Select(number => Stage.Notice($"s{number}"))], TestContext.Current.CancellationToken);
        }

        int.Parse(await redis.AskAsync("XLEN", "test:signals"), System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(100, 300);
        await bus.SetPricesAsync(new Dictionary<string, string> { ["BTC"] = """{"price":1}""" }, TestContext.Current.CancellationToken);
        await bus.SetPricesAsync(new Dictionary<string, string> { ["BTC"] = """{"price":2}""", ["ETH"] = "{}" }, TestContext.Current.CancellationToken);
        (await redis.AskAsync("HGET", "test:prices", "BTC")).ShouldBe("""{"price":2}""");
        (await redis.AskAsync("HLEN", "test:prices")).ShouldBe("2");
    }

    [Theory]
    [InlineData("redis://localhost", "redis://localhost:6379/0")]
    [InlineData("rediss://me:p%40ss@r.example:7000/3", "rediss://***@r.example:7000/3")]
    [InlineData("redis://:pass-word@127.0.0.1", "redis://***@127.0.0.1:6379/0")]
    public void An_address_is_shown_without_its_password(string text, string shown) => RedisAddress.Parse(text).ToString().ShouldBe(shown);

    [Theory]
    [InlineData("localhost:6379")]
    [InlineData("http://:pass-word@host")]
    [InlineData("redis://:pass-word@host/x")]
    public void What_is_no_address_is_refused_without_its_password(string text) =>
        Should.Throw<InvalidSettingException>(() => RedisAddress.Parse(text)).Message.ShouldNotContain("pass-word");

    private static NoticeRoute Route(RedisBus bus) => new(bus) { MaxPerMinute = 0, Group = 1, GiveUpAfter = null };

    private static async Task NotifyAsync(Stage stage, int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            await stage.Notifier.NotifyAsync(Stage.Notice($"signal-{number}"), TestContext.Current.CancellationToken);
        }
    }
}
