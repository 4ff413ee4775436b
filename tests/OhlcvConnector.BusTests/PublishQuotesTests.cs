using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>Publishing live series through whatever happens to the bus and to publishers; nats-server is killed as kill -9 does, and started again.</summary>
public class PublishQuotesTests
{
    private static readonly Series Bitcoin = Candles.Minutes();
    private static readonly DateTimeOffset Begin = DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0);

    [Fact]
    public async Task A_publisher_goes_on_where_the_bus_ends_history_first_and_live_then()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        venue.BringClosed(Bitcoin, 0, 10);
        await using (var first = Publisher(server, venue, Begin))
        {
            await first.UntilAsync(counts => counts.Published == 10);
        }

        venue.BringClosed(Bitcoin, 10, 5); // while nobody publishes
        await using (var second = Publisher(server, venue, Begin))
        {
            await second.UntilAsync(counts => counts.Published == 5);
            venue.BringClosed(Bitcoin, 15, 5);
            await second.UntilAsync(counts => counts.Published == 10);
            second.Publishing.Counts.AlreadyThere.ShouldBe(0);
        }

        venue.Asked.Select(one => one.Since).ShouldBe([Begin, Candles.Closed(Bitcoin, 9).CloseTime]);
        await ShouldHaveAsync(server, 20);
    }

    [Fact]
    public async Task Two_publishers_of_one_series_store_each_close_once()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        await using var one = Publisher(server, venue, Begin);
        await using var other = Publisher(server, venue, Begin);
        for (var index = 0; index < 300; index++)
        {
            venue.BringClosed(Bitcoin, index, 1);
        }

        await one.UntilAsync(_ => one.Publishing.Counts.Published + other.Publishing.Counts.Published == 300);
        await ShouldHaveAsync(server, 300);
    }

    [Fact]
    public async Task Kill_9_of_the_bus_loses_nothing_that_was_acknowledged_and_stores_nothing_twice()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        await using var publisher = Publisher(server, venue, Begin);
        for (var round = 0; round < 3; round++)
        {
            var before = publisher.Publishing.Counts.Published;
            venue.BringClosed(Bitcoin, round * 300, 150);
            await publisher.UntilAsync(counts => counts.Published >= before + 40); // in the midst of it
            server.Kill();
            venue.BringClosed(Bitcoin, (round * 300) + 150, 150);
            await server.RunAsync();
            await publisher.UntilAsync(counts => counts.Published + counts.AlreadyThere >= (round + 1) * 300);
        }

        await ShouldHaveAsync(server, 900);
    }

    [Fact]
    public async Task What_is_too_much_to_wait_in_memory_is_read_again_from_history()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        await using var publisher = Publisher(server, venue, Begin);
        venue.BringClosed(Bitcoin, 0, 10);
        await publisher.UntilAsync(counts => counts.Published == 10);
        server.Kill();
        venue.BringClosed(Bitcoin, 10, PublishingLane.MaxWaiting + 500);
        await publisher.UntilAsync(counts => counts.ToReadAgain >= PublishingLane.MaxWaiting && counts.FailedAttempts > 0);

        await server.RunAsync();
        await publisher.UntilAsync(counts => counts.Published + counts.AlreadyThere >= PublishingLane.MaxWaiting + 510);

        publisher.Troubles.First().ShouldContain("read again from history");
        publisher.Troubles.Last().ShouldContain("takes candles again");
        await ShouldHaveAsync(server, PublishingLane.MaxWaiting + 510);
    }

    [Fact]
    public async Task A_series_that_is_left_is_written_no_more_and_another_publisher_goes_on()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        await using var one = Publisher(server, venue, Begin);
        venue.BringClosed(Bitcoin, 0, 10);
        await one.UntilAsync(counts => counts.Published == 10);

        await one.Publishing.LeaveAsync([Bitcoin]);
        venue.BringClosed(Bitcoin, 10, 10);
        await using var other = Publisher(server, venue, Begin);
        await other.UntilAsync(counts => counts.Published == 10);

        one.Publishing.Counts.Published.ShouldBe(10);
        one.Publishing.Counts.Series.ShouldBe(0);
        await ShouldHaveAsync(server, 20);
    }

    internal static Publisher Publisher(NatsServer server, PlayedVenue venue, DateTimeOffset? begin, params IReadOnlyCollection<Series> series) =>
        new(venue, new NatsQuoteSink(new NatsBusOptions { Address = server.Address, Timeout = TimeSpan.FromSeconds(2) }), series.Count > 0 ? series : [Bitcoin], begin);

    /// <summary>Each candle once, in order, numbered without a hole: read by NATS's own client.</summary>
    internal static async Task ShouldHaveAsync(NatsServer server, int count)
    {
        var stored = await Stored.AllAsync(server);
        stored.Select(one => one.Json.GetProperty("open").GetDecimal()).ShouldBe(Enumerable.Range(0, count).Select(index => 100m + index));
        stored.Select(one => one.Headers["Ohlcv-Seq"]).ShouldBe(Enumerable.Range(1, count).Select(number => $"{number}"));
    }
}
