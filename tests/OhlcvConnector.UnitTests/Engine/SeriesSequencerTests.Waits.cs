using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <content>When history is asked again, when what it lacks counts as absent, and what is held against its rows.</content>
public partial class SeriesSequencerTests
{
    [Theory]
    [InlineData(3_000, false, new[] { 6, 12, 24, 48, 96, 192, 300, 300, 300, 300, 300, 300, 300 })]
    [InlineData(3_000, true, new[] { 6, 12, 24, 48, 60, 60, 60, 60, 60, 60, 60, 60, 60 })]
    [InlineData(200, false, new[] { 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 300 })]
    public void Each_question_that_brings_nothing_is_followed_by_a_longer_wait_and_a_shorter_longest_one_while_a_later_candle_waits(
        int deadlineMs, bool isFollowed, int[] seconds)
    {
        var sequencer = Start(0, Rules with { Deadline = TimeSpan.FromMilliseconds(deadlineMs) });

        sequencer.DueMs.ShouldBe(At(1) + deadlineMs);
        if (isFollowed)
        {
            sequencer.OnStream(Closed(_series, 1), 1, 0);
        }

        var nowMs = At(2);
        foreach (var wait in seconds)
        {
            sequencer.TryClaim(nowMs - 1).ShouldBe(nowMs == At(2), "it waits to the end");
            if (nowMs > At(2))
            {
                sequencer.TryClaim(nowMs).ShouldBeTrue();
            }

            sequencer.Finish(moved: false, answered: false, nowMs, nowMs);
            (sequencer.DueMs - nowMs).ShouldBe(wait * 1_000);
            nowMs = sequencer.DueMs;
        }

        sequencer.TryClaim(nowMs).ShouldBeTrue();
        sequencer.OnHistory([History(_series, 0)], nowMs);
        sequencer.Finish(moved: true, answered: true, nowMs, nowMs);

        sequencer.DueMs.ShouldBe(At(isFollowed ? 3 : 2) + deadlineMs, "the next is waited for as the first was");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_series_that_was_thought_to_be_quiet_is_asked_for_at_once_when_a_later_candle_comes(bool isClosed)
    {
        var sequencer = Start(0);
        var nowMs = At(2);
        for (var question = 0; question < 6; question++)
        {
            sequencer.TryClaim(nowMs).ShouldBeTrue();
            sequencer.Finish(moved: false, answered: true, nowMs, nowMs);
            if (question == 4)
            {
                sequencer.OnStream(Quote(_series, 1, isClosed, trades: 1), 1, nowMs);
                sequencer.TryClaim(nowMs).ShouldBeFalse("it is asked often enough as it is");
            }

            nowMs = sequencer.DueMs;
        }

        var waits = nowMs;
        sequencer.OnStream(Quote(_series, 2, isClosed, trades: 2), 1, waits - 50_000);

        sequencer.TryClaim(waits - 50_000).ShouldBeTrue();
        sequencer.Finish(moved: false, answered: true, waits - 50_000, waits - 50_000);

        (sequencer.DueMs - waits).ShouldBe(-50_000 + 24_000, "and then as often as after two questions");
    }

    [Theory]
    [InlineData(5, 600_000, true)]
    [InlineData(5, 599_999, false)]
    [InlineData(4, 900_000, false)]
    public void What_history_has_lacked_in_five_answers_over_ten_minutes_is_absent(int answers, long spanMs, bool isAbsent)
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Quote(_series, 3, trades: 1), 1, 0);
        Delivered();
        for (var answer = 0; answer < answers; answer++)
        {
            Delivered().ShouldBeEmpty();
            sequencer.Finish(moved: false, answered: true, At(5) + (spanMs * answer / (answers - 1)), At(5) + (spanMs * answer / (answers - 1)));
        }

        sequencer.NextMs.ShouldBe(At(isAbsent ? 3 : 1));
        if (isAbsent)
        {
            Delivered().ShouldBe(["3o1"]);
            sequencer.DueMs.ShouldBe(At(4, 3_000), "the next is waited for as any");
            sequencer.OnStream(Closed(_series, 3), 1, 0);
            _queue.TryTake(out var quote).ShouldBeTrue();
            var gap = quote.GapBefore.ShouldNotBeNull();
            (gap.From.ToUnixTimeMilliseconds(), gap.To.ToUnixTimeMilliseconds(), gap.Reason)
                .ShouldBe((At(1), At(3), "the venue's history has no candle here, though its stream went on"));
        }
    }

    [Fact]
    public void A_clock_that_goes_back_takes_nothing_from_the_time_in_which_history_lacked_a_candle_and_each_candle_has_its_own()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Closed(_series, 2), 1, 0);
        foreach (var minute in (int[])[50, 56, 40, 42, 44]) // six minutes, and four
        {
            sequencer.NextMs.ShouldBe(At(1));
            sequencer.Finish(moved: false, answered: true, At(minute), At(minute));
        }

        sequencer.NextMs.ShouldBe(At(3));
        sequencer.OnStream(Closed(_series, 4), 1, 0);
        for (var question = 0; question < 6; question++)
        {
            sequencer.Finish(moved: false, answered: true, At(200), At(200));
        }

        sequencer.NextMs.ShouldBe(At(3), "what was counted of the one before is forgotten");
    }

    [Theory]
    [InlineData(49L, 50.0, false)]
    [InlineData(50L, 40.0, true)] // the count is the better witness
    [InlineData(null, 49.0, false)]
    [InlineData(null, 49.998, true)] // rounded otherwise
    [InlineData(null, 50.0, true)]
    public void A_row_with_less_in_it_than_the_stream_has_shown_is_older_than_that(long? trades, double volume, bool isTaken)
    {
        var sequencer = Start(0);
        sequencer.OnStream(Quote(_series, 0, trades: 50), 1, 0);
        Delivered();

        sequencer.OnHistory([Row(0)], At(1, 119_999)).ShouldBe(isTaken);
        Delivered().ShouldBe(isTaken ? ["0ch"] : []);
        if (!isTaken)
        {
            sequencer.OnHistory([Row(0)], At(1, 120_000)).ShouldBeFalse("whoever is behind may be so by two minutes");
            sequencer.OnHistory([Row(0)], At(1, 120_001)).ShouldBeTrue();
            sequencer.OnHistory([Row(1)], At(2, 10_000)).ShouldBeTrue("of that one the stream has shown nothing");
        }

        PriceQuote Row(int index) => new(
            _series,
            new CandleValues
            {
                OpenMs = At(index),
                Open = 100,
                High = 101,
                Low = 99,
                Close = 100,
                Volume = (decimal)volume,
                TradeCount = trades,
                IsClosed = true,
            },
            QuoteSource.History,
            DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void An_inferred_close_is_confirmed_or_revised_by_history_and_only_so_many_are_remembered()
    {
        var sequencer = Start(0, Rules with { MayInfer = true, DeliverRevisions = true });
        for (var index = 0; index < 17; index++)
        {
            sequencer.OnStream(Quote(_series, index, trades: 9), 1, At(index, 57_000));
            sequencer.OnStream(Quote(_series, index + 1, trades: 1), 1, At(index + 1, 1_000));
            sequencer.TryInfer(At(index + 1, 1_000), isPatienceOver: false).ShouldBeTrue();
            sequencer.AskFromMs.ShouldBe(At(index < 16 ? 0 : 1), "sixteen are remembered");
        }

        Delivered();
        sequencer.OnHistory([History(_series, 0, trades: 7), History(_series, 4, trades: 9), History(_series, 5, trades: 10)], At(17));

        Delivered().ShouldBe(["5chr"]);
        _counters.Revisions.ShouldBe(1);
        sequencer.AskFromMs.ShouldBe(At(6));
        sequencer.OnHistory([History(_series, 5, trades: 11), History(_series, 16, trades: 9)], At(17, 500));

        Delivered().ShouldBeEmpty();
        sequencer.AskFromMs.ShouldBe(At(17));
    }

    [Fact]
    public void An_inferred_close_that_history_revises_is_only_counted_where_revisions_are_not_asked_for()
    {
        var sequencer = Start(0, Rules with { MayInfer = true });
        sequencer.OnStream(Quote(_series, 0, trades: 9), 1, At(0, 57_000));
        sequencer.OnStream(Quote(_series, 1, trades: 1), 1, At(1, 1_000));
        sequencer.TryInfer(At(1, 1_000), isPatienceOver: false);

        Delivered().ShouldBe(["0c", "1o1"], "what came after it follows it");

        sequencer.OnHistory([History(_series, 0, trades: 10)], At(3));

        Delivered().ShouldBeEmpty();
        _counters.Revisions.ShouldBe(1);
    }

    [Theory]
    [InlineData(57_999, false, true)]
    [InlineData(58_000, false, true)]
    [InlineData(58_001, false, false)]
    [InlineData(58_001, true, true)]
    public void A_state_of_the_last_two_seconds_stands_in_only_when_patience_is_over(int stateMs, bool isPatienceOver, bool isClose)
    {
        var sequencer = Start(0, Rules with { MayInfer = true });

        sequencer.TryInfer(At(2), isPatienceOver: true).ShouldBeFalse("there is none");
        sequencer.OnStream(Quote(_series, 1, trades: 1), 1, At(1));

        sequencer.TryInfer(At(2), isPatienceOver: true).ShouldBeFalse("there is none of the candle that is due");

        var other = Start(0, Rules with { MayInfer = true });
        other.OnStream(Quote(_series, 0, trades: 9), 1, At(0, stateMs));
        other.OnStream(Quote(_series, 1, trades: 1), 1, At(1, 500));

        other.TryInfer(At(1, 10_000), isPatienceOver).ShouldBe(isClose);
    }

    [Fact]
    public void Candles_without_trades_are_passed_as_far_as_both_the_stream_and_history_know()
    {
        var sequencer = Quiet(ahead: 5);

        sequencer.TryPassQuiet(At(4), At(4) + 30_000).ShouldBeTrue();
        sequencer.NextMs.ShouldBe(At(4), "history knows no farther");
        sequencer.TryPassQuiet(At(9), At(5) + 29_999).ShouldBeFalse();
        sequencer.NextMs.ShouldBe(At(4));
        sequencer.TryPassQuiet(At(9), At(5) + 30_000).ShouldBeFalse("the stream knows no farther");
        sequencer.NextMs.ShouldBe(At(5));
        Delivered().ShouldBe(["5o10"]);
        sequencer.OnStream(Closed(_series, 5), 1, 0);

        _queue.TryTake(out var quote).ShouldBeTrue();
        quote.GapBefore.ShouldBeNull();
    }

    [Fact]
    public void After_an_answer_a_candle_that_may_be_quiet_is_asked_for_once_more_when_that_can_be_told_and_after_a_failure_as_any_other()
    {
        Quiet(ahead: 3).ShouldSatisfyAllConditions(
            sequencer => sequencer.Finish(moved: false, answered: true, At(3) + 4_000, At(3) + 4_000),
            sequencer => sequencer.DueMs.ShouldBe(At(3) + 30_000));
        Quiet(ahead: 3).ShouldSatisfyAllConditions(
            sequencer => sequencer.Finish(moved: false, answered: false, At(3) + 4_000, At(3) + 4_000),
            sequencer => sequencer.DueMs.ShouldBe(At(3) + 4_000 + 6_000));
        Quiet(ahead: 3).ShouldSatisfyAllConditions(
            sequencer => sequencer.Finish(moved: false, answered: true, At(3) + 30_000, At(3) + 30_000),
            sequencer => sequencer.DueMs.ShouldBe(At(3) + 30_000 + 6_000, "it could be told now, and was not"));
    }

    [Fact]
    public void What_lacks_before_the_first_candle_of_a_live_series_is_missed_by_nobody_and_later_it_is()
    {
        var sequencer = Live(0);
        sequencer.OnStream(Quote(_series, 0), 1, 0);
        Delivered();

        sequencer.Pass(At(2), "none there");
        sequencer.OnHistory([History(_series, 2)], At(9));

        _queue.TryTake(out var first).ShouldBeTrue();
        (first.OpenMs, first.GapBefore).ShouldBe((At(2), null));

        sequencer.Pass(At(4), "none there");
        sequencer.OnHistory([History(_series, 4)], At(9));

        _queue.TryTake(out var second).ShouldBeTrue();
        second.GapBefore.ShouldNotBeNull().From.ToUnixTimeMilliseconds().ShouldBe(At(3));
    }

    [Fact]
    public void A_gap_goes_on_over_quiet_candles_and_each_gap_is_told_once_to_who_wants_to_know()
    {
        var told = new List<string>();
        var sequencer = new SeriesSequencer(
            _series, Rules with { OmitsQuietCandles = true }, _queue, _counters, At(0), isExact: true, (series, gap) =>
                told.Add($"{series.VenueSymbol} {gap.Reason}"));
        sequencer.Pass(At(2), "1 row refused");
        sequencer.OnHistory([History(_series, 4), History(_series, 5)], At(9));

        _queue.TryTake(out var first).ShouldBeTrue();
        (first.GapBefore!.From.ToUnixTimeMilliseconds(), first.GapBefore.To.ToUnixTimeMilliseconds(), first.GapBefore.Reason)
            .ShouldBe((At(0), At(4), "1 row refused"));
        _queue.TryTake(out var second).ShouldBeTrue();
        second.GapBefore.ShouldBeNull();
        told.ShouldBe(["BTCUSDT 1 row refused"]);
    }

    [Fact]
    public void A_gap_has_the_reason_that_is_known_best_and_what_leaves_is_counted_by_its_kind()
    {
        var sequencer = Start(0, Rules with { OmitsQuietCandles = true });
        sequencer.OnStream(Quote(_series, 0), 1, 0);
        sequencer.Pass(At(1), "1 row refused");
        sequencer.OnStream(Closed(_series, 1), 1, 0);
        sequencer.OnStream(Quote(_series, 2), 1, 0);
        sequencer.OnHistory([History(_series, 3)], At(9));

        var gaps = new List<string>();
        while (_queue.TryTake(out var quote))
        {
            gaps.AddRange(quote.GapBefore is { } gap ? [gap.Reason] : []);
        }

        gaps.ShouldBe(["1 row refused", "the venue's history has no candle here, though its stream had"]);
        (_counters.Closed, _counters.Open).ShouldBe((2, 2));
    }

    [Fact]
    public void A_history_that_fails_at_last_makes_nothing_absent_that_it_lacked_before_anything_was_known_to_follow()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        foreach (var minute in (int[])[10, 13, 16, 19, 22])
        {
            sequencer.Finish(moved: false, answered: true, At(minute), At(minute));
        }

        sequencer.OnStream(Closed(_series, 2), 1, 0);
        sequencer.Finish(moved: false, answered: false, At(23), At(23));

        sequencer.NextMs.ShouldBe(At(1));
    }

    [Fact]
    public void A_live_series_whose_clock_became_known_with_its_first_message_begins_where_that_says()
    {
        var knownAs = At(0);
        var sequencer = new SeriesSequencer(_series, Rules, _queue, _counters, At(0), isExact: false, announced: null, started: () => knownAs);
        knownAs = At(60);

        sequencer.OnStream(Quote(_series, 61), 1, At(61));

        sequencer.NextMs.ShouldBe(At(60), "the hour before was asked for by nobody");
    }

    [Fact]
    public void What_cannot_exist_ends_no_gap_and_moves_no_series_back()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.Pass(At(1), "nothing lies between");
        sequencer.Pass(At(0), "nor here");
        sequencer.OnStream(Closed(_series, 1), 1, 0);

        Delivered().ShouldBe(["0c", "1c"]);
        _counters.GapsUnfilled.ShouldBe(0);
    }

    [Theory]
    [InlineData(1_000, 0)]
    [InlineData(1_001, 1_001)]
    public void A_first_message_far_ahead_says_that_the_clock_was_wrong_about_where_the_series_is(int index, int next)
    {
        var sequencer = Live(0);
        sequencer.OnStream(Quote(_series, index), 1, 0);

        sequencer.NextMs.ShouldBe(At(next));
        sequencer.DueMs.ShouldBe(At(next + 1, 3_000));
        sequencer.OnStream(Quote(_series, index + 5_000), 1, 0);

        sequencer.NextMs.ShouldBe(At(next), "only the first message says that");
    }

    [Fact]
    public void To_the_millisecond_a_minute_ahead_and_a_minute_late_are_possible()
    {
        var live = Live(9);

        live.WhyImpossible(Quote(_series, 10), At(9)).ShouldBeNull();
        live.WhyImpossible(Quote(_series, 10), At(9) - 1).ShouldNotBeNull();
        live.WhyImpossible(Closed(_series, 3), At(6)).ShouldBeNull();
        live.WhyImpossible(Closed(_series, 3), At(6, 1)).ShouldNotBeNull();
    }

    [Fact]
    public void Who_was_removed_takes_nothing_of_history_either_and_what_is_due_then_is_nobodys_question()
    {
        var sequencer = Start(0);

        sequencer.IsRemoved.ShouldBeFalse();
        sequencer.Remove();

        sequencer.OnHistory([History(_series, 0)], At(9)).ShouldBeFalse();
        sequencer.Pass(At(9), "none there");

        (sequencer.IsRemoved, sequencer.NextMs).ShouldBe((true, At(0)));
        Delivered().ShouldBeEmpty();
    }

    [Fact]
    public void Whether_it_has_begun_and_whether_the_candle_that_is_due_was_shown_is_told()
    {
        var sequencer = Start(0);

        (sequencer.IsBeginning, sequencer.IsShown, sequencer.AskFromMs).ShouldBe((true, false, At(0)));
        sequencer.OnStream(Quote(_series, 0), 1, 0);

        (sequencer.IsBeginning, sequencer.IsShown).ShouldBe((true, true));
        sequencer.OnStream(Closed(_series, 0), 1, 0);

        (sequencer.IsBeginning, sequencer.IsShown, sequencer.AskFromMs).ShouldBe((false, false, At(1)));
    }

    /// <summary>A series whose stream went on from the first candle, which closed, to a later one.</summary>
    private SeriesSequencer Quiet(int ahead)
    {
        var sequencer = Start(0, Rules with { OmitsQuietCandles = true });
        sequencer.OnStream(Quote(_series, 0), 1, 0);
        sequencer.OnHistory([History(_series, 0)], At(2));
        sequencer.OnStream(Quote(_series, ahead), 1, 0);
        Delivered();
        return sequencer;
    }
}
