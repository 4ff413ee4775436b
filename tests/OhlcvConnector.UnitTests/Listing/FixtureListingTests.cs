using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>Real listings, old and new, and their oddities: what each row becomes.</summary>
public sealed class FixtureListingTests
{
    [Theory]
    [InlineData("bybit", Market.Spot, "bybit/spot/rest_instruments_xstocks.json", "AAPLUSDT AAPL/USDT - - - 0.01 Trading trades")]
    [InlineData("bybit", Market.CoinMargined, "bybit/inverse/rest_instruments_commodity.json", "BRENTUSD BRENT/USD:BRENT BRENT 1 - 0.01 Trading trades")]
    [InlineData("bybit", Market.UsdMargined, "bybit/linear/rest_instruments_prelaunch_doc.json", "BIOUSDT BIO/USDT:USDT USDT - - 0.0001 PreLaunch trades 2024-12-24")]
    [InlineData("okx", Market.Spot, "okx/spot/rest_instruments_2022_unusual.json", "BTC-USDT BTC/USDT - - - 0.1 live trades", "1INCH-USDT 1INCH/USDT - - - 0.0001 live trades", "NFT-USDT NFT/USDT - - - 0.0000000001 live trades", "SHIB-USDT SHIB/USDT - - - 0.00000001 live trades")]
    [InlineData("okx", Market.UsdMargined, "okx/swap/rest_instruments_2022_unusual.json", "1INCH-USDT-SWAP 1INCH/USDT:USDT USDT 1 - 0.0001 live trades", "NFT-USDT-SWAP NFT/USDT:USDT USDT 1000000 - 0.000000001 live trades", "SHIB-USDT-SWAP SHIB/USDT:USDT USDT 1000000 - 0.00000001 live trades")]
    [InlineData("okx", Market.CoinMargined, "okx/swap/rest_instruments_2022_unusual.json", "BTC-USD-SWAP BTC/USD:BTC BTC 100 - 0.1 live trades", "UNI-USD-SWAP UNI/USD:UNI UNI 10 - 0.001 live trades")]
    [InlineData("okx", Market.UsdMargined, "okx/futures/rest_instruments_2022_unusual.json", "BTC-USDT-220527 BTC/USDT:USDT-220527 USDT 0.01 2022-05-27 0.1 live trades 2022-05-13")]
    [InlineData("okx", Market.CoinMargined, "okx/futures/rest_instruments_2022_unusual.json", "BTC-USD-220527 BTC/USD:BTC-220527 BTC 100 2022-05-27 0.1 live trades 2022-05-13")]
    [InlineData("okx", Market.UsdMargined, "okx/futures/rest_instruments_2026.json", "BTC-USD_UM-261030 BTC/USD:USD-261030 USD 0.01 2026-10-30 0.1 live trades 2026-08-28")]
    [InlineData("okx", Market.CoinMargined, "okx/futures/rest_instruments_2026.json", "BTC-USD-261030 BTC/USD:BTC-261030 BTC 100 2026-10-30 0.1 live trades 2026-08-14")]
    [InlineData("okx", Market.UsdMargined, "okx/swap/rest_instruments_2026.json", "BTC-USDT-SWAP BTC/USDT:USDT USDT 0.01 - 0.1 live trades", "ETH-USDT-SWAP ETH/USDT:USDT USDT 0.1 - 0.01 live trades")]
    public void Each_row_becomes_the_instrument_that_it_is(string venue, Market market, string fixture, params string[] instruments) =>
        new Decoding(venue, market).Instruments(Decoding.Fixture(fixture)).Select(Describe).ShouldBe(instruments);

    [Theory]
    [InlineData("hyperliquid/perp/rest_meta.json", 3, "BTC BTC/USDC:USDC USDC - - - - trades")]
    [InlineData("hyperliquid/perp/rest_meta_2023.json", 28, "kPEPE kPEPE/USDC:USDC USDC - - - - trades")]
    [InlineData("hyperliquid/perp/rest_meta_2026_testnet.json", 4, "SOL SOL/USDC:USDC USDC - - - - trades")]
    [InlineData("hyperliquid/perp/rest_meta_delisted_2026_09_25.json", 6, "MATIC MATIC/USDC:USDC USDC - - - isDelisted halted")]
    [InlineData("hyperliquid/perp/rest_meta_doc_sample.json", 4, "LOOM LOOM/USDC:USDC USDC - - - isDelisted halted")]
    [InlineData("hyperliquid/perp/rest_meta_builder_dex.json", 2, "unit:NQ unit:NQ/USDT0:USDT0 USDT0 - - - isDelisted halted")]
    public void Each_list_of_perpetuals_is_read_as_one_of_all(string fixture, int count, string instrument)
    {
        var found = new Decoding("hyperliquid", Market.UsdMargined).Instruments($"[{Decoding.Fixture(fixture)}]", "perps\n0 USDC\n1 USDT0");

        found.Count.ShouldBe(count);
        found.Select(Describe).ShouldContain(instrument);
    }

    [Fact]
    public void A_collateral_that_no_token_has_is_called_by_its_index() =>
        new Decoding("hyperliquid", Market.UsdMargined).Instruments("""[null,{"universe":[{"name":"a:B"},{"name":null},null],"collateralToken":77},{"universe":null}]""", "perps")
            .ShouldHaveSingleItem().Symbol.ShouldBe("a:B/TOKEN77:TOKEN77");

    [Theory]
    [InlineData("okx", """{"code":"0","data":[{"instType":"SPOT","instId":"","state":"preopen"},{"instType":"SPOT","instId":"A-USDT","baseCcy":"A","quoteCcy":"USDT","state":"suspend"},{"instType":"SPOT","instId":"B-USDT","baseCcy":"B","quoteCcy":"USDT","state":"LIVE"},{"instType":"SPOT","instId":"C-USDT","state":null}]}""", "A-USDT suspend halted", "B-USDT LIVE trades", "C-USDT - halted")]
    [InlineData("gateio", """[{"id":"A_USDT","base":"A","quote":"USDT","trade_status":"untradable"},{"id":"B_USDT","base":"B","quote":"USDT","trade_status":"Tradable"},{"id":null},{"id":"C_USDT"}]""", "A_USDT untradable halted", "B_USDT Tradable trades", "C_USDT - halted")]
    [InlineData("bybit", """{"retCode":0,"result":{"list":[{"symbol":"A","status":"PreLaunch"},{"symbol":"B","status":"PreLaunch","preListingInfo":{"curAuctionPhase":"CallAuction"}},{"symbol":"C","status":"trading"},{"symbol":"D","status":"Closed","priceFilter":null}]}}""", "A PreLaunch trades", "B PreLaunch halted", "C trading trades", "D Closed halted")]
    [InlineData("binance", """{"symbols":[{"symbol":"A","status":"SETTLING"},{"symbol":"B","status":"CANCEL_ONLY","filters":[null,{"filterType":null}]},{"symbol":"C"}]}""", "A SETTLING halted", "B CANCEL_ONLY halted", "C - halted")]
    public void What_does_not_trade_is_listed_with_the_venues_word_for_it(string venue, string listing, params string[] instruments) =>
        new Decoding(venue, Market.Spot).Instruments(listing).Select(one => $"{one.VenueSymbol} {one.Status ?? "-"} {(one.IsTrading ? "trades" : "halted")}")
            .ShouldBe(instruments);

    [Theory]
    [InlineData("{\"name\":\"A_USDT\",\"in_delisting\":true,\"status\":\"trading\"}", "in_delisting", false)]
    [InlineData("{\"name\":\"A_USDT\",\"status\":\"prelaunch\"}", "prelaunch", false)]
    [InlineData("{\"name\":\"A_USDT\",\"status\":\"Trading\",\"in_delisting\":false}", "Trading", true)]
    [InlineData("{\"name\":\"A_USDT\",\"in_delisting\":null}", null, true)]
    public void Gates_contracts_say_it_in_two_places(string row, string? status, bool isTrading)
    {
        var one = new Decoding("gateio", Market.UsdMargined).Instruments($"[{row}]").ShouldHaveSingleItem();
        (one.Status, one.IsTrading).ShouldBe((status, isTrading));
    }

    [Theory]
    [InlineData("PERPETUAL", 4133404800000, null)]
    [InlineData("PERPETUAL", 1790000000000, null)] // to be delisted then, which is no expiry
    [InlineData("PERPETUAL_DELIVERING", 1790000000000, null)]
    [InlineData("TRADIFI_PERPETUAL", 4133404800000, null)]
    [InlineData("CURRENT_QUARTER", 1790236800000, "2026-09-24")]
    [InlineData("CURRENT_QUARTER DELIVERING", 1790236800000, "2026-09-24")]
    [InlineData("NEXT_MONTH", 1790236800000, "2026-09-24")]
    [InlineData("", 1790236800000, "2026-09-24")]
    [InlineData("", 4133404800000, null)]
    public void Binances_contracts_are_dated_by_whatever_name_their_type_has(string type, long delivery, string? expires)
    {
        var listing = $$"""{"symbols":[{"symbol":"A","contractType":"{{type}}","deliveryDate":{{delivery}},"status":"TRADING","baseAsset":"A","quoteAsset":"USDT","marginAsset":"USDT"}]}""";
        new Decoding("binance", Market.UsdMargined).Instruments(listing)
            .ShouldHaveSingleItem().ExpiresAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).ShouldBe(expires);
    }

    [Theory]
    [InlineData("LinearPerpetual", "1790236800000", null)]
    [InlineData("LinearFutures", "1790236800000", "2026-09-24")]
    [InlineData("LinearWeekly", "1790236800000", "2026-09-24")]
    [InlineData("LinearPerpetual", "0", null)]
    [InlineData("", "0", null)]
    public void Bybits_contracts_are_dated_likewise(string type, string delivery, string? expires)
    {
        var listing = $$$"""{"retCode":0,"result":{"list":[{"symbol":"A","contractType":"{{{type}}}","deliveryTime":"{{{delivery}}}","status":"Trading","baseCoin":"A","quoteCoin":"USDT","settleCoin":"USDT"}]}}""";
        new Decoding("bybit", Market.UsdMargined).Instruments(listing)
            .ShouldHaveSingleItem().ExpiresAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).ShouldBe(expires);
    }

    [Fact]
    public void A_perpetual_of_okx_that_will_be_delisted_is_still_none_that_expires()
    {
        var listing = """{"code":"0","data":[{"instType":"SWAP","instId":"A-USDT-SWAP","ctType":"linear","ctValCcy":"A","uly":"A-USDT","settleCcy":"USDT","state":"live","expTime":"1790236800000"}]}""";

        Describe(new Decoding("okx", Market.UsdMargined).Instruments(listing).ShouldHaveSingleItem())
            .ShouldBe("A-USDT-SWAP A/USDT:USDT USDT - - - live trades");
    }

    private static string Describe(Instrument one) => string.Join(' ', new[]
    {
        one.VenueSymbol,
        one.Symbol,
        one.SettleAsset ?? "-",
        one.ContractSize?.ToString("0.############", CultureInfo.InvariantCulture) ?? "-",
        Day(one.ExpiresAt) ?? "-",
        one.TickSize?.ToString("0.############", CultureInfo.InvariantCulture) ?? "-",
        one.Status ?? "-",
        one.IsTrading ? "trades" : "halted",
        Day(one.ListedAt),
    }.OfType<string>());

    private static string? Day(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
