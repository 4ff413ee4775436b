using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>Trades take subscriptions of what an exchange allows: on a connection, and in all.</summary>
public class TradeSubscriptionsTests
{
    [Fact]
    public async Task A_connection_has_no_more_streams_than_it_may_trades_included()
    {
        await using var stage = await Stage.SetAsync("gateio", Market.Spot, speed: 10, sandbox: options => options.SymbolCount = 80);
        await using var feed = stage.Repositories.Open(await stage.SeriesAsync(60));
        var reading = ReadAsync(feed, stage.Token);

        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == 120, "candles and trades of 60 symbols are subscribed");

        stage.Sandbox.Statistics.ConnectionsOpen.ShouldBe(2, "a hundred streams are one connection's");
        stage.Sandbox.Statistics.Violations.ShouldBe(0);
        await feed.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task With_more_symbols_than_subscriptions_some_go_without_trades_and_a_busier_one_takes_the_place_of_a_quieter()
    {
        await using var stage = await Stage.SetAsync(
            "hyperliquid", Market.UsdMargined, speed: 5, configure: options => options.Redundancy = 2, sandbox: options => options.SymbolCount = 340);
        var series = await stage.SeriesAsync(300);

        series.Count.ShouldBe(300);
        await using var feed = (VenueFeed)stage.Repositories.Open(series); // 600 subscriptions, and 400 are left for the trades of 200
        int Without() => stage.Connector.Diagnose().Single(one => one is { Exchange: "hyperliquid", Market: Market.UsdMargined }).SymbolsWithoutTrades;

        Without().ShouldBe(100);
        var reading = ReadAsync(feed, stage.Token);
        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == 1_000, "all that is allowed is taken");
        await LookAsync(feed, () => Without() == 101, "a quieter one gives up what it has"); // when candles have shown who is busy

        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == 998, "the exchange has learned of it");
        await LookAsync(feed, () => stage.Log.Lines.Any(line => line.Contains("has its trades now", StringComparison.Ordinal)), "a busier one is given that");

        series.Take(60).ToList().ForEach(feed.Remove);
        await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions < 900, "the exchange has learned of it");
        await LookAsync(feed, () => Without() == 0, "what is free goes to those that went without");

        stage.Log.Lines.ShouldAllBe(line => !line.Contains("Cannot subscribe to more than", StringComparison.Ordinal), "the exchange never had to refuse one");
        await feed.DisposeAsync();
        await reading;
    }

    /// <summary>Looks as the feed does each minute, until it has come to that.</summary>
    private static Task LookAsync(VenueFeed feed, Func<bool> condition, string because) => Eventually.TrueAsync(
        () =>
        {
            feed.ShareTrades();
            return condition();
        },
        because);

    private static async Task ReadAsync(IPriceFeed feed, CancellationToken cancellationToken)
    {
        await foreach (var _ in feed.ReadAllAsync(cancellationToken))
        {
            // they need only come
        }
    }
}
