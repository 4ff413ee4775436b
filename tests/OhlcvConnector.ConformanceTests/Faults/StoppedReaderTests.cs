using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.ConformanceTests.Delivery;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>A reader that stops reading for a long while.</summary>
public class StoppedReaderTests
{
    private const int Capacity = 16;

    [Theory]
    [InlineData("binance", Market.Spot)]
    [InlineData("gateio", Market.Spot)]
    [InlineData("hyperliquid", Market.UsdMargined)]
    public async Task For_ten_minutes_gets_every_closed_candle_after_and_little_waits_for_it_meanwhile(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, configure: options => options.ClosedQueueCapacity = Capacity);
        var series = await stage.SeriesAsync(6);
        var checkers = series.ToDictionary(one => one, one => new SeriesChecker(one.ToString(), stage.Access.Market.OmitsQuietCandles));
        await using var feed = (VenueFeed)stage.Repositories.Open(series);
        await using var quotes = feed.ReadAllAsync(stage.Token).GetAsyncEnumerator(stage.Token);
        for (var i = 0; i < 30; i++)
        {
            await ReadAsync();
        }

        var until = stage.Sandbox.Clock.GetUtcNow().AddMinutes(10);
        var most = 0;
        await Eventually.TrueAsync(
            () =>
            {
                most = Math.Max(most, feed.Depths.Closed);
                return stage.Sandbox.Clock.GetUtcNow() > until;
            },
            "ten minutes of the market pass");
        while (checkers.Values.Any(checker => checker.Closed.Count == 0 || checker.Closed[^1].CloseTime < until))
        {
            await ReadAsync();
        }

        foreach (var checker in checkers.Values)
        {
            checker.CompareWith(stage.Sandbox);
        }

        most.ShouldBeLessThanOrEqualTo(Capacity * 2, "closed candles that wait: the queue, and a page of history at most where there is one");
        most.ShouldBeGreaterThanOrEqualTo(Capacity / 2, "it was really held up");

        async Task ReadAsync()
        {
            (await quotes.MoveNextAsync()).ShouldBeTrue();
            checkers[quotes.Current.Series].Read(quotes.Current);
        }
    }
}
