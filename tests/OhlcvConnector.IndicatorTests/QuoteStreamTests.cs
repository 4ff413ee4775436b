using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

public class QuoteStreamTests
{
    private static readonly Series One = Candles.Minutes();
    private static readonly Series Other = Candles.Minutes("ETHUSDT");

    [Fact]
    public async Task Closed_candles_advance_and_open_ones_are_provisional()
    {
        var values = await Read(
            [Candles.Closed(One, 0), Candles.Quote(One, 1, trades: 3), Candles.Quote(One, 1, trades: 9), Candles.Closed(One, 1), Candles.Closed(One, 2)]);

        values.Select(quote => quote.Values[0]).ShouldBe([double.NaN, 100.765, 100.795, 101, 102]);
    }

    [Fact]
    public async Task Each_series_has_its_own()
    {
        var values = await Read([Candles.Closed(One, 0), Candles.Closed(Other, 10), Candles.Closed(One, 1), Candles.Closed(Other, 11)]);

        values.Select(quote => quote.Values[0]).ShouldBe([double.NaN, double.NaN, 101, 111]);
    }

    [Theory]
    [InlineData(AfterGap.Reset, double.NaN, 105)]
    [InlineData(AfterGap.Carry, 102.5, 105)]
    public async Task After_a_gap_they_begin_anew_or_carry_on_and_say_so(AfterGap afterGap, double first, double second)
    {
        var gap = new Gap(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "missing");
        var values = await Read([Candles.Closed(One, 0), Candles.Closed(One, 4) with { GapBefore = gap }, Candles.Closed(One, 5)], afterGap);

        values.Select(quote => quote.Values[0]).ShouldBe([double.NaN, first, second]);
        values.Select(quote => quote.IsAfterGap).ShouldBe([false, true, false]);
    }

    [Fact]
    public async Task A_revision_has_no_values_and_changes_none()
    {
        var values = await Read([Candles.Closed(One, 0), Candles.Closed(One, 0, trades: 90).AsRevision(), Candles.Closed(One, 1)]);

        values.Select(quote => quote.Values[0]).ShouldBe([double.NaN, double.NaN, 101]);
    }

    [Fact]
    public void An_open_candle_is_not_added()
    {
        var average = new Sma(2);
        Should.Throw<ArgumentException>(() => average.Add(Candles.Quote(One, 0)));

        average.Count.ShouldBe(0);
    }

    private static async Task<List<ValuedQuote>> Read(PriceQuote[] quotes, AfterGap afterGap = AfterGap.Reset)
    {
        var values = new List<ValuedQuote>();
        await foreach (var quote in quotes.ToAsyncEnumerable().With(IndicatorSet.Of(new Sma(2)), afterGap))
        {
            values.Add(quote);
        }

        return values;
    }
}
