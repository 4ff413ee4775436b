using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Application;

/// <summary>A regular grid, of what is known.</summary>
public class FlatCandlesTests
{
    private readonly Series _series = Candles.Minutes();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_not_traded_stands_at_the_last_close_and_says_so()
    {
        var filled = await FillAsync(Candles.Closed(_series, 0), Candles.Closed(_series, 3));

        filled.Select(quote => quote.OpenMs).ShouldBe([At(0), At(1), At(2), At(3)]);
        foreach (var flat in filled[1..3])
        {
            (flat.Open, flat.High, flat.Low, flat.Close).ShouldBe((100.5m, 100.5m, 100.5m, 100.5m));
            (flat.Volume, flat.QuoteVolume, flat.TradeCount, flat.BuyVolume, flat.IsClosed, flat.Source).ShouldBe((0, 0, 0, null, true, QuoteSource.Flat));
        }
    }

    [Fact]
    public async Task A_hole_stays_a_hole_and_nothing_is_flat_behind_it()
    {
        var behind = Candles.Closed(_series, 9) with { GapBefore = new Gap(Time(3), Time(6), "lost") };

        (await FillAsync(Candles.Closed(_series, 0), behind, Candles.Closed(_series, 11))).Select(quote => (quote.OpenMs, quote.Source)).ShouldBe(
        [
            (At(0), QuoteSource.Stream), (At(1), QuoteSource.Flat), (At(2), QuoteSource.Flat), (At(9), QuoteSource.Stream), (At(10), QuoteSource.Flat),
            (At(11), QuoteSource.Stream),
        ]);
    }

    [Fact]
    public async Task Open_candles_and_revisions_say_nothing_of_what_lies_before_them()
    {
        PriceQuote[] quotes =
            [Candles.Closed(_series, 0), Candles.Quote(_series, 2), Candles.Closed(_series, 0, trades: 60).AsRevision(), Candles.Closed(_series, 2)];
        (await FillAsync(quotes)).Select(quote => (quote.OpenMs, quote.IsClosed))
            .ShouldBe([(At(0), true), (At(2), false), (At(0), true), (At(1), true), (At(2), true)]);
    }

    [Fact]
    public async Task Series_are_filled_apart()
    {
        var other = Candles.Minutes("ETHUSDT");
        var filled = await FillAsync(Candles.Closed(_series, 0), Candles.Closed(other, 1), Candles.Closed(_series, 2), Candles.Closed(other, 3));

        filled.Select(quote => (quote.Series.VenueSymbol, quote.OpenMs)).ShouldBe(
            [("BTCUSDT", At(0)), ("ETHUSDT", At(1)), ("BTCUSDT", At(1)), ("BTCUSDT", At(2)), ("ETHUSDT", At(2)), ("ETHUSDT", At(3))]);
    }

    [Fact]
    public async Task A_range_is_filled_to_where_nothing_is_missing()
    {
        var filled = new List<long>();
        await foreach (var quote in Quotes(Candles.Closed(_series, 0)).FillFlat(() => Time(3).AddSeconds(30), Token))
        {
            filled.Add(quote.OpenMs);
        }

        filled.ShouldBe([At(0), At(1), At(2)]);
    }

    private static async IAsyncEnumerable<PriceQuote> Quotes(params PriceQuote[] quotes)
    {
        await Task.Yield();
        foreach (var quote in quotes)
        {
            yield return quote;
        }
    }

    private static async Task<List<PriceQuote>> FillAsync(params PriceQuote[] quotes)
    {
        var filled = new List<PriceQuote>();
        await foreach (var quote in Quotes(quotes).FillFlat(Token))
        {
            filled.Add(quote);
        }

        return filled;
    }

    private static long At(int minute) => Candles.T0 + (minute * 60_000);

    private static DateTimeOffset Time(int minute) => DateTimeOffset.FromUnixTimeMilliseconds(At(minute));
}
