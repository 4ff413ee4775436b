using System.Collections.Concurrent;
using OhlcvConnector.Application;
using OhlcvConnector.ConformanceTests.Delivery;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>What every market of every venue does alike on the stream.</summary>
public class StreamConformance
{
    private const int Closes = 6;

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task Several_symbols_stream_and_every_close_has_the_values_of_the_books(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = await stage.SeriesAsync(5);

        var checkers = await Reading.ReadAsync(stage, series, Closes);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));

        checkers.Sum(checker => checker.OpenUpdates).ShouldBeGreaterThan(0);
        stage.Sandbox.Statistics.Violations.ShouldBe(0, "no limit of the venue is exceeded");
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task A_cut_connection_loses_and_repeats_nothing(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = await stage.SeriesAsync(3);
        var cuts = 0;

        var checkers = await Reading.ReadAsync(stage, series, Closes,
            read => cuts += read % 20 == 10
                && cuts < 3 ? stage.Sandbox.DropConnections(exchange) : 0, until: () => cuts > 0 && stage.Access.Counters.Reconnections > 0);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task More_series_than_one_connection_may_carry_are_spread_over_several(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, configure: options => options.MaxSeriesPerConnection = 2);
        var series = await stage.SeriesAsync(5);

        var checkers = await Reading.ReadAsync(stage, series, 2);

        stage.Sandbox.Statistics.ConnectionsOpened.ShouldBe((series.Count + 1) / 2);
        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));

        stage.Sandbox.Statistics.Violations.ShouldBe(0);
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task Series_come_and_go_while_others_run_on(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = await stage.SeriesAsync(3);
        if (series.Count < 2)
        {
            series.Add(new Series(series[0].Instrument, Interval.Parse("5m"), series[0].Symbol));
        }

        await using var feed = stage.Repositories.Open([series[0]]);
        var first = new SeriesChecker("first", stage.Access.Market.OmitsQuietCandles);
        var added = false;
        var removed = false;
        await foreach (var quote in feed.ReadAllAsync(stage.Token))
        {
            if (!added && quote.Series.Equals(series[0]))
            {
                feed.Add(series[1]);
                added = true;
            }
            else if (!removed && quote.Series.Equals(series[1]))
            {
                feed.Remove(series[1]);
                removed = true;
                await Eventually.TrueAsync(() => stage.Sandbox.Statistics.Subscriptions == stage.SubscriptionsOf(1), "it is unsubscribed");
            }

            if (quote.Series.Equals(series[0]))
            {
                first.Read(quote);
                if (removed && first.Closed.Count >= 3)
                {
                    break;
                }
            }
        }

        first.CompareWith(stage.Sandbox);

        stage.Access.Counters.Reconnections.ShouldBe(0);
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task The_past_joins_the_present_without_a_seam(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = (await stage.SeriesAsync(1))[0];
        var since = stage.Sandbox.Clock.GetUtcNow().AddMinutes(-700);
        var checker = new SeriesChecker("since", stage.Access.Market.OmitsQuietCandles);
        var request = new StreamRequest { Exchange = exchange, Market = market, Symbols = [series.VenueSymbol], Since = since, ClosedOnly = true };
        await foreach (var quote in stage.Connector.StreamAsync(request, stage.Token))
        {
            checker.Read(quote);
            if (quote.OpenTime > since.AddMinutes(706))
            {
                break;
            }
        }

        (checker.Closed[0].OpenTime - since).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(stage.Access.Market.OmitsQuietCandles ? 30 : 1));
        checker.CompareWith(stage.Sandbox);
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task Malformed_frames_are_counted_and_logged_and_never_fatal(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        var series = await stage.SeriesAsync(1);
        var injected = false;
        var checker = new SeriesChecker("malformed", stage.Access.Market.OmitsQuietCandles);
        await foreach (var quote in stage.Connector.StreamAsync(
            new StreamRequest { Exchange = exchange, Market = market, Symbols = [series[0].VenueSymbol] }, stage.Token))
        {
            checker.Read(quote);
            if (!injected && quote.Source == QuoteSource.Stream) // of history there can be one before the connection is there, and then nobody gets them
            {
                injected = true;
                await stage.Sandbox.InjectAsync(exchange, "{\"truncated\":"u8.ToArray());
                await stage.Sandbox.InjectAsync(exchange, "{} {}"u8.ToArray());
                await stage.Sandbox.InjectAsync(exchange, "NaN"u8.ToArray());
                await stage.Sandbox.InjectAsync(exchange, ReadOnlyMemory<byte>.Empty);
                await stage.Sandbox.InjectAsync(exchange, new byte[] { 0, 255, 1 }, isBinary: true);
                var huge = new byte[5 * 1024 * 1024];
                Array.Fill(huge, (byte)' ');
                await stage.Sandbox.InjectAsync(exchange, huge);
            }

            if (checker.Closed.Count >= 3 && stage.Access.Counters.Malformed >= 6)
            {
                break;
            }
        }

        checker.CompareWith(stage.Sandbox);

        stage.Access.Counters.Malformed.ShouldBe(6);
        stage.Access.Counters.Reconnections.ShouldBe(0);
        stage.Log.Lines.Count(line => line.Contains("malformed frame", StringComparison.Ordinal)).ShouldBe(1, "once a minute at most");
    }

    [Theory]
    [ClassData(typeof(AllMarkets))]
    public async Task A_series_that_the_venue_does_not_have_costs_the_others_nothing(string exchange, Market market)
    {
        await using var stage = await Stage.SetAsync(exchange, market, configure: options => options.CircuitBreakerFailureThreshold = 100);
        var good = (await stage.SeriesAsync(1))[0];
        var bad = new Series(good.Instrument with { VenueSymbol = "NOPE-USDT_X", Symbol = "NOPE" }, good.Interval);
        await using var feed = stage.Repositories.Open([bad, good]);
        var refused = new ConcurrentQueue<SeriesStatus>();
        feed.OnStatus = refused.Enqueue;
        var checker = new SeriesChecker("good", stage.Access.Market.OmitsQuietCandles);
        await foreach (var quote in feed.ReadAllAsync(stage.Token))
        {
            quote.Series.ShouldBe(good);
            checker.Read(quote);
            if (checker.Closed.Count >= 4 && checker.OpenUpdates > 0)
            {
                break;
            }
        }

        checker.CompareWith(stage.Sandbox);

        refused.ShouldAllBe(status => status.Series == bad);
    }
}
