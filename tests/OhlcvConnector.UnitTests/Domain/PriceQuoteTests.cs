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
    [InlineData("the candle ends after the year 9999")]
    [InlineData("all prices are zero")]
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
            case "the candle ends after the year 9999":
                values.OpenMs = new DateTimeOffset(9999, 12, 31, 23, 59, 0, TimeSpan.Zero)
                .ToUnixTimeMilliseconds(); break;
            case "all prices are zero": (values.Open, values.High, values.Low, values.Close) = (0, 0.00m, 0, 0); break;
            default: values.OpenMs = -60_000; break;
        }

        Should.Throw<InvalidQuoteException>(() => new PriceQuote(Candles.Minutes(), values, QuoteSource.Stream, DateTimeOffset.UnixEpoch)).BrokenRule
            .ShouldBe(rule);
    }

    [Fact]
    public void Close_time_is_the_next_open_time_and_what_is_unknown_is_null()
    {
        var values = new CandleValues { OpenMs = Candles.T0, Open = 1, High = 1, Low = 1, Close = 1 };
        var quote = new PriceQuote(Candles.Minutes(), values, QuoteSource.Stream, DateTimeOffset.UnixEpoch);

        quote.CloseTime.ShouldBe(quote.OpenTime.AddMinutes(1));
        (quote.Volume, quote.QuoteVolume, quote.TradeCount, quote.EventTime, quote.GapBefore).ShouldBe((null, null, null, null, null));
    }

    [Fact]
    public void The_last_candle_of_all_times_can_be_asked_for_its_end_whatever_its_length()
    {
        foreach (var interval in (Interval[])[Interval.OneSecond, Interval.OneMinute, Interval.OneDay, Interval.OneWeek, Interval.OneMonth,
            new Interval(12, IntervalUnit.Month)])
        {
            var series = new Series(Candles.Instrument(), interval);
            var values = new CandleValues { OpenMs = interval.FloorMs(253_402_300_799_999), Open = 1, High = 1, Low = 1, Close = 1 };
            PriceQuote.TryCreate(series, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch, out _, out var rule).ShouldBeFalse();
            rule.ShouldBe("the candle ends after the year 9999");

            values.OpenMs = interval.FloorMs(new DateTimeOffset(9990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
            PriceQuote.TryCreate(series, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch, out var quote, out _).ShouldBeTrue();
            quote.CloseTime.ShouldBeGreaterThan(quote.OpenTime);
        }
    }

    [Fact]
    public void One_price_of_zero_is_possible()
    {
        var values = new CandleValues { OpenMs = Candles.T0, Open = 1, High = 1, Low = 0, Close = 0 };

        PriceQuote.TryCreate(Candles.Minutes(), values, QuoteSource.Stream, DateTimeOffset.UnixEpoch, out _, out _).ShouldBeTrue();
    }

    [Fact]
    public void A_quote_can_always_be_printed_and_the_default_value_says_that_it_is_none()
    {
        default(PriceQuote).ToString().ShouldBe("no quote");
        default(PriceQuote).Equals(default).ShouldBeTrue();
        default(PriceQuote).GetHashCode().ShouldBe(default(PriceQuote).GetHashCode());
        Candles.Closed(Candles.Minutes(), 0).ToString().ShouldBe("binance spot BTCUSDT 1m 2026-01-01T00:00:00Z 100 100.5 100 100.5 50 closed");
    }

    [Fact]
    public void What_one_of_two_states_does_not_know_is_no_difference()
    {
        var values = new CandleValues
        {
            OpenMs = Candles.T0,
            Open = 1,
            High = 1,
            Low = 1,
            Close = 1,
            Volume = 5.0m,
            QuoteVolume = 5,
            TradeCount = 3,
            IsClosed = true,
        };
        var whole = New(values);

        New(values with { TradeCount = null }).Agrees(whole).ShouldBeTrue();
        whole.Agrees(New(values with { QuoteVolume = null })).ShouldBeTrue();
        whole.Agrees(New(values with { Volume = 5.00m })).ShouldBeTrue();
        whole.SameValues(New(values with { TradeCount = null })).ShouldBeFalse();

        whole.Agrees(New(values with { Volume = 6 })).ShouldBeFalse();
        whole.Agrees(New(values with { QuoteVolume = 6 })).ShouldBeFalse();
        whole.Agrees(New(values with { TradeCount = 4 })).ShouldBeFalse();
        whole.Agrees(New(values with { Open = 0.5m, Low = 0.5m })).ShouldBeFalse();
        whole.Agrees(New(values with { Close = 0.5m, Low = 0.5m })).ShouldBeFalse();
        whole.Agrees(New(values with { High = 2 })).ShouldBeFalse();
        whole.Agrees(New(values with { Low = 0.5m })).ShouldBeFalse();
        whole.Agrees(New(values with { IsClosed = false })).ShouldBeFalse();
        whole.Agrees(New(values with { OpenMs = Candles.T0 + 60_000 })).ShouldBeFalse();

        static PriceQuote New(CandleValues values) => new(Candles.Minutes(), values, QuoteSource.Stream, DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void The_default_interval_is_none_and_says_so_instead_of_dividing_by_it()
    {
        Interval none = default;

        none.ToString().ShouldBe("");
        none.IsOnGrid(0).ShouldBeFalse();
        none.CompareTo(Interval.OneMinute).ShouldBeLessThan(0);
        foreach (var use in (Action[])[() => none.FloorMs(1), () => none.NextMs(1), () => none.PreviousMs(1), () => none.AddMs(1, 1),
            () => none.CountBetween(0, 1), () => none.Floor(DateTimeOffset.UnixEpoch)])
        {
            Should.Throw<InvalidOperationException>(use).Message.ShouldContain("no interval");
        }

        Should.Throw<ArgumentException>(() => new Series(Candles.Instrument(), none)).Message.ShouldContain("no interval");
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
