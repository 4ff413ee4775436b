using System.Globalization;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>A row is taken for what its candle became only when it can be: not in the candle's last moments, and not from who is behind.</summary>
public class FinalRowTests
{
    private const long Minute = 60_000;
    private const string Quiet = """{"t":OPEN,"T":END,"s":"BTCUSDT","i":"1m","o":"1","c":"1.5","h":"2","l":"0.5","v":"VOLUME","n":VOLUME}""";
    private const string Usual = """[OPEN,"1","2","0.5","1.5","VOLUME",END,"15",VOLUME,"5","7","0"]""";

    private long _behindMs;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_row_right_at_the_end_of_its_candle_is_waited_for(bool isQuiet)
    {
        var venue = NewVenue(isQuiet);
        venue.Clock.Advance(TimeSpan.FromSeconds(30.5)); // half a second after a minute's end
        var end = venue.Series.Interval.FloorMs(venue.NowMs);
        _behindMs = 1_000;

        var quotes = await ReadAsync(venue, end - (5 * Minute), end);

        ShouldBeWhole(quotes, end - (5 * Minute), end);
        venue.Questions.Count.ShouldBeLessThan(7);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task An_answer_of_a_minute_ago_closes_no_candle(bool isQuiet, bool isOneOfTwo)
    {
        var venue = NewVenue(isQuiet);
        var end = venue.Series.Interval.FloorMs(venue.NowMs);
        Rows(venue, () => isOneOfTwo && venue.Questions.Count % 2 == 0 ? 0 : 65_000);

        var quotes = await ReadAsync(venue, end - (10 * Minute), end);

        ShouldBeWhole(quotes, end - (10 * Minute), end);
        venue.Questions.Count.ShouldBeLessThan(15);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_takes_no_row_from_who_is_a_minute_behind(bool isQuiet)
    {
        var venue = NewVenue(isQuiet);
        var last = venue.Series.Interval.FloorMs(venue.NowMs) - Minute;
        Rows(venue, () => venue.NowMs - (last + (4 * Minute)) is > 0 and < 120_000 ? 65_000 : venue.Questions.Count % 2 == 0 ? 0 : 65_000);

        var delivered = await venue.FillAsync(quotes => quotes.Any(quote => quote.OpenMs >= last + (5 * Minute)), venue.Sequencer(last - (5 * Minute)));

        delivered.ShouldAllBe(quote => quote.TradeCount == 60 && quote.GapBefore == null);
    }

    [Fact]
    public async Task A_row_with_fewer_trades_than_the_stream_has_shown_closes_no_candle()
    {
        var venue = NewVenue(isQuiet: true);
        var last = venue.Series.Interval.FloorMs(venue.NowMs) - Minute;
        var sequencer = venue.Sequencer(last);
        var seen = new CandleValues { OpenMs = last, Open = 1, High = 2, Low = 0.5m, Close = 1.5m, Volume = 50, TradeCount = 50 };
        sequencer.OnStream(new PriceQuote(venue.Series, seen, QuoteSource.Stream, venue.Clock.GetUtcNow()), 1, venue.NowMs);
        var row = venue.Row;
        var until = venue.NowMs + 30_000;
        venue.Row = openMs => openMs == last && venue.NowMs < until ? Text(Quiet, openMs, 49) : row(openMs);

        var delivered = await venue.FillAsync(quotes => quotes.Any(quote => quote.IsClosed), sequencer);

        delivered.First(quote => quote.IsClosed).TradeCount.ShouldBe(60);
    }

    [Fact]
    public async Task Confirming_a_minute_is_one_question()
    {
        foreach (var isQuiet in new[] { false, true })
        {
            var venue = NewVenue(isQuiet);
            var last = venue.Series.Interval.FloorMs(venue.NowMs) - Minute;

            await venue.FillAsync(quotes => quotes.Any(quote => quote.OpenMs >= last + (9 * Minute)), venue.Sequencer(last));

            venue.Questions.Count.ShouldBeLessThan(12);
        }
    }

    [Fact]
    public async Task A_few_quiet_newest_minutes_are_no_gap()
    {
        var venue = NewVenue(isQuiet: true);
        var end = venue.Series.Interval.FloorMs(venue.NowMs);
        var rows = venue.Rows;
        venue.Rows = (from, to) => [.. rows(from, to).Where(openMs => openMs < end - (4 * Minute))];

        var (opens, missing) = await venue.ReadAsync(end - (10 * Minute), venue.NowMs);

        (opens.Count, missing.Count).ShouldBe((6, 0));
    }

    [Fact]
    public async Task A_candle_with_trades_that_comes_fifty_seconds_late_is_not_taken_for_quiet()
    {
        var venue = NewVenue(isQuiet: true);
        var end = venue.Series.Interval.FloorMs(venue.NowMs);
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs + Minute > venue.NowMs || openMs + Minute + 50_000 <= venue.NowMs)];

        var (opens, missing) = await venue.ReadAsync(end - (10 * Minute), end);

        (opens.Count, missing.Count).ShouldBe((10, 0));
    }

    [Fact]
    public async Task An_empty_page_at_the_beginning_skips_nothing_where_quiet_candles_are_left_out()
    {
        var venue = NewVenue(isQuiet: true);
        venue.Rows = (from, to) => venue.Questions.Count % 2 == 1 ? [] : [.. venue.Grid(from, to).Take(5_000)];

        var (opens, missing) = await venue.ReadAsync(venue.At(0), venue.At(2_000));

        (opens.Count, missing.Count).ShouldBe((2_000, 0));
    }

    [Fact]
    public async Task Who_does_not_wait_gets_what_is_there()
    {
        var venue = NewVenue(isQuiet: false);
        var end = venue.Series.Interval.FloorMs(venue.NowMs);
        venue.Rows = (from, to) => [.. venue.Grid(from, to).Where(openMs => openMs != end - Minute)];
        var asked = venue.NowMs;

        var (opens, missing) = await venue.ReadAsync(end - (5 * Minute), venue.NowMs, includeOpen: true, waitForLate: false);

        opens.ShouldBe([end - (5 * Minute), end - (4 * Minute), end - (3 * Minute), end - (2 * Minute), end]);
        missing.ShouldBeEmpty();
        (venue.NowMs - asked).ShouldBeLessThan(3_000);
    }

    /// <summary>A venue whose candles have a trade each second; history keeps what is newer than a moment to itself.</summary>
    private ScriptedVenue NewVenue(bool isQuiet)
    {
        var venue = isQuiet ? new ScriptedVenue("hyperliquid", Market.UsdMargined, days: 3) : new ScriptedVenue();
        Rows(venue, () => _behindMs);
        venue.Row = openMs => Text(isQuiet ? Quiet : Usual, openMs, Math.Clamp((venue.NowMs - _behindMs - openMs) / 1_000, 1, 60));
        return venue;
    }

    private void Rows(ScriptedVenue venue, Func<long> behindMs) => venue.Rows = (from, to) =>
    {
        _behindMs = behindMs();
        return [.. venue.Grid(from, to).Where(openMs => openMs <= venue.NowMs - (_behindMs > 2_000 ? _behindMs : 0)).Take(1_000)];
    };

    private static string Text(string row, long openMs, long volume) => row
        .Replace("OPEN", openMs.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("END", (openMs + Minute - 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("VOLUME", volume.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static async Task<List<PriceQuote>> ReadAsync(ScriptedVenue venue, long fromMs, long toMs)
    {
        var missing = new List<MissingCandles>();
        var quotes = await venue.QuotesAsync(fromMs, toMs, missing.Add);

        missing.ShouldBeEmpty();
        return quotes;
    }

    private static void ShouldBeWhole(List<PriceQuote> quotes, long fromMs, long toMs)
    {
        quotes.Select(quote => quote.OpenMs).ShouldBe(Enumerable.Range(0, (int)((toMs - fromMs) / Minute)).Select(index => fromMs + (index * Minute)));
        quotes.ShouldAllBe(quote => quote.IsClosed && quote.TradeCount == 60);
    }
}
