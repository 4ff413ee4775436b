using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Binance;

public class BinanceRestTests
{
    private readonly Decoding _spot = new("binance", Market.Spot);

    [Fact]
    public void Captured_rows_are_decoded_exactly_and_closed_by_the_clock()
    {
        var series = _spot.NewSeries("BTCUSDT", Interval.OneHour);

        _spot.History(series, Decoding.Fixture("binance/spot/rest_klines.json")).Outcome.ShouldBe(RestOutcome.Ok);

        var quotes = _spot.Batch.Quotes.ToArray();

        quotes.Length.ShouldBe(3);
        (quotes[0].Open, quotes[0].High, quotes[0].Low, quotes[0].Close).ShouldBe((16823.24m, 16823.63m, 16792.12m, 16810.18m));
        quotes[0].Volume.ShouldBe(6230.44034m);
        quotes[0].QuoteVolume.ShouldBe(104737787.3657063m);
        quotes[0].TradeCount.ShouldBe(162086);
        quotes.ShouldAllBe(quote => quote.IsClosed && quote.Source == QuoteSource.History && quote.EventTime == null);
    }

    [Fact]
    public void The_row_that_has_not_ended_is_open()
    {
        var decoding = new Decoding("binance", Market.Spot) { Now = DateTimeOffset.FromUnixTimeMilliseconds(1672992000000 - 1) };
        decoding.History(decoding.NewSeries("BTCUSDT", Interval.OneHour), Decoding.Fixture("binance/spot/rest_klines.json"));

        decoding.Batch.Quotes.ToArray().Select(quote => quote.IsClosed).ShouldBe([true, true, false]);
    }

    [Fact]
    public void Coin_margined_rows_have_base_volume_in_the_other_column()
    {
        var decoding = new Decoding("binance", Market.CoinMargined, contractSize: 100);
        decoding.History(decoding.NewSeries("BTCUSD_PERP", Interval.OneMinute), Decoding.Fixture("binance/coinm/rest_klines.json"));

        decoding.Batch.Quotes[0].Volume.ShouldBe(2.13660389m);
        decoding.Batch.Quotes[0].QuoteVolume.ShouldBe(20600m);
    }

    [Theory]
    [InlineData(400, """{"code":-1121,"msg":"Invalid symbol."}""", "Refused")]
    [InlineData(400, """{"code":-1120,"msg":"Invalid interval."}""", "Refused")]
    [InlineData(429, """{"code":-1003,"msg":"Too many requests."}""", "Limited")]
    [InlineData(418, """{"code":-1003,"msg":"Banned."}""", "Limited")]
    [InlineData(503, "<html>", "Failed")]
    [InlineData(200, "<html>", "Failed")]
    [InlineData(200, "[[1]]", "Ok")]
    public void Refusals_limits_and_failures_are_told_apart(int status, string body, string outcome) =>
        _spot.History(_spot.NewSeries("X", Interval.OneMinute), body, status).Outcome.ToString().ShouldBe(outcome);

    [Fact]
    public void A_page_asks_with_inclusive_bounds_and_says_how_far_it_reaches()
    {
        var request = _spot.Venue.HistoryPage(_spot.Market, _spot.NewSeries("BTCUSDT", Interval.OneMinute), 60_000, 60_000 * 2_001, 0);

        request.Path.ShouldBe("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=60000&endTime=120059999&limit=1000");
        request.CoversToMs.ShouldBe(60_000 * 2_001);
        request.Weight.ShouldBe(2);
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(400, 2)]
    [InlineData(1000, 5)]
    [InlineData(1500, 10)]
    public void Futures_weight_grows_with_the_page(int candles, int weight)
    {
        var usdm = new Decoding("binance", Market.UsdMargined);

        usdm.Venue.HistoryPage(usdm.Market, usdm.NewSeries("BTCUSDT", Interval.OneMinute), 0, candles * 60_000, 0).Weight.ShouldBe(weight);
    }

    [Fact]
    public void Listings_give_both_spellings_contract_sizes_and_expiries()
    {
        var coinm = new Decoding("binance", Market.CoinMargined).Instruments(Decoding.Fixture("binance/coinm/rest_exchange_info_real.json"));

        coinm[0].ShouldBeEquivalentTo(new Instrument
        {
            Exchange = "binance",
            Market = Market.CoinMargined,
            VenueSymbol = "BTCUSD_PERP",
            Symbol = "BTC/USD:BTC",
            BaseAsset = "BTC",
            QuoteAsset = "USD",
            SettleAsset = "BTC",
            ContractSize = 100,
            TickSize = 0.1m,
            LotSize = 1,
            Status = "TRADING",
        });

        coinm[1].Symbol.ShouldBe("BTC/USD:BTC-210924");
        coinm[1].ExpiresAt.ShouldBe(new DateTimeOffset(2021, 9, 24, 8, 0, 0, TimeSpan.Zero));

        var spot = _spot.Instruments(Decoding.Fixture("binance/spot/rest_exchange_info_real.json"));

        spot[0].Symbol.ShouldBe("ETH/BTC");
        spot[0].IsTrading.ShouldBeTrue();
    }
}
