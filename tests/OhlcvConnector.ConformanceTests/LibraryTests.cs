using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>The library as its users call it, over simulated exchanges.</summary>
public sealed class LibraryTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 6, 23, 50, 30, TimeSpan.Zero); // a Friday

    [Theory]
    [InlineData("gateio", "BTC_USDT", "1w")]
    [InlineData("gateio", "BTC_USDT", "1M")]
    [InlineData("hyperliquid", "BTC", "6h")]
    [InlineData("binance", "BTCUSDT", "7m")]
    public async Task Candles_of_a_length_that_the_exchange_lacks_are_built_with_the_values_of_its_books(string exchange, string symbol, string interval)
    {
        await using var stage = await Stage.SetAsync(exchange, Market.Spot, speed: 600, sandbox: options => options.StartTime = Start);
        var wanted = Interval.Parse(interval);
        var request = new StreamRequest
        {
            Exchange = exchange,
            Symbols = [symbol],
            Market = exchange == "hyperliquid" ? Market.UsdMargined : Market.Spot,
            Interval = wanted,
            Since = Start - (wanted.ApproximateLength * 2),
            BuildInterval = true,
        };

        var closed = new List<PriceQuote>();
        PriceQuote open = default;
        await foreach (var quote in stage.Connector.StreamAsync(request, stage.Token))
        {
            quote.Interval.ShouldBe(wanted);
            if (quote.IsClosed)
            {
                closed.Add(quote);
            }
            else
            {
                open = quote;
                break;
            }
        }

        closed.ShouldNotBeEmpty();
        closed.Zip(closed.Skip(1)).ShouldAllBe(pair => pair.Second.OpenTime == pair.First.CloseTime);
        open.OpenTime.ShouldBe(closed[^1].CloseTime);
        foreach (var quote in closed)
        {
            ShouldBeAsInTheBooks(stage, quote);
        }
    }

    [Fact]
    public async Task A_live_stream_of_built_candles_begins_with_the_whole_open_one()
    {
        await using var stage = await Stage.SetAsync("gateio", Market.Spot, sandbox: options => options.StartTime = Start);
        await foreach (var quote in stage.Connector.StreamAsync(
            new StreamRequest { Exchange = "gateio", Symbols = ["BTC_USDT"], Interval = Interval.OneWeek, BuildInterval = true }, stage.Token))
        {
            quote.OpenTime.ShouldBe(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
            quote.IsClosed.ShouldBeFalse();
            var monday = stage.Sandbox.Candles("gateio", Market.Spot, "BTC_USDT", Interval.OneDay, quote.OpenTime, quote.OpenTime.AddDays(1))
                .ShouldHaveSingleItem();
            quote.Open.ShouldBe(monday.Open);
            break;
        }
    }

    [Fact]
    public async Task History_is_built_likewise_and_the_open_candle_comes_last_if_asked_for()
    {
        await using var stage = await Stage.SetAsync("gateio", Market.Spot, speed: 1, sandbox: options => options.StartTime = Start);
        var request = new HistoryRequest
        {
            Exchange = "gateio",
            Symbol = "BTC_USDT",
            Interval = Interval.OneWeek,
            From = Start.AddDays(-30),
            BuildInterval = true,
        };

        var weeks = await stage.Connector.HistoryAsync(request, stage.Token).ToListAsync();

        weeks.Select(week => week.OpenTime.Day).ShouldBe([9, 16, 23]);
        weeks.ForEach(week => ShouldBeAsInTheBooks(stage, week));

        var withOpen = await stage.Connector.HistoryAsync(request with { IncludeOpen = true }, stage.Token).ToListAsync();

        withOpen.Count.ShouldBe(4);
        withOpen[^1].IsClosed.ShouldBeFalse();
    }

    [Fact]
    public async Task Five_exchanges_come_in_one_stream_past_first_each_in_its_order()
    {
        await using var stage = await Stage.SetAsync("binance", Market.Spot, speed: 300);
        var since = stage.Sandbox.Clock.GetUtcNow().AddMinutes(-10);
        StreamRequest[] requests =
        [
            .. stage.Connector.Exchanges.Select(exchange => new StreamRequest
            {
                Exchange = exchange.Name,
                Symbols = [exchange.Name == "hyperliquid" ? "BTC" : "BTC/USDT"],
                Market = exchange.Name == "hyperliquid" ? Market.UsdMargined : Market.Spot,
                Since = since,
                ClosedOnly = true,
            }),
        ];

        var closed = requests.ToDictionary(request => request.Exchange, _ => new List<PriceQuote>());
        await foreach (var quote in stage.Connector.StreamAsync(requests, stage.Token))
        {
            closed[quote.Exchange].Add(quote);
            if (closed.Values.All(quotes => quotes.Count >= 12))
            {
                break;
            }
        }

        foreach (var (exchange, quotes) in closed)
        {
            quotes[0].OpenTime.ShouldBeLessThan(since.AddMinutes(3), exchange);
            quotes.Zip(quotes.Skip(1))
                .ShouldAllBe(pair => exchange == "hyperliquid" ? pair.Second.OpenTime >= pair.First.CloseTime : pair.Second.OpenTime == pair.First.CloseTime);
        }
    }

    [Fact]
    public async Task The_past_comes_first_by_one_argument()
    {
        await using var stage = await Stage.SetAsync("binance", Market.Spot);
        var since = stage.Sandbox.Clock.GetUtcNow().AddHours(-1);
        await foreach (var quote in stage.Connector.StreamAsync("binance", ["BTCUSDT"], since: since, cancellationToken: stage.Token))
        {
            quote.IsClosed.ShouldBeTrue();
            quote.OpenTime.ShouldBe(Interval.OneMinute.Next(Interval.OneMinute.Floor(since)));
            break;
        }
    }

    [Fact]
    public async Task Cancelling_throws_and_leaves_no_connection()
    {
        await using var stage = await Stage.SetAsync("binance", Market.Spot);
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var quote in stage.Connector.StreamAsync("binance", "BTCUSDT").WithCancellation(stop.Token))
            {
                await stop.CancelAsync();
            }
        });
        await Testing.Eventually.TrueAsync(() => stage.Sandbox.Statistics.ConnectionsOpen == 0, "the stream is closed");
    }

    [Fact]
    public async Task A_slow_reader_loses_no_closed_candle()
    {
        await using var stage = await Stage.SetAsync("binance", Market.Spot, speed: 600, options => options.ClosedQueueCapacity = 16);
        var read = new List<PriceQuote>();
        var next = stage.Sandbox.Clock.GetUtcNow();
        await foreach (var quote in stage.Connector.StreamAsync(
            new StreamRequest { Exchange = "binance", Symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"], ClosedOnly = true }, stage.Token))
        {
            read.Add(quote);
            next += TimeSpan.FromSeconds(30); // the market brings three candles a minute
            await Testing.Eventually.TrueAsync(() => stage.Sandbox.Clock.GetUtcNow() >= next, "the market goes on");
            if (read.Count == 60)
            {
                break;
            }
        }

        foreach (var series in read.GroupBy(quote => quote.Series))
        {
            series.Zip(series.Skip(1)).ShouldAllBe(pair => pair.Second.OpenTime == pair.First.CloseTime && pair.Second.GapBefore == null);
        }
    }

    private static void ShouldBeAsInTheBooks(Stage stage, PriceQuote quote)
    {
        var part = quote.Interval.Unit is IntervalUnit.Week or IntervalUnit.Month ? Interval.OneDay : Interval.OneMinute;
        var books = stage.Sandbox.Candles(quote.Exchange, quote.Market, quote.Series.VenueSymbol, part, quote.OpenTime, quote.CloseTime);

        quote.GapBefore.ShouldBeNull();
        (quote.Open, quote.High, quote.Low, quote.Close)
            .ShouldBe((books[0].Open, books.Max(candle => candle.High), books.Min(candle => candle.Low), books[^1].Close));
        quote.Volume.ShouldBe(books.Sum(candle => candle.BaseVolume));
    }
}
