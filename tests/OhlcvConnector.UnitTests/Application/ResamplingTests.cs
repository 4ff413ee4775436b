using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Application;

public class ResamplingTests
{
    private static readonly Interval Five = Interval.Parse("5m");
    private static readonly Series One = Minutes();

    [Fact]
    public async Task Closed_minutes_make_whole_candles_on_the_grid_with_the_values_of_all_of_them()
    {
        var five = (await ResampleAsync(Five, [.. Enumerable.Range(0, 12).Select(index => Closed(One, index, trades: 10 + index))])).ToList();

        five.Select(quote => quote.OpenMs).ShouldBe([T0, T0 + (5 * 60_000)]);
        five.ShouldAllBe(quote => quote.IsClosed && quote.Interval == Five && quote.GapBefore == null);
        var first = five[0];

        (first.Open, first.High, first.Low, first.Close).ShouldBe((100m, 104.14m, 100m, 104.14m));
        first.Volume.ShouldBe(10 + 11 + 12 + 13 + 14);
        first.TradeCount.ShouldBe(60);
        first.QuoteVolume.ShouldBe((10 * 100m) + (11 * 101) + (12 * 102) + (13 * 103) + (14 * 104));
        first.CloseTime.ShouldBe(five[1].OpenTime);
    }

    [Fact]
    public async Task A_first_candle_whose_beginning_was_not_read_is_left_out() =>
        (await ResampleAsync(Five, [.. Enumerable.Range(3, 12).Select(index => Closed(One, index))])).Select(quote => quote.OpenMs)
            .ShouldBe([Minute(5), Minute(10)]);

    [Fact]
    public async Task A_candle_is_closed_by_its_last_part_and_not_later()
    {
        using var stop = new CancellationTokenSource();
        await foreach (var quote in Endless([.. Enumerable.Range(0, 5).Select(index => Closed(One, index))], stop.Token).Resample(Five, stop.Token))
        {
            quote.OpenMs.ShouldBe(T0);
            return;
        }
    }

    [Fact]
    public async Task A_gap_takes_every_candle_that_it_reaches_into_and_the_next_one_says_so()
    {
        PriceQuote[] minutes =
        [
            .. Enumerable.Range(0, 7).Select(index => Closed(One, index)),
            Closed(One, 11) with { GapBefore = new Gap(Time(7), Time(11), "the exchange was closed") },
            .. Enumerable.Range(12, 8).Select(index => Closed(One, index)),
        ];

        var five = (await ResampleAsync(Five, minutes)).ToList();

        five.Select(quote => quote.OpenMs).ShouldBe([Minute(0), Minute(15)]);
        five[0].GapBefore.ShouldBeNull();
        five[1].GapBefore.ShouldNotBeNull();
        (five[1].GapBefore!.From, five[1].GapBefore!.To).ShouldBe((Time(5), Time(15)));
        five[1].GapBefore!.Reason.ShouldContain("the exchange was closed");
    }

    [Fact]
    public async Task A_gap_inside_one_candle_takes_that_one_alone()
    {
        PriceQuote[] minutes =
        [
            Closed(One, 0), Closed(One, 1), Closed(One, 3) with { GapBefore = new Gap(Time(2), Time(3), "lost") }, Closed(One, 4),
            .. Enumerable.Range(5, 5).Select(index => Closed(One, index)),
        ];

        var five = (await ResampleAsync(Five, minutes)).ShouldHaveSingleItem();
        five.OpenMs.ShouldBe(Minute(5));
        five.GapBefore!.From.ShouldBe(Time(0));
    }

    [Fact]
    public async Task A_part_that_is_missing_without_a_gap_had_no_trades()
    {
        var five = (await ResampleAsync(Five, Closed(One, 0), Closed(One, 2), Closed(One, 6), Closed(One, 15), Closed(One, 16))).ToList();

        five.Select(quote => quote.OpenMs).ShouldBe([Minute(0), Minute(5)], "nothing was traded from 10 to 15, and 15 is not whole yet");
        five[0].Volume.ShouldBe(100);
        five.ShouldAllBe(quote => quote.GapBefore == null);
    }

    [Fact]
    public async Task Open_candles_and_revisions_give_nothing_and_the_least_direct_source_wins()
    {
        PriceQuote[] minutes =
        [
            Closed(One, 0), History(One, 1), History(One, 1, trades: 70).AsRevision(), Closed(One, 2), Quote(One, 3), Closed(One, 3), Closed(One, 4),
        ];

        var five = (await ResampleAsync(Five, minutes)).ShouldHaveSingleItem();
        five.Volume.ShouldBe(250);
        five.Source.ShouldBe(QuoteSource.History);
    }

    [Fact]
    public async Task Mixed_series_keep_apart()
    {
        var other = Minutes("ETHUSDT");
        var five = await ResampleAsync(Five, [.. Enumerable.Range(0, 5).SelectMany(index => (PriceQuote[])[Closed(One, index, 10), Closed(other, index, 20)])]);

        five.Select(quote => (quote.Series.VenueSymbol, quote.Volume!.Value)).ShouldBe([("BTCUSDT", 50m), ("ETHUSDT", 100m)]);
    }

    [Fact]
    public async Task What_one_part_does_not_know_is_null()
    {
        var values = new CandleValues { OpenMs = Minute(1), Open = 1, High = 1, Low = 1, Close = 1, IsClosed = true };
        var two = await ResampleAsync(Interval.Parse("2m"), Closed(One, 0), new PriceQuote(One, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch));

        two.ShouldHaveSingleItem().Volume.ShouldBeNull();
    }

    [Fact]
    public async Task Candles_that_do_not_fit_are_refused() =>
        (await Should.ThrowAsync<ArgumentException>(async () => await ResampleAsync(Interval.Parse("90s"), Closed(One, 0)))).Message
            .ShouldStartWith("Candles of 1m do not make whole candles of 90s.");

    [Theory]
    [InlineData("1m", "7m", true)]
    [InlineData("1m", "1w", true)]
    [InlineData("1d", "1w", true)]
    [InlineData("1d", "1M", true)]
    [InlineData("1w", "2w", true)]
    [InlineData("1M", "3M", true)]
    [InlineData("1w", "1M", false)]
    [InlineData("7d", "1w", false)]
    [InlineData("3d", "6d", false)]
    [InlineData("7m", "1d", false)]
    [InlineData("1h", "1h", false)]
    [InlineData("4h", "1h", false)]
    public void Which_intervals_make_which(string part, string whole, bool makes) => Interval.Parse(part).Makes(Interval.Parse(whole)).ShouldBe(makes);

    private static long Minute(int index) => T0 + (index * 60_000L);

    private static DateTimeOffset Time(int index) => DateTimeOffset.FromUnixTimeMilliseconds(Minute(index));

    private static async Task<IReadOnlyList<PriceQuote>> ResampleAsync(Interval interval, params PriceQuote[] minutes) =>
        await minutes.ToAsyncEnumerable().Resample(interval).ToListAsync();

    private static async IAsyncEnumerable<PriceQuote> Endless(
        PriceQuote[] quotes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var quote in quotes)
        {
            yield return quote;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }
}
