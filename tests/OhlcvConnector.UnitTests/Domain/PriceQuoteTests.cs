using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Domain;

public class PriceQuoteTests
{
    [Theory]
    [InlineData("the low is above the open")]
    [InlineData("the low is above the close")]
    [InlineData("the high is below the open")]
    [InlineData("the high is below the close")]
    [InlineData("the volume is negative")]
    [InlineData("the quote volume is negative")]
    [InlineData("the trade count is negative")]
    [InlineData("the open time is not on the interval's grid")]
    [InlineData("the open time is outside 1970 to 9999")]
    public void A_broken_rule_is_named(string rule)
    {
        var values = new CandleValues { OpenMs = Candles.T0, Open = 2, High = 3, Low = 1, Close = 2, Volume = 1, QuoteVolume = 1, TradeCount = 1 };
        switch (rule)
        {
            case "the low is above the open": values.Low = 2.5m; values.Close = 3; break;
            case "the low is above the close": values.Close = 0.5m; break;
            case "the high is below the open": values.Open = 4; break;
            case "the high is below the close": values.Close = 4; break;
            case "the volume is negative": values.Volume = -1; break;
            case "the quote volume is negative": values.QuoteVolume = -1; break;
            case "the trade count is negative": values.TradeCount = -1; break;
            case "the open time is not on the interval's grid": values.OpenMs++; break;
            default: values.OpenMs = -60_000; break;
        }

        Should.Throw<InvalidQuoteException>(() => new PriceQuote(Candles.Minutes(), values, QuoteSource.Stream, DateTimeOffset.UnixEpoch)).BrokenRule.ShouldBe(rule);
    }

    [Fact]
    public void Close_time_is_the_next_open_time_and_what_is_unknown_is_null()
    {
        var values = new CandleValues { OpenMs = Candles.T0, Open = 1, High = 1, Low = 1, Close = 1 };
        var quote = new PriceQuote(Candles.Minutes(), values, QuoteSource.Stream, DateTimeOffset.UnixEpoch);

        quote.CloseTime.ShouldBe(quote.OpenTime.AddMinutes(1));
        (quote.Volume, quote.QuoteVolume, quote.TradeCount, quote.EventTime, quote.GapBefore).ShouldBe((null, null, null, null, null));
    }

    [Theory]
    [InlineData("um", Market.UsdMargined)]
    [InlineData("CM", Market.CoinMargined)]
    [InlineData("usd-m", Market.UsdMargined)]
    [InlineData("coin-m", Market.CoinMargined)]
    [InlineData("linear", Market.UsdMargined)]
    [InlineData("inverse", Market.CoinMargined)]
    [InlineData("swap", Market.UsdMargined)]
    [InlineData("perp", Market.UsdMargined)]
    [InlineData("futures", Market.UsdMargined)]
    [InlineData("Spot", Market.Spot)]
    public void Markets_are_read_by_all_their_names(string name, Market market) => MarketNames.Parse(name).ShouldBe(market);
}
