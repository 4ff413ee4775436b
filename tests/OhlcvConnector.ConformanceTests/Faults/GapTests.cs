using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>What the venue itself does not have: announced once, with range and reason, on the stream, in the counters and in the log.</summary>
public class GapTests
{
    [Theory]
    [InlineData("hyperliquid", Market.UsdMargined, 5_000)]
    [InlineData("gateio", Market.Spot, 10_000)]
    public async Task A_past_beyond_the_venues_memory_is_one_gap(string exchange, Market market, int reach)
    {
        await using var stage = await Stage.SetAsync(exchange, market, speed: 60);
        var series = (await stage.SeriesAsync(1))[0];
        var since = DateTimeOffset.FromUnixTimeMilliseconds(
            series.Interval.FloorMs(stage.Sandbox.Clock.GetUtcNow().AddMinutes(-reach - 500).ToUnixTimeMilliseconds()));

        var (gap, next) = await FirstGapAsync(stage, series, since);

        gap.From.ShouldBe(since);
        gap.To.ShouldBe(next.OpenTime);
        gap.Reason.ShouldBe($"the venue keeps only its newest {reach} candles");
        Announced(stage, series).ShouldBe(1);
    }

    [Theory]
    [InlineData("binance", Market.Spot)]
    [InlineData("bybit", Market.UsdMargined)]
    public async Task A_close_that_neither_stream_nor_history_ever_brings_is_one_gap_and_the_rest_goes_on(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = (await stage.SeriesAsync(1))[0];
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.EmptyAnswer) { Exchange = exchange });
        await using var feed = stage.Repositories.Open([series]);
        var closed = new List<PriceQuote>();
        await foreach (var quote in feed.ReadAllAsync(stage.Token))
        {
            if (!quote.IsClosed)
            {
                continue;
            }

            closed.Add(quote);
            if (closed.Count == 1)
            {
                stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.MissingFinal) { Exchange = exchange, Times = 1 });
            }
            else if (quote.GapBefore is { } gap)
            {
                gap.From.ShouldBe(closed[^2].CloseTime);
                gap.To.ShouldBe(quote.OpenTime);
                gap.Reason.ShouldContain("no candle here");
                break;
            }
        }

        Announced(stage, series).ShouldBe(1);
    }

    private static int Announced(Stage stage, Series series)
    {
        var logged = stage.Log.Lines.Count(line => line.StartsWith($"Warning: {series} has a gap from ", StringComparison.Ordinal));

        stage.Access.Counters.GapsUnfilled.ShouldBe(logged);
        return logged;
    }

    private static async Task<(Gap Gap, PriceQuote Next)> FirstGapAsync(Stage stage, Series series, DateTimeOffset since)
    {
        await using var feed = stage.Repositories.Open([series], since);
        await foreach (var quote in feed.ReadAllAsync(stage.Token))
        {
            if (quote.IsClosed)
            {
                return (quote.GapBefore.ShouldNotBeNull(), quote);
            }
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
