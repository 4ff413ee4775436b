using NSubstitute;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Application;

public class StreamPricesTests
{
    private readonly IInstrumentRepository _instruments = Substitute.For<IInstrumentRepository>();
    private readonly IPriceFeedRepository _feeds = Substitute.For<IPriceFeedRepository>();
    private readonly ManualTimeProvider _time = new();
    private readonly StreamPrices _stream;

    public StreamPricesTests()
    {
        Interval[] intervals = [Interval.OneMinute, Interval.OneHour];
        MarketProfile Profile(Market market) => new(market, intervals, intervals, TellsTrades: market == Market.UsdMargined);
        _instruments.Exchanges.Returns([new ExchangeProfile("toy", [Profile(Market.Spot), Profile(Market.UsdMargined)], Market.Spot),
            new ExchangeProfile("free", [Profile(Market.Spot), Profile(Market.UsdMargined)], null)]);
        foreach (var exchange in (string[])["toy", "free"])
        {
            _instruments.ListAgainAsync(exchange, Arg.Any<Market>(), Arg.Any<CancellationToken>())
                .Returns(call => _instruments.ListAsync(exchange, call.Arg<Market>()));
            _instruments.ListAsync(exchange, Market.Spot, Arg.Any<CancellationToken>()).Returns([
                Instrument("BTCUSDT", exchange: exchange), Instrument("ETHUSDT", "ETH", exchange: exchange), Instrument(
                    "@107", "HYPE", "USDC", exchange: exchange)]);
            _instruments.ListAsync(exchange, Market.UsdMargined, Arg.Any<CancellationToken>()).Returns([
                Instrument("BTCUSDT_260626", market: Market.UsdMargined, exchange: exchange,
                    settle: "USDT") with { ExpiresAt = DateTimeOffset.UnixEpoch, Symbol = "BTC/USDT:USDT-260626" },
                Instrument("BTC-PERP", market: Market.UsdMargined, exchange: exchange, settle: "USDT")]);
        }

        _stream = new StreamPrices(_instruments, _feeds, _time);
    }

    [Theory]
    [InlineData("BTCUSDT", null, "BTCUSDT")]
    [InlineData("BTC/USDT", null, "BTCUSDT")]
    [InlineData("btc-usdt", null, "BTCUSDT")]
    [InlineData("BTC_USDT", null, "BTCUSDT")]
    [InlineData("btcusdt", null, "BTCUSDT")]
    [InlineData("HYPE/USDC", null, "@107")]
    [InlineData("BTC/USDT:USDT", Market.UsdMargined, "BTC-PERP")]
    [InlineData("BTCUSDT", Market.UsdMargined, "BTC-PERP")]
    [InlineData("BTC/USDT:USDT-260626", Market.UsdMargined, "BTCUSDT_260626")]
    public async Task Symbols_resolve_by_the_listing_and_the_quote_keeps_what_was_asked(string asked, Market? market, string venueSymbol)
    {
        var series = (await _stream.ResolveAsync(new StreamRequest { Exchange = "TOY", Symbols = [asked], Market = market })).ShouldHaveSingleItem();
        (series.VenueSymbol, series.Symbol).ShouldBe((venueSymbol, asked));
    }

    [Fact]
    public async Task A_past_that_starts_in_the_future_is_refused_unless_our_clock_was_set_back()
    {
        var now = _time.GetUtcNow();
        var request = new StreamRequest { Exchange = "toy", Symbols = ["BTCUSDT"], Since = now.AddMinutes(5) };
        (await Should.ThrowAsync<ArgumentException>(() => _stream.ResolveAsync(request))).Message
            .ShouldStartWith("The stream is to start in the future: 2026-01-01 00:05:00Z is after 2026-01-01 00:00:00Z.");
        await _stream.ResolveAsync(request with { Since = now });
        await _stream.ResolveAsync(request with { Since = DateTimeOffset.MinValue });

        _time.Step(TimeSpan.FromHours(-1));
        await _stream.ResolveAsync(request with { Since = now.AddMinutes(-1) });
        _time.Step(TimeSpan.FromHours(2));
        await _stream.ResolveAsync(request with { Since = now.AddMinutes(59) });
    }

    [Fact]
    public async Task Without_a_default_market_the_symbol_decides()
    {
        var series = await _stream.ResolveAsync(new StreamRequest { Exchange = "free", Symbols = ["BTC-PERP", "ETHUSDT"] });

        series.Select(one => one.Market).ShouldBe([Market.UsdMargined, Market.Spot]);
    }

    [Fact]
    public async Task An_unknown_symbol_suggests_near_ones_and_says_where_else_it_is()
    {
        var error = await Should.ThrowAsync<UnknownSymbolException>(() => _stream.ResolveAsync(new StreamRequest { Exchange = "toy", Symbols = ["BTCUSD"] }));

        error.Suggestions[0].ShouldBe("BTCUSDT");
        error.Message.ShouldStartWith("toy spot has no symbol 'BTCUSD'. Did you mean BTCUSDT");

        var elsewhere = await Should.ThrowAsync<UnknownSymbolException>(
            () => _stream.ResolveAsync(new StreamRequest { Exchange = "toy", Symbols = ["BTC-PERP"] }));

        elsewhere.Message.ShouldContain("There is BTC-PERP in its market usdm.");
    }

    [Fact]
    public async Task Wrong_exchanges_markets_intervals_and_empty_requests_are_refused_before_anything_is_connected()
    {
        Should.Throw<UnknownExchangeException>(() => _stream.StreamAsync(new StreamRequest { Exchange = "nope", Symbols = ["X"] })).Message
            .ShouldContain("Known are toy, free");
        await Should.ThrowAsync<UnsupportedMarketException>(
            () => _stream.ResolveAsync(new StreamRequest { Exchange = "toy", Symbols = ["X"], Market = Market.CoinMargined }));
        await Should.ThrowAsync<ArgumentException>(() => _stream.ResolveAsync(new StreamRequest { Exchange = "toy", Symbols = [] }));
        var interval = await Should.ThrowAsync<UnsupportedIntervalException>(
            () => _stream.ResolveAsync(new StreamRequest { Exchange = "toy", Symbols = ["BTCUSDT"], Interval = Interval.OneDay }));

        interval.Message.ShouldBe("toy spot has no interval '1d'. It has 1m 1h. It can be built from 1h.");
        _feeds.DidNotReceiveWithAnyArgs().Open(default!, default);
    }

    [Theory]
    [InlineData("5s", false, false, "toy usdm has no interval '5s'. It has 1m 1h. Trades can make it.")]
    [InlineData("5s", true, true, null)]
    [InlineData("2h", true, true, null)] // from trades, for nobody asked for parts
    [InlineData("1w", true, false, "toy usdm has no interval '1w'. It has 1m 1h. Trades make candles of up to 1d.")]
    public async Task An_interval_is_built_from_trades_if_that_is_asked_for_and_up_to_a_day(string interval, bool fromTrades, bool isBuilt, string? error)
    {
        var feed = FeedOf();
        _feeds.OpenFromTrades(Arg.Any<IReadOnlyCollection<Series>>()).Returns(feed);
        var request = new StreamRequest
        {
            Exchange = "toy",
            Market = Market.UsdMargined,
            Symbols = ["BTC-PERP"],
            Interval = Interval.Parse(interval),
            IntervalFromTrades = fromTrades,
        };

        var read = async () => await _stream.StreamAsync(request).ToListAsync();

        if (isBuilt)
        {
            await read();
            _feeds.Received(1).OpenFromTrades(Arg.Is<IReadOnlyCollection<Series>>(series => series.Single().Interval == request.Interval));
            (await Should.ThrowAsync<ArgumentException>(() => _stream.ResolveAsync(request with { Since = DateTimeOffset.MinValue }))).Message
                .ShouldContain("trades make none of the past: leave out since when");
        }
        else
        {
            (await Should.ThrowAsync<UnsupportedIntervalException>(read)).Message.ShouldBe(error);
        }

        _feeds.DidNotReceiveWithAnyArgs().Open(default!, default);
    }

    [Fact]
    public async Task An_interval_is_not_built_from_trades_where_they_are_not_read_nor_where_its_own_candles_or_shorter_ones_make_it()
    {
        var request = new StreamRequest { Exchange = "toy", Symbols = ["BTCUSDT"], Interval = Interval.Parse("5s"), IntervalFromTrades = true };
        (await Should.ThrowAsync<UnsupportedIntervalException>(() => _stream.ResolveAsync(request))).Message
            .ShouldBe("toy spot has no interval '5s'. It has 1m 1h. The trades of toy spot are not read.");

        var feed = FeedOf();
        _feeds.Open(Arg.Any<IReadOnlyCollection<Series>>(), Arg.Any<DateTimeOffset?>()).Returns(feed);
        var usdm = request with { Market = Market.UsdMargined, Symbols = ["BTC-PERP"], BuildInterval = true };
        await _stream.StreamAsync(usdm with { Interval = Interval.OneMinute }).ToListAsync();
        await _stream.StreamAsync(usdm with { Interval = Interval.Parse("2h") }).ToListAsync();
        _feeds.DidNotReceiveWithAnyArgs().OpenFromTrades(default!);
    }

    [Fact]
    public async Task Each_market_gets_a_feed_of_its_own_a_repeated_symbol_counts_once_and_all_are_merged_and_ended()
    {
        var spot = FeedOf(Quote(Minutes(), 0), Closed(Minutes(), 0));
        var usdm = FeedOf(Closed(Minutes("BTC-PERP"), 0));
        _feeds.Open(Arg.Is<IReadOnlyCollection<Series>>(series => series.First().Market == Market.Spot), Arg.Any<DateTimeOffset?>()).Returns(spot);
        _feeds.Open(Arg.Is<IReadOnlyCollection<Series>>(series => series.First().Market == Market.UsdMargined), Arg.Any<DateTimeOffset?>()).Returns(usdm);
        StreamRequest[] requests =
        [
            new() { Exchange = "toy", Symbols = ["BTCUSDT", "BTC/USDT"], ClosedOnly = true },
            new() { Exchange = "toy", Symbols = ["BTC-PERP"], Market = Market.UsdMargined },
        ];

        var quotes = new List<PriceQuote>();
        await foreach (var quote in _stream.StreamAsync(requests))
        {
            quotes.Add(quote);
        }

        quotes.Count.ShouldBe(2, "the open one was not asked for");
        _feeds.Received(1).Open(Arg.Is<IReadOnlyCollection<Series>>(series => series.Count == 1 && series.First().Market == Market.Spot), null);
        await spot.Received(1).DisposeAsync();
        await usdm.Received(1).DisposeAsync();
    }

    [Fact]
    public async Task Leaving_the_loop_ends_the_feed()
    {
        var feed = FeedOf(Closed(Minutes(), 0), Closed(Minutes(), 1));
        _feeds.Open(default!, default).ReturnsForAnyArgs(feed);

        await foreach (var quote in _stream.StreamAsync(new StreamRequest { Exchange = "toy", Symbols = ["BTCUSDT"] }))
        {
            break;
        }

        await feed.Received(1).DisposeAsync();
    }

    private static IPriceFeed FeedOf(params PriceQuote[] quotes)
    {
        var feed = Substitute.For<IPriceFeed>();
        feed.ReadAllAsync(Arg.Any<CancellationToken>()).Returns(quotes.ToAsyncEnumerable());
        return feed;
    }
}
