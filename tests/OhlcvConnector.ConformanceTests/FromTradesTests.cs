using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests;

/// <summary>Candles of lengths that an exchange lacks, from its trades: as the books have them, or announced as a gap.</summary>
public class FromTradesTests
{
    [Theory]
    [InlineData("hyperliquid", Market.UsdMargined, "5s")]
    [InlineData("hyperliquid", Market.Spot, "15s")]
    [InlineData("gateio", Market.Spot, "5s")]
    [InlineData("gateio", Market.UsdMargined, "1s")]
    public async Task They_are_as_in_the_books_and_what_a_lost_connection_took_is_a_gap(string exchange, Market market, string interval)
    {
        await using var stage = await Stage.SetAsync(exchange, market, speed: 20);
        var wanted = Interval.Parse(interval);
        var symbols = (await stage.SeriesAsync(3)).ConvertAll(series => series.VenueSymbol);
        var request = new StreamRequest { Exchange = exchange, Market = market, Symbols = symbols, Interval = wanted, IntervalFromTrades = true };
        var next = new Dictionary<Series, DateTimeOffset>();
        var (closed, open, gaps, different, bought) = (0, 0, 0, 0, 0m);
        await foreach (var quote in stage.Connector.StreamAsync(request, stage.Token))
        {
            (quote.Interval, quote.Source).ShouldBe((wanted, QuoteSource.BuiltFromTrades));
            quote.OpenTime.ShouldBeGreaterThanOrEqualTo(next.GetValueOrDefault(quote.Series));
            if (!quote.IsClosed)
            {
                open++;
                continue;
            }

            var from = next.GetValueOrDefault(quote.Series, quote.OpenTime);
            foreach (var candle in stage.Sandbox.Candles(exchange, market, quote.Series.VenueSymbol, wanted, from, quote.OpenTime).Where(
                candle => candle.OpenTime < quote.OpenTime && candle.TradeCount > 0))
            {
                different += quote.GapBefore?.From <= candle.OpenTime && candle.OpenTime < quote.GapBefore.To ? 0 : 1;
            }

            different += IsAsIn(stage.Sandbox.Candles(exchange, market, quote.Series.VenueSymbol, wanted, quote.OpenTime, quote.CloseTime)[0], quote) ? 0 : 1;
            next[quote.Series] = quote.CloseTime;
            gaps += quote.GapBefore is null ? 0 : 1;
            bought += quote.BuyVolume!.Value;
            if (++closed == 20)
            {
                stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.DropAll));
            }

            if (closed >= 40 && gaps > 0 && next.Count == symbols.Count
                && different <= stage.Access.Counters.TradesLate) // on a machine without a moment for it a trade comes too late, and is counted
            {
                break;
            }
        }

        open.ShouldBeGreaterThan(0);
        bought.ShouldBeGreaterThan(0);
        stage.Sandbox.Statistics.Violations.ShouldBe(0);
        stage.Access.Counters.GapsUnfilled.ShouldBeGreaterThanOrEqualTo(gaps);
        stage.Access.Counters.BackfillsOk.ShouldBe(0);
    }

    [Fact]
    public async Task Where_trades_are_not_read_an_error_names_the_exchange()
    {
        await using var stage = await Stage.SetAsync("okx", Market.Spot);
        var request = new StreamRequest { Exchange = "okx", Symbols = ["BTC-USDT"], Interval = Interval.Parse("5s"), IntervalFromTrades = true };

        (await Should.ThrowAsync<UnsupportedIntervalException>(async () => await stage.Connector.StreamAsync(request, stage.Token).FirstAsync())).Message
            .ShouldEndWith("The trades of okx spot are not read.");
    }

    private static bool IsAsIn(SandboxCandle books, PriceQuote quote) =>
        (quote.OpenTime, quote.Open, quote.High, quote.Low, quote.Close, quote.Volume, quote.TradeCount) == (books.OpenTime, books.Open, books.High, books.Low,
            books.Close, books.BaseVolume, books.TradeCount)
        && quote.BuyVolume + quote.SellVolume == books.BaseVolume;
}
