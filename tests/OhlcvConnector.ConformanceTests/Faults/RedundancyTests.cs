using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>Each series on two connections, the first to come wins.</summary>
public class RedundancyTests
{
    [Theory]
    [InlineData("binance", Market.Spot)]
    [InlineData("okx", Market.UsdMargined)]
    [InlineData("hyperliquid", Market.UsdMargined)]
    public async Task What_both_connections_bring_is_delivered_once(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, configure: options => options.Redundancy = 2);
        var series = await stage.SeriesAsync(3);

        var checkers = await Reading.ReadAsync(
            stage, series, 4, until: () => stage.Sandbox.Statistics.ConnectionsOpen == 2 && stage.Access.Counters.Duplicates + stage.Access.Counters.Stale > 0);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));

        stage.Sandbox.Statistics.Violations.ShouldBe(0);
    }

    [Fact]
    public async Task The_loss_of_one_connection_makes_no_close_late_enough_to_ask_history()
    {
        await using var stage = await Stage.SetAsync("binance", Market.Spot, speed: 60, configure: options =>
        {
            options.Redundancy = 2;
            options.CloseDeadline = TimeSpan.FromMinutes(5); // market time: five seconds by the clock on the wall, longer than any machine holds its breath
        });
        var series = await stage.SeriesAsync(3);
        var drops = 0;
        DateTimeOffset? whole = null; // since when both connections carry all three series
        Dictionary<string, DateTimeOffset> closed = [];
        List<PriceQuote> afterLoss = []; // before it the first connection itself may have come too late for the first close
        void DropWhereTheOtherHasAll(PriceQuote quote)
        {
            if (quote.IsClosed)
            {
                closed[quote.Series.VenueSymbol] = quote.OpenTime;
                if (drops > 0)
                {
                    afterLoss.Add(quote);
                }
            }

            // What was sent before both were subscribed may wait unread in one of them, and a connection that is dropped takes it along: so all of it has to
            // have come.
            whole = stage.Sandbox.Statistics is { ConnectionsOpen: 2, Subscriptions: 6 } now
                && now.ConnectionsOpened == 2 + drops ? whole ?? stage.Sandbox.Clock.GetUtcNow() : null;
            if (drops < 3 && closed.Count == 3 && closed.Values.Min() >= whole)
            {
                drops += stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Drop));
            }
        }

        var checkers = await Reading.ReadAsync(
            stage, series, 6, until: () => drops == 3 && stage.Sandbox.Statistics.ConnectionsOpened >= 5, onQuote: DropWhereTheOtherHasAll);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));

        afterLoss.ShouldNotBeEmpty();
        afterLoss.Where(quote => quote.Source != QuoteSource.Stream).ShouldBeEmpty($"{stage.Sandbox.Statistics}\n{string.Join('\n', stage.Log.Lines)}");
    }

    [Fact]
    public async Task One_connection_going_while_the_other_is_refused_is_met_like_any_loss()
    {
        await using var stage = await Stage.SetAsync(
            "bybit", Market.UsdMargined, configure: options => (options.Redundancy, options.CircuitBreakerRecoveryTime) = (2, TimeSpan.FromSeconds(1)));
        var series = await stage.SeriesAsync(2);
        var struck = false;
        var checkers = await Reading.ReadAsync(
            stage,
            series,
            6,
            read =>
            {
                if (read > 20 && !struck)
                {
                    struck = true;
                    stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.Refuse) { Duration = TimeSpan.FromMinutes(2) });
                    stage.Sandbox.DropConnections();
                }
            },
            until: () => stage.Sandbox.Statistics.ConnectionsOpened == 4);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));
    }
}
