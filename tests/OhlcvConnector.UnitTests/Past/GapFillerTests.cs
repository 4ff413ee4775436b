using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>A stream that lacks closes, and a history that is as unkind as a venue's.</summary>
public sealed partial class GapFillerTests : IDisposable
{
    private readonly ScriptedVenue _venue = new();

    private long LastMs => _venue.Series.Interval.PreviousMs(_venue.Series.Interval.FloorMs(_venue.NowMs));

    public void Dispose() => _venue.Dispose();

    [Fact]
    public async Task The_past_comes_whole_and_in_order()
    {
        var (start, end) = (LastMs - (5_000 * 60_000), LastMs);

        var delivered = await FillAsync(start, end);

        delivered.Select(quote => quote.OpenMs).ShouldBe(_venue.Grid(start, end + 1));
        delivered.ShouldAllBe(quote => quote.GapBefore == null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_start_before_the_listing_begins_with_the_first_candle_there_is(bool isNewest)
    {
        var (start, listed, end) = (LastMs - 60_000_000, LastMs - 6_000_000, LastMs);
        _venue.Rows = (from, to) => [.. Page(_venue.Grid(Math.Max(from, listed), to), isNewest)];

        var delivered = await FillAsync(start, end);

        (delivered[0].OpenMs, delivered[0].GapBefore, delivered.Count).ShouldBe((listed, null, 101));
        _venue.Questions.Count.ShouldBeLessThan(30);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_long_hole_is_one_gap_and_the_rest_comes(bool isNewest)
    {
        var (start, from, to, end) = (LastMs - 60_000_000, LastMs - 54_000_000, LastMs - 12_000_000, LastMs);
        _venue.Rows = (fromMs, toMs) => [.. Page(_venue.Grid(fromMs, toMs).Where(openMs => openMs < from || openMs >= to), isNewest)];

        var delivered = await FillAsync(start, end);

        var gapped = delivered.Where(quote => quote.GapBefore is not null).ShouldHaveSingleItem();
        (gapped.OpenMs, gapped.GapBefore!.From.ToUnixTimeMilliseconds(), gapped.GapBefore.To.ToUnixTimeMilliseconds()).ShouldBe((to, from, to));
        delivered.Count.ShouldBe(301);
        _venue.Questions.Count.ShouldBeLessThan(30);
    }

    [Fact]
    public async Task What_is_missing_first_is_announced()
    {
        var (start, from, end) = (LastMs - 6_000_000, LastMs - 3_000_000, LastMs);
        _venue.Rows = (fromMs, toMs) => [.. Page(_venue.Grid(fromMs, toMs).Where(openMs => openMs < start - 600_000 || openMs >= from), isNewest: true)];

        var delivered = await FillAsync(start, end);

        delivered[0].GapBefore.ShouldNotBeNull().From.ToUnixTimeMilliseconds().ShouldBe(start);
    }

    [Theory]
    [InlineData("\"0.7\"", "1 row refused: the high is below the open")]
    [InlineData("null", "1 row refused: it cannot be read: Expected a number, found Null")]
    public async Task One_bad_row_is_a_gap_and_no_series_waits_for_it(string high, string reason)
    {
        var (start, bad, end) = (LastMs - 6_000_000, LastMs - 3_000_000, LastMs);
        var row = _venue.Row;
        _venue.Row = openMs => openMs == bad ? row(openMs).Replace("\"2\"", high, StringComparison.Ordinal) : row(openMs);

        var delivered = await FillAsync(start, end);

        delivered.Where(quote => quote.GapBefore is not null).ShouldHaveSingleItem().GapBefore!.Reason.ShouldBe(reason);
        delivered.Count.ShouldBe(100);
    }

    [Fact]
    public async Task A_history_that_is_a_candle_behind_costs_no_candle_and_announces_no_gap()
    {
        var start = LastMs;
        _venue.Rows = (from, to) => [.. _venue.Grid(from, to).Where(openMs => openMs + 60_000 > _venue.NowMs || openMs + 60_000 + 8_000 <= _venue.NowMs)];

        var delivered = await FillAsync(start, start + (10 * 60_000));

        delivered.Select(quote => quote.OpenMs).ShouldBe(Enumerable.Range(0, 11).Select(index => start + (index * 60_000L)));
        delivered.ShouldAllBe(quote => quote.GapBefore == null);
    }

    [Fact]
    public async Task A_hole_that_lasts_a_minute_is_no_gap()
    {
        var (start, hole) = (LastMs - 60_000, LastMs);
        var filled = _venue.NowMs + 60_000;
        _venue.Rows = (from, to) => [.. _venue.Grid(from, to).Where(openMs => openMs != hole || _venue.NowMs >= filled)];

        var delivered = await FillAsync(start, hole + 180_000);

        delivered.Count.ShouldBe(5);
        delivered.ShouldAllBe(quote => quote.GapBefore == null);
    }

    [Fact]
    public async Task A_hole_that_stays_is_a_gap_after_two_minutes()
    {
        var (start, hole) = (LastMs - 120_000, LastMs - 60_000);
        _venue.Rows = (from, to) => [.. _venue.Grid(from, to).Where(openMs => openMs != hole)];

        var delivered = await FillAsync(start, hole + 60_000);

        delivered[^1].GapBefore.ShouldNotBeNull().From.ToUnixTimeMilliseconds().ShouldBe(hole);
        (_venue.NowMs - hole - 60_000).ShouldBeGreaterThan(120_000);
    }

    [Fact]
    public async Task Ten_minutes_without_history_and_then_one_empty_answer_make_no_gap()
    {
        var start = LastMs;
        var fails = _venue.NowMs + 600_000;
        var answers = 0;
        _venue.Instead = (_, _) => _venue.NowMs < fails ? (503, "") : ++answers == 1 ? (200, "[]") : null;
        var sequencer = _venue.Sequencer(start);
        sequencer.OnStream(Row(start + 60_000), 1, _venue.NowMs);

        var delivered = await _venue.FillAsync(quotes => quotes.Any(quote => quote.OpenMs == start + 60_000), sequencer);

        delivered.Take(2).Select(quote => (quote.OpenMs, quote.GapBefore)).ShouldBe([(start, null), (start + 60_000, null)]);
    }

    [Fact]
    public async Task An_answer_that_waited_long_says_nothing_of_the_time_after_its_question()
    {
        var start = LastMs;
        var (begin, waited) = (_venue.NowMs, false);
        _venue.Rows = (from, to) =>
        {
            long[] rows = waited ? [.. _venue.Grid(from, to)] : [];
            if (!waited && _venue.NowMs - begin > 60_000)
            {
                waited = true; // the candle is there from now on
                _venue.Clock.Advance(TimeSpan.FromSeconds(599)); // as when its reader has stopped
            }

            return rows;
        };
        var sequencer = _venue.Sequencer(start);
        sequencer.OnStream(Row(start + 60_000), 1, _venue.NowMs);

        var delivered = await _venue.FillAsync(quotes => quotes.Any(quote => quote.OpenMs == start + 60_000), sequencer);

        waited.ShouldBeTrue();
        delivered.Take(2).Select(quote => (quote.OpenMs, quote.GapBefore)).ShouldBe([(start, null), (start + 60_000, null)]);
    }

    [Fact]
    public async Task An_answer_that_waited_long_is_no_witness_that_nobody_traded_after_its_question()
    {
        using var venue = new ScriptedVenue("hyperliquid", Market.UsdMargined);
        var start = venue.Series.Interval.FloorMs(venue.NowMs) - 60_000;
        var behind = start + 60_000; // it had trades, and neither the stream nor the first answers show it
        var sequencer = venue.Sequencer(start);
        var hasWaited = false;
        venue.Rows = (from, to) =>
        {
            long[] rows = [.. venue.Grid(from, to).Where(openMs => hasWaited || openMs != behind)];
            if (!hasWaited && venue.NowMs >= behind + 60_000)
            {
                hasWaited = true;
                sequencer.OnStream(Open(behind + 60_000), 1, venue.NowMs);
                venue.Clock.Advance(TimeSpan.FromSeconds(60)); // as when its reader has stopped
            }

            return rows;
        };
        venue.Row = openMs => $$"""{"t":{{openMs}},"T":{{openMs + 59_999}},"s":"BTCUSDT","i":"1m","o":"1","c":"1.5","h":"2","l":"0.5","v":"10","n":3}""";
        sequencer.OnStream(Open(start), 1, start + 57_000);

        var delivered = await venue.FillAsync(quotes => quotes.Any(quote => quote.IsClosed && quote.OpenMs == behind + 60_000), sequencer);

        hasWaited.ShouldBeTrue();
        delivered.Where(quote => quote.IsClosed).Take(3).Select(quote => quote.OpenMs).ShouldBe([start, behind, behind + 60_000]);

        PriceQuote Open(long openMs) => new(
            venue.Series,
            new CandleValues { OpenMs = openMs, Open = 1, High = 2, Low = 0.5m, Close = 1.5m, Volume = 10, TradeCount = 3 },
            QuoteSource.Stream,
            venue.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_refusal_of_one_series_stops_no_other_and_itself_not_for_ever()
    {
        var start = LastMs - 600_000;
        var refused = _venue.NewSeries("ETHUSDT");
        var (good, bad) = (_venue.Sequencer(start), _venue.Sequencer(start - 60_000, refused));
        bad.OnStream(Row(start + 60_000, refused), 1, _venue.NowMs);
        _venue.Instead = (from, _) => from < start ? (400, """{"code":-1121,"msg":"Invalid symbol."}""") : null;

        var delivered = await _venue.FillAsync(
            quotes => quotes.Any(quote => quote.Series == refused) && quotes.Count(quote => quote.Series != refused) > 10, good, bad);

        delivered.Count(quote => quote.Series != refused).ShouldBeGreaterThan(10);
        delivered.First(quote => quote.Series == refused).GapBefore.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(2)] // and the one that is open
    [InlineData(100)]
    public async Task More_than_two_candles_at_once_are_a_hole_that_is_counted_when_it_is_found_and_when_it_is_filled(int candles)
    {
        var sequencer = _venue.Sequencer(LastMs - ((candles - 1) * 60_000));

        await _venue.FillAsync(quotes => quotes.Count >= candles && !_venue.Filled.IsEmpty, sequencer);

        (_venue.Access.Counters.GapsFound, _venue.Access.Counters.GapsFilled, _venue.Access.Counters.BackfillsFailed).ShouldBe((1, 1, 0));
        _venue.Access.Counters.BackfillsOk.ShouldBe(_venue.Questions.Count);
        _venue.Filled.ShouldAllBe(filled => filled == sequencer);
    }

    [Fact]
    public async Task A_history_that_fails_fills_nothing_and_each_failure_is_counted()
    {
        var until = _venue.NowMs + 30_000;
        _venue.Instead = (_, _) => (503, "");

        await _venue.FillAsync(_ => _venue.NowMs > until && _venue.Access.Counters.BackfillsFailed > 1, _venue.Sequencer(LastMs - 600_000));

        (_venue.Access.Counters.GapsFilled, _venue.Access.Counters.BackfillsOk, _venue.Filled.Count).ShouldBe((0, 0, 0));
        _venue.Access.Counters.GapsFound.ShouldBe(_venue.Access.Counters.BackfillsFailed);
        _venue.Access.Counters.BackfillsFailed.ShouldBeInRange(2, 10, "it is asked again after waits that grow");
    }

    [Theory]
    [InlineData(57_000, 10)]
    [InlineData(59_500, 60)]
    public async Task Where_nobody_says_closed_and_history_fails_the_last_state_stands_in_after_its_time_and_history_confirms_it_later(int stateMs, int seconds)
    {
        using var venue = new ScriptedVenue("hyperliquid", Market.UsdMargined);
        var start = venue.Series.Interval.FloorMs(venue.NowMs) - 60_000;
        var sequencer = venue.Sequencer(start);
        sequencer.OnStream(Open(venue, start), 1, start + stateMs);
        sequencer.OnStream(Open(venue, start + 60_000), 1, start + 61_000);
        var asked = venue.NowMs;
        venue.Instead = (_, _) => (503, "");

        var delivered = await venue.FillAsync(quotes => quotes.Any(quote => quote.IsClosed), sequencer);

        delivered.Single(quote => quote.IsClosed).Source.ShouldBe(QuoteSource.Inferred);
        (venue.NowMs - asked).ShouldBeInRange(seconds * 1_000, (seconds + 2) * 1_000);
        sequencer.AskFromMs.ShouldBe(start, "nobody has confirmed it");

        PriceQuote Open(ScriptedVenue venue, long openMs) => new(
            venue.Series,
            new CandleValues { OpenMs = openMs, Open = 1, High = 2, Low = 0.5m, Close = 1.5m, Volume = 10, TradeCount = 3 },
            QuoteSource.Stream,
            venue.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_series_that_was_removed_while_it_waited_is_forgotten_and_the_others_go_on()
    {
        var removed = _venue.Sequencer(LastMs - 60_000, _venue.NewSeries("ETHUSDT"));
        var other = _venue.Sequencer(LastMs - 600_000);
        var back = _venue.NowMs + 20_000;
        _venue.Instead = (_, _) => _venue.NowMs < back ? (503, "") : null;

        var delivered = await _venue.FillAsync(
            quotes =>
            {
                if (_venue.NowMs > back - 10_000)
                {
                    removed.Remove();
                }

                return quotes.Count > 10;
            },
            removed,
            other);

        delivered.ShouldAllBe(quote => quote.Series == other.Series);
    }

    private async Task<List<PriceQuote>> FillAsync(long startMs, long untilMs) =>
        [.. (await _venue.FillAsync(quotes => quotes.Count > 0 && quotes[^1].OpenMs >= untilMs, _venue.Sequencer(startMs)))
            .Where(quote => quote.OpenMs <= untilMs)];

    private static IEnumerable<long> Page(IEnumerable<long> rows, bool isNewest) => isNewest ? rows.TakeLast(300).Reverse() : rows.Take(300);

    private PriceQuote Row(long openMs, Series? series = null) => new(
        series ?? _venue.Series,
        new CandleValues { OpenMs = openMs, Open = 1, High = 2, Low = 0.5m, Close = 1.5m, Volume = 10, QuoteVolume = 15, TradeCount = 3, IsClosed = true },
        QuoteSource.Stream,
        _venue.Clock.GetUtcNow());
}
