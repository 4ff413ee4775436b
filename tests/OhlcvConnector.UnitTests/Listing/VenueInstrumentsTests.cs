using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>The listing as it is kept, renewed, and read page after page.</summary>
public sealed class VenueInstrumentsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly PlayedVenue _binance;
    private readonly PlayedVenue _bybit;

    public VenueInstrumentsTests()
    {
        _binance = new PlayedVenue("binance", Market.Spot, _time);
        _bybit = new PlayedVenue("bybit", Market.UsdMargined, _time);
    }

    public void Dispose()
    {
        _binance.Dispose();
        _bybit.Dispose();
    }

    [Fact]
    public async Task It_is_kept_for_an_hour_and_read_anew_for_who_misses_something_at_most_once_a_minute()
    {
        _binance.Answer = _ => Symbols("A");

        (await _binance.Instruments.ListAsync(default)).ShouldHaveSingleItem();
        _binance.Answer = _ => Symbols("A", "B");

        (await _binance.Instruments.ListAgainAsync(default)).Count.ShouldBe(1, "it was just read");
        _time.Advance(TimeSpan.FromSeconds(61));

        (await _binance.Instruments.ListAsync(default)).Count.ShouldBe(1, "it is not an hour old");
        (await _binance.Instruments.ListAgainAsync(default)).Count.ShouldBe(2);
        (await _binance.Instruments.ListAsync(default)).Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromMinutes(59));
        _ = await _binance.Instruments.ListAsync(default);

        _binance.Asked.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromMinutes(2));
        _ = await _binance.Instruments.ListAsync(default);

        _binance.Asked.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_old_listing_serves_while_the_venue_does_not_answer_which_is_tried_once_a_minute()
    {
        await Should.ThrowAsync<ExchangeUnavailableException>(() => _binance.Instruments.ListAsync(default));
        _binance.Answer = _ => Symbols("A");

        (await _binance.Instruments.ListAsync(default)).ShouldHaveSingleItem(); // at once: there is none that could serve

        _binance.Answer = _ => null;
        _time.Advance(TimeSpan.FromHours(2));

        (await _binance.Instruments.ListAsync(default)).ShouldHaveSingleItem();
        (await _binance.Instruments.ListAsync(default)).ShouldHaveSingleItem();
        _binance.Asked.Count.ShouldBe(3);
        _binance.Log.Lines.ShouldContain(line => line.StartsWith(
            "Warning: The listing of binance spot could not be read again, so the one of 02:00:00 ago serves", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(61));
        await Should.ThrowAsync<ExchangeUnavailableException>(() => _binance.Instruments.ListAgainAsync(default)); // who misses something must learn it
    }

    [Theory]
    [InlineData("""{"symbols":[]}""")]
    [InlineData("""{"symbols":[null,7,{"status":"TRADING"}]}""")]
    [InlineData("""{"symbols":null}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task A_listing_that_is_suddenly_empty_is_not_believed(string answer)
    {
        _binance.Answer = _ => Symbols("A");
        _ = await _binance.Instruments.ListAsync(default);
        _time.Advance(TimeSpan.FromHours(2));
        _binance.Answer = _ => answer;

        (await _binance.Instruments.ListAsync(default)).ShouldHaveSingleItem().VenueSymbol.ShouldBe("A");
    }

    [Fact]
    public async Task Nobody_waits_for_a_renewal_that_somebody_else_waits_for()
    {
        _binance.Answer = _ => Symbols("A");
        _ = await _binance.Instruments.ListAsync(default);
        _time.Advance(TimeSpan.FromHours(2));
        var gate = new TaskCompletionSource();
        _binance.Gate = gate.Task;
        var renewal = _binance.Instruments.ListAsync(default);
        await Eventually.TrueAsync(() => _binance.Asked.Count == 2, "the renewal was asked for");

        var served = await _binance.Instruments.ListAsync(default).WaitAsync(TimeSpan.FromSeconds(30));

        served.ShouldHaveSingleItem();
        renewal.IsCompleted.ShouldBeFalse();
        gate.SetResult();

        (await renewal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Two_rows_of_one_name_are_one_instrument_the_one_that_trades_and_half_a_name_is_none()
    {
        _binance.Answer = _ => """{"symbols":[{"symbol":"A","status":"BREAK","baseAsset":"X","quoteAsset":"USDT"},{"symbol":"A","status":"trading","baseAsset":"A","quoteAsset":"USDT"},{"symbol":"B","status":"TRADING","baseAsset":"B","quoteAsset":"USDT","filters":null},{"symbol":"B","status":"BREAK","baseAsset":"B","quoteAsset":"USDT"},{"symbol":"C","status":null,"baseAsset":"C","quoteAsset":null}]}""";

        var found = await _binance.Instruments.ListAsync(default);

        found.Select(one => (one.VenueSymbol, one.Symbol, one.IsTrading, one.Status))
            .ShouldBe([("A", "A/USDT", true, "trading"), ("B", "B/USDT", true, "TRADING"), ("C", "C", false, null)]);
    }

    [Fact]
    public async Task A_second_page_is_read_and_contracts_in_pre_market_are_asked_for_by_their_status()
    {
        _bybit.Answer = asked => asked.Contains("status=PreLaunch", StringComparison.Ordinal) ? Decoding.Fixture(
            "bybit/linear/rest_instruments_prelaunch_doc.json")
            : asked.Contains("cursor=", StringComparison.Ordinal) ? Page("", "LASTUSDT")
            : Page("first%3DA%26last%3DB", [.. Enumerable.Range(0, 1000).Select(number => $"N{number}USDT")]);

        var found = await _bybit.Instruments.ListAsync(default);

        found.Count.ShouldBe(1002);
        found[^1].ShouldSatisfyAllConditions(
            one => one.VenueSymbol.ShouldBe("BIOUSDT"), one => one.Status.ShouldBe("PreLaunch"), one => one.IsTrading.ShouldBeTrue("its auctions are over"));
        _bybit.Asked.ShouldBe(
        [
            "/v5/market/instruments-info?category=linear&limit=1000",
            "/v5/market/instruments-info?category=linear&limit=1000&cursor=first%253DA%2526last%253DB",
            "/v5/market/instruments-info?category=linear&limit=1000&status=PreLaunch",
            "/v5/market/instruments-info?category=linear&limit=1000&status=PreLaunch&cursor=first%253DBIOUSDT%2526last%253DBIOUSDT", // it names a page for ever
        ]);
    }

    [Theory]
    [InlineData("an empty page that names a next one")]
    [InlineData("the same cursor again, with rows")]
    [InlineData("another cursor each time, and the same rows")]
    [InlineData("two cursors in turn, with new rows")]
    public async Task A_cursor_that_never_ends_ends_the_list_and_the_next_list_is_read(string kind)
    {
        var pages = 0;
        _bybit.Answer = asked =>
        {
            if (asked.Contains("PreLaunch", StringComparison.Ordinal))
            {
                return asked.Contains("cursor", StringComparison.Ordinal) ? Page("again") : Page("again", "PREUSDT");
            }

            pages++;
            return kind switch
            {
                "an empty page that names a next one" => pages == 1 ? Page("x", "AUSDT") : Page("x"),
                "the same cursor again, with rows" => Page("x", "AUSDT", $"B{pages}USDT"),
                "another cursor each time, and the same rows" => Page($"x{pages}", "AUSDT"),
                _ => Page($"x{pages % 2}", "AUSDT", $"B{pages}USDT"),
            };
        };

        var found = await _bybit.Instruments.ListAsync(default);

        found.ShouldContain(one => one.VenueSymbol == "AUSDT");
        found.ShouldContain(one => one.VenueSymbol == "PREUSDT");
        pages.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_list_of_new_pages_without_end_is_taken_as_it_is_after_two_hundred_and_that_is_logged()
    {
        var pages = 0;
        _bybit.Answer = _ => Page($"x{++pages}", $"A{pages}USDT");

        (await _bybit.Instruments.ListAsync(default)).Count.ShouldBe(200);

        pages.ShouldBe(200);
        _bybit.Log.Lines.ShouldContain("Warning: The listing of bybit usdm does not end: after 200 pages it is taken as it is, 200 instruments");
    }

    [Fact]
    public async Task A_listing_that_is_refused_is_no_empty_listing()
    {
        using var okx = new PlayedVenue("okx", Market.Spot, _time);
        okx.Answer = _ => """{"code":"51000","msg":"Parameter instType error","data":[]}""";

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => okx.Instruments.ListAsync(default))).Message
            .ShouldStartWith("okx spot refused to list its instruments: ");
    }

    [Fact]
    public async Task Who_asks_for_a_listing_of_a_certain_age_gets_none_that_is_older_and_who_gives_up_waiting_is_free()
    {
        _binance.Answer = _ => Symbols("A");
        _ = await _binance.Instruments.ListAsync(TimeSpan.FromMinutes(5), default);
        _time.Advance(TimeSpan.FromMinutes(5));
        _ = await _binance.Instruments.ListAsync(TimeSpan.FromMinutes(5), default);

        _binance.Asked.Count.ShouldBe(1, "it is no older");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _ = await _binance.Instruments.ListAsync(TimeSpan.FromMinutes(5), default);

        _binance.Asked.Count.ShouldBe(2);

        _time.Advance(TimeSpan.FromHours(2));
        _binance.Answer = _ => null;
        _ = await _binance.Instruments.ListAsync(default);
        _time.Advance(TimeSpan.FromSeconds(59.9));
        _ = await _binance.Instruments.ListAgainAsync(default);

        _binance.Asked.Count.ShouldBe(3, "it was tried a minute ago");
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Should.ThrowAsync<ExchangeUnavailableException>(() => _binance.Instruments.ListAgainAsync(default));

        using var leaving = new CancellationTokenSource();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _binance.Instruments.ListAsync(leaving.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => _binance.Instruments.ListAgainAsync(leaving.Token));

        (await _binance.Instruments.ListAsync(default).WaitAsync(TimeSpan.FromSeconds(30))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_venue_that_knows_no_pre_market_has_none()
    {
        _bybit.Answer = asked => asked.Contains("PreLaunch", StringComparison.Ordinal) ? """{"retCode":10001,"retMsg":"Illegal status"}""" : Page("", "AUSDT");

        (await _bybit.Instruments.ListAsync(default)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Okx_lists_swaps_and_dated_contracts_apart_and_one_of_the_lists_may_have_none_of_the_market()
    {
        using var venue = new PlayedVenue("okx", Market.CoinMargined, _time);
        venue.Answer = asked => asked.Contains("SWAP", StringComparison.Ordinal) ? """{"code":"0","data":[]}""" : Decoding.Fixture("okx/futures/rest_instruments_2026.json");

        (await venue.Instruments.ListAsync(default)).ShouldHaveSingleItem().VenueSymbol.ShouldBe("BTC-USD-261030");

        venue.Asked.ShouldBe(["/api/v5/public/instruments?instType=SWAP", "/api/v5/public/instruments?instType=FUTURES"]);
    }

    [Fact]
    public async Task Hyperliquids_perpetuals_of_all_builders_take_two_requests_and_are_quoted_in_their_collaterals_names()
    {
        using var venue = new PlayedVenue("hyperliquid", Market.UsdMargined, _time);
        venue.Answer = asked => Decoding.Fixture(asked.Contains("allPerpMetas",
            StringComparison.Ordinal) ? "hyperliquid/perp/rest_all_perp_metas_collateral.json" : "hyperliquid/spot/rest_spot_meta_collateral.json");

        var found = await venue.Instruments.ListAsync(default);

        venue.Asked.ShouldBe(["""{"type":"spotMeta"}""", """{"type":"allPerpMetas"}"""]);
        found.Select(one => (one.VenueSymbol, one.Symbol, one.SettleAsset)).ShouldBe(
            [("BTC", "BTC/USDC:USDC", "USDC"), ("km:US500", "km:US500/USDH:USDH", "USDH"), ("hyna:BTC", "hyna:BTC/USDE:USDE", "USDE")]);
    }

    private static string Symbols(params string[] names) =>
        $$"""{"symbols":[{{string.Join(',', names.Select(name => $$"""{"symbol":"{{name}}","status":"TRADING","baseAsset":"{{name}}","quoteAsset":"USDT"}"""))}}]}""";

    private static string Page(string cursor, params string[] symbols) =>
        $$$"""{"retCode":0,"result":{"nextPageCursor":"{{{cursor}}}","list":[{{{string.Join(',', symbols.Select(symbol => $$"""{"symbol":"{{symbol}}","contractType":"LinearPerpetual","status":"Trading","baseCoin":"{{symbol[..^4]}}","quoteCoin":"USDT","settleCoin":"USDT"}"""))}}}]}}""";
}
