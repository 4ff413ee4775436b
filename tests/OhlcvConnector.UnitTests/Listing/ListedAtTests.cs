using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>Since when something trades, where the venue says it and can be believed.</summary>
public sealed class ListedAtTests
{
    private const string Binance = """{"symbols":[{"symbol":"NEWUSDT","contractType":"PERPETUAL","deliveryDate":4133404800000,"onboardDate":1780000000000,"status":"TRADING","baseAsset":"NEW","quoteAsset":"USDT","marginAsset":"USDT"}]}""";
    private const string Bybit = """{"retCode":0,"result":{"list":[{"symbol":"NEWUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"NEW","quoteCoin":"USDT","settleCoin":"USDT","launchTime":"1780000000000"}]}}""";
    private const string Okx = """{"code":"0","data":[{"instType":"SWAP","instId":"NEW-USDT-SWAP","ctType":"linear","ctValCcy":"NEW","uly":"NEW-USDT","settleCcy":"USDT","state":"live","listTime":"1780000000000","contTdSwTime":"1780000600000"}]}""";
    private const string GateIo = """[{"name":"NEW_USDT","quanto_multiplier":"1","in_delisting":false,"create_time":1780000000,"launch_time":1780000600}]""";

    [Theory]
    [InlineData("binance", Binance)]
    [InlineData("bybit", Bybit)]
    [InlineData("okx", Okx)]
    [InlineData("gateio", GateIo)]
    public void A_date_of_late_years_is_taken_and_the_earliest_of_several(string venue, string listing) =>
        new Decoding(venue, Market.UsdMargined).Instruments(listing)
            .ShouldHaveSingleItem().ListedAt.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1780000000000));

    [Theory]
    [InlineData("binance", "1569398400000")] // BTCUSDT: its first candle is of 8 September 2019, 17 days before
    [InlineData("bybit", "1585526400000")] // BTCUSDT: its first candle is of 25 March 2020
    [InlineData("okx", "1611907686000")] // the day of the move, of BTC-USDT and all others; the listing of 2022 said 1548133413000
    [InlineData("binance", "0")]
    [InlineData("bybit", "1")]
    [InlineData("bybit", "-5")]
    [InlineData("bybit", "99999999999999999999999")]
    public void A_date_that_was_written_down_afterwards_or_is_none_is_not(string venue, string date)
    {
        var listing = venue switch { "binance" => Binance, "bybit" => Bybit, _ => Okx };

        new Decoding(venue, Market.UsdMargined).Instruments(listing.Replace("1780000000000", date, StringComparison.Ordinal))
            .ShouldHaveSingleItem().ListedAt.ShouldBeNull();
    }

    [Theory]
    [InlineData("binance/usdm/rest_exchange_info_real.json", "binance", Market.UsdMargined)]
    [InlineData("gateio/futures/rest_instruments_real.json", "gateio", Market.UsdMargined)]
    [InlineData("gateio/spot/rest_instruments_real.json", "gateio", Market.Spot)]
    [InlineData("bybit/spot/rest_instruments.json", "bybit", Market.Spot)]
    public void Old_listings_and_those_without_dates_say_nothing(string fixture, string venue, Market market) =>
        new Decoding(venue, market).Instruments(Decoding.Fixture(fixture)).ShouldAllBe(instrument => instrument.ListedAt == null);
}
