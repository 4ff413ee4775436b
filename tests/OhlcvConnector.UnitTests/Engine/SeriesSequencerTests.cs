using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>
/// The order of one series. What is delivered is written short: <c>3c</c> is minute 3, closed; <c>3ch</c> closed by history, <c>3cr</c> a revision of it;
/// <c>3o7</c> is minute 3 while it is open, after 7 trades.
/// </summary>
public partial class SeriesSequencerTests
{
    private readonly Series _series = Minutes();
    private readonly FeedCounters _counters = new();
    private readonly QuoteQueue _queue;

    public SeriesSequencerTests() => _queue = new QuoteQueue(10_000, Dispatch.Inline, _counters);

    [Fact]
    public void Closed_candles_in_order_are_delivered_as_they_come()
    {
        var sequencer = Start(0);

        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 1), 1, 0);

        Delivered().ShouldBe(["0c", "1c"]);
    }

    [Fact]
    public void A_closed_candle_that_comes_twice_is_delivered_once_and_counted()
    {
        var sequencer = Start(0);

        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);

        Delivered().ShouldBe(["0c"]);
        _counters.Duplicates.ShouldBe(1);
    }

    [Fact]
    public void A_closed_candle_is_never_followed_by_its_open_update()
    {
        var sequencer = Start(0);

        sequencer.OnStream(Quote(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Quote(_series, 0, trades: 60), 1, 0);

        Delivered().ShouldBe(["0c"]);
        _counters.Stale.ShouldBe(1);
    }

    [Fact]
    public void An_open_update_that_is_older_than_the_last_one_is_dropped()
    {
        var sequencer = Start(0);

        sequencer.OnStream(Quote(_series, 0, trades: 5), 1, 0);

        Delivered().ShouldBe(["0o5"]);
        sequencer.OnStream(Quote(_series, 0, trades: 4), 1, 0);

        Delivered().ShouldBeEmpty();
        _counters.Stale.ShouldBe(1);
    }

    [Fact]
    public void What_comes_before_a_missing_close_is_settled_waits_and_then_leaves_in_order()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Quote(_series, 0), 1, 0);
        Delivered();

        sequencer.OnStream(Closed(_series, 2), 1, 0);
        sequencer.OnStream(Quote(_series, 3, trades: 7), 1, 0);
        sequencer.OnStream(Closed(_series, 1), 1, 0);

        Delivered().ShouldBeEmpty();

        sequencer.OnStream(Closed(_series, 0), 1, 0);

        Delivered().ShouldBe(["0c", "1c", "2c", "3o7"]);
    }

    [Fact]
    public void A_close_is_overdue_three_seconds_after_its_end_and_history_delivers_it()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Quote(_series, 1, trades: 3), 1, 0);

        sequencer.TryClaim(At(1, 2_999)).ShouldBeFalse();
        sequencer.TryClaim(At(1, 3_000)).ShouldBeTrue();
        sequencer.OnHistory([History(_series, 0), History(_series, 1, isClosed: false)], At(1, 3_500));
        sequencer.Finish(moved: true, answered: true, At(1, 3_500), At(1, 3_500));

        Delivered().ShouldBe(["0ch", "1o3"]);
    }

    [Fact]
    public void Nobody_asks_history_twice_at_the_same_time()
    {
        var sequencer = Start(0);

        sequencer.TryClaim(At(5)).ShouldBeTrue();
        sequencer.TryClaim(At(6)).ShouldBeFalse();
        sequencer.Finish(moved: false, answered: true, At(6), At(6));

        sequencer.TryClaim(At(6)).ShouldBeFalse("it waits before it asks again");
        sequencer.TryClaim(At(8)).ShouldBeTrue();
    }

    [Fact]
    public void What_history_says_right_at_the_boundary_is_provisional_and_not_delivered()
    {
        var sequencer = Start(0);

        sequencer.OnHistory([History(_series, 0)], At(1, 1_999));

        Delivered().ShouldBeEmpty();

        sequencer.OnHistory([History(_series, 0)], At(1, 2_000));

        Delivered().ShouldBe(["0ch"]);
    }

    [Fact]
    public void A_provisional_candle_is_not_skipped_because_a_later_one_stands_beside_it()
    {
        var sequencer = Start(0);

        sequencer.OnHistory([History(_series, 0), History(_series, 1, isClosed: false)], At(1, 1_000));
        sequencer.OnHistory([History(_series, 0), History(_series, 1, isClosed: false)], At(1, 2_000));

        Delivered().ShouldBe(["0ch"]);
    }

    [Fact]
    public void What_history_lacks_for_good_is_announced_with_the_next_candle()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        Delivered();

        sequencer.OnHistory([History(_series, 3)], At(9)).ShouldBeFalse("nobody has said yet that the others do not exist");
        Delivered().ShouldBeEmpty();
        sequencer.Pass(At(3), "no candle is there");

        sequencer.OnHistory([History(_series, 3)], At(9)).ShouldBeTrue();

        _queue.TryTake(out var quote).ShouldBeTrue();
        quote.GapBefore.ShouldNotBeNull();
        quote.GapBefore.From.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(At(1)));
        quote.GapBefore.To.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(At(3)));
        quote.GapBefore.Reason.ShouldContain("no candle");
        _counters.GapsUnfilled.ShouldBe(1);
    }

    [Fact]
    public void Where_a_venue_leaves_out_quiet_candles_a_hole_is_no_gap()
    {
        var sequencer = Start(0, Rules with { OmitsQuietCandles = true });
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        Delivered();

        sequencer.OnHistory([History(_series, 3)], At(9));

        _queue.TryTake(out var quote).ShouldBeTrue();
        quote.GapBefore.ShouldBeNull();
    }

    [Fact]
    public void What_is_missing_first_is_announced_where_the_user_said_where_to_start()
    {
        var sequencer = Start(0);

        sequencer.Pass(At(90), "too old");
        sequencer.OnHistory([History(_series, 90)], At(100));

        _queue.TryTake(out var quote).ShouldBeTrue();
        (quote.GapBefore!.From.ToUnixTimeMilliseconds(), quote.GapBefore.To.ToUnixTimeMilliseconds(), quote.GapBefore.Reason)
            .ShouldBe((At(0), At(90), "too old"));
    }

    [Fact]
    public void What_was_not_listed_yet_is_no_gap()
    {
        var sequencer = Start(0);

        sequencer.Pass(At(90), reason: null);
        sequencer.OnHistory([History(_series, 90)], At(100));

        _queue.TryTake(out var quote).ShouldBeTrue();
        (quote.OpenMs, quote.GapBefore).ShouldBe((At(90), null));
    }

    [Fact]
    public void Neighbouring_gaps_are_one_with_the_reasons_of_both()
    {
        var sequencer = Start(0);

        sequencer.Pass(At(2), "none there");
        sequencer.Pass(At(3), "1 row refused");
        sequencer.Pass(At(4), "none there");
        sequencer.OnHistory([History(_series, 4)], At(9));

        _queue.TryTake(out var quote).ShouldBeTrue();
        (quote.GapBefore!.To.ToUnixTimeMilliseconds(), quote.GapBefore.Reason).ShouldBe((At(4), "none there; 1 row refused"));
    }

    [Fact]
    public void What_the_stream_has_brought_of_a_hole_in_history_is_delivered()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 1), 1, 0);

        sequencer.Pass(At(3), "none there");
        sequencer.OnHistory([History(_series, 3)], At(9));

        Delivered().ShouldBe(["1c", "3ch"]);
        _counters.GapsUnfilled.ShouldBe(2);
    }

    [Fact]
    public void A_candle_that_neither_an_unbroken_stream_nor_history_had_half_a_minute_later_is_quiet_where_such_are_left_out()
    {
        var unbroken = Start(0, Rules with { OmitsQuietCandles = true });
        unbroken.OnStream(Quote(_series, 0), 1, 0);
        unbroken.OnHistory([History(_series, 0)], At(2));
        unbroken.OnStream(Quote(_series, 2), 1, 0);
        Delivered();

        unbroken.OnStream(Quote(_series, 3), 1, 0);

        unbroken.TryPassQuiet(At(4), At(2) + 29_999).ShouldBeFalse("a stream that stood still looks the same, and history may be a candle behind");
        unbroken.Finish(moved: true, answered: true, At(2) + 2_000, At(2) + 2_000);

        unbroken.DueMs.ShouldBe(At(2) + 30_000, "one question more, and not five");
        unbroken.TryPassQuiet(At(4), At(2) + 30_000).ShouldBeFalse("the stream had trades in the candle after it, and a later one may stand before it by now");
        unbroken.NextMs.ShouldBe(At(2));
        Delivered().ShouldBeEmpty();

        var broken = Start(0, Rules with { OmitsQuietCandles = true });
        broken.OnStream(Quote(_series, 0), 1, 0);
        broken.OnHistory([History(_series, 0)], At(2));
        broken.OnStream(Quote(_series, 2), 2, 0);
        Delivered();

        broken.TryPassQuiet(At(2), At(3)).ShouldBeFalse("the connection was lost meanwhile");
        Delivered().ShouldBeEmpty();
    }

    [Fact]
    public void Time_in_which_history_failed_says_nothing_about_what_it_lacks()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 2), 1, 0);
        Delivered();
        foreach (var (minute, answered) in new[] { (5, true), (6, false), (8, false), (11, false), (15, false), (20, false), (30, true) })
        {
            sequencer.TryClaim(At(minute)).ShouldBeTrue();
            sequencer.Finish(moved: false, answered, At(minute), At(minute));
        }

        Delivered().ShouldBeEmpty();
        sequencer.OnHistory([History(_series, 1)], At(31));

        Delivered().ShouldBe(["1ch", "2c"]);
    }

    [Fact]
    public void A_silent_history_does_not_stall_a_series_whose_stream_goes_on()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 2), 1, 0);
        Delivered();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Delivered().ShouldBeEmpty();
            sequencer.TryClaim(At(100 + (attempt * 10))).ShouldBeTrue();
            sequencer.OnHistory([], At(100));
            sequencer.Finish(moved: false, answered: true, At(100 + (attempt * 10)), At(100 + (attempt * 10)));
        }

        _queue.TryTake(out var quote).ShouldBeTrue();
        quote.OpenMs.ShouldBe(At(2));
        quote.GapBefore.ShouldNotBeNull();
    }

    [Fact]
    public void A_history_that_answers_with_nothing_for_a_few_minutes_makes_no_gap()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 2), 1, 0);
        Delivered();
        for (var minute = 10; minute < 20; minute++)
        {
            if (sequencer.TryClaim(At(minute)))
            {
                sequencer.OnHistory([], At(minute));
                sequencer.Finish(moved: false, answered: true, At(minute), At(minute));
            }
        }

        Delivered().ShouldBeEmpty();
        sequencer.OnHistory([History(_series, 1)], At(20));

        Delivered().ShouldBe(["1ch", "2c"]);
    }

    [Fact]
    public void An_unreachable_history_never_makes_a_gap_of_what_may_still_come()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 2), 1, 0);
        Delivered();
        for (var attempt = 0; attempt < 50; attempt++)
        {
            sequencer.TryClaim(At(100 + (attempt * 10))).ShouldBeTrue();
            sequencer.Finish(moved: false, answered: false, At(100 + (attempt * 10)), At(100 + (attempt * 10)));
        }

        Delivered().ShouldBeEmpty();
        _counters.GapsUnfilled.ShouldBe(0);
    }

    [Fact]
    public void The_first_message_says_where_the_series_is_when_the_clock_was_wrong()
    {
        var sequencer = new SeriesSequencer(_series, Rules, _queue, _counters, At(500_000), isExact: false);

        sequencer.OnStream(Quote(_series, 7), 1, 0);
        sequencer.OnStream(Closed(_series, 7), 1, 0);

        Delivered().ShouldBe(["7c"]);
    }

    [Theory]
    [InlineData("1m", -3_600_000)]
    [InlineData("1m", 3_600_000)]
    [InlineData("1h", -3_600_000)]
    [InlineData("1h", -7_200_000)]
    [InlineData("1d", -90_000_000)]
    public void A_live_series_that_was_added_while_our_clock_was_wrong_brings_nothing_of_before(string interval, long wrongMs)
    {
        var series = new Series(Instrument("BTCUSDT"), Interval.Parse(interval));
        var addedMs = T0 + (3 * 86_400_000L) + 30_000;
        var knownAs = addedMs + wrongMs;
        var sequencer = new SeriesSequencer(
            series, Rules, _queue, _counters, series.Interval.FloorMs(knownAs), isExact: false, announced: null, started: () => knownAs);

        knownAs = addedMs;

        sequencer.TryClaim(addedMs + 5_000).ShouldBeFalse("the venue's clock is known now, and nothing is overdue by it");
        sequencer.NextMs.ShouldBe(series.Interval.FloorMs(addedMs));
    }

    [Fact]
    public void A_start_that_was_asked_for_or_that_a_message_fixed_moves_with_no_clock()
    {
        var knownAs = At(0);
        var live = new SeriesSequencer(_series, Rules, _queue, _counters, At(0), isExact: false, announced: null, started: () => knownAs);
        live.OnStream(Quote(_series, 0), 1, 0);
        var asked = Start(0);

        knownAs = At(60);

        live.TryClaim(At(0)).ShouldBeFalse();
        (live.NextMs, asked.NextMs).ShouldBe((At(0), At(0)));
    }

    [Fact]
    public void A_first_message_that_is_older_than_what_history_delivered_does_not_turn_the_series_back()
    {
        var sequencer = new SeriesSequencer(_series, Rules, _queue, _counters, At(0), isExact: false);
        sequencer.OnHistory([History(_series, 0), History(_series, 1)], At(9));

        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 2), 1, 0);

        Delivered().ShouldBe(["0ch", "1ch", "2c"]);
    }

    [Fact]
    public void A_first_message_just_after_the_start_does_not_lose_the_candle_of_the_start()
    {
        var sequencer = new SeriesSequencer(_series, Rules, _queue, _counters, At(0), isExact: false);

        sequencer.OnStream(Quote(_series, 1), 1, 0);
        sequencer.OnHistory([History(_series, 0)], At(1, 4_000));

        Delivered().ShouldBe(["0ch", "1o10"]);
    }

    [Fact]
    public void An_open_update_that_comes_twice_is_delivered_once_and_counted()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Quote(_series, 0, trades: 5), 1, 0);
        sequencer.OnStream(Quote(_series, 0, trades: 5), 2, 0);

        Delivered().ShouldBe(["0o5"]);
        _counters.Duplicates.ShouldBe(1);
    }

    [Fact]
    public void Where_quiet_candles_are_left_out_one_that_the_stream_had_trades_in_is_a_gap_all_the_same()
    {
        var sequencer = Start(0, Rules with { OmitsQuietCandles = true });
        sequencer.OnStream(Quote(_series, 0, trades: 5), 1, 0);
        Delivered();
        sequencer.OnHistory([History(_series, 1)], At(3));

        _queue.TryTake(out var next).ShouldBeTrue();
        next.OpenMs.ShouldBe(At(1));
        next.GapBefore.ShouldNotBeNull().From.ToUnixTimeMilliseconds().ShouldBe(At(0));
    }

    [Fact]
    public void Where_the_stream_says_closed_nothing_is_inferred()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Quote(_series, 0), 1, 0);

        sequencer.TryInfer(At(2), isPatienceOver: false).ShouldBeFalse();
    }

    [Fact]
    public void A_revised_close_is_counted_and_only_delivered_when_asked_for()
    {
        var silent = Start(0);
        silent.OnStream(Closed(_series, 0), 1, 0);
        silent.OnStream(Closed(_series, 0, trades: 51), 1, 0);

        Delivered().ShouldBe(["0c"]);
        _counters.Revisions.ShouldBe(1);

        var asking = Start(0, Rules with { DeliverRevisions = true });
        asking.OnStream(Closed(_series, 0), 1, 0);
        asking.OnStream(Closed(_series, 0, trades: 51), 1, 0);

        Delivered().ShouldBe(["0c", "0cr"]);
    }

    [Fact]
    public void Nothing_leaves_after_removal()
    {
        var sequencer = Start(0);

        sequencer.Remove();
        sequencer.OnStream(Closed(_series, 0), 1, 0);

        Delivered().ShouldBeEmpty();
        sequencer.TryClaim(At(100)).ShouldBeFalse();
    }

    private static SequencerRules Rules => new() { Deadline = TimeSpan.FromSeconds(3) };

    private static long At(int minute, int milliseconds = 0) => T0 + (minute * 60_000L) + milliseconds;

    private SeriesSequencer Start(int index, SequencerRules? rules = null) => new(_series, rules ?? Rules, _queue, _counters, At(index), isExact: true);

    private SeriesSequencer Live(int index) => new(_series, Rules, _queue, _counters, At(index), isExact: false);

    private List<string> Delivered()
    {
        var texts = new List<string>();
        while (_queue.TryTake(out var quote))
        {
            var index = (quote.OpenMs - T0) / 60_000;
            texts.Add(quote.IsClosed
                ? $"{index}c{(quote.Source == QuoteSource.History ? "h" : "")}{(quote.IsRevision ? "r" : "")}"
                : $"{index}o{quote.TradeCount}");
        }

        return texts;
    }
}
