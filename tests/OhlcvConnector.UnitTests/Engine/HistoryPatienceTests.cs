using OhlcvConnector.Infrastructure.Engine.Sequence;
using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

public class HistoryPatienceTests
{
    private const long CloseMs = 1_700_000_040_000;
    private const long DueMs = CloseMs + 5_000;

    private readonly HistoryPatience _patience = new(new SequencerRules { Deadline = TimeSpan.FromSeconds(5) });

    public HistoryPatienceTests() => _patience.Expect(CloseMs);

    [Fact]
    public void History_is_asked_when_the_close_is_later_than_its_deadline_and_by_one_at_a_time()
    {
        _patience.DueMs.ShouldBe(DueMs);
        _patience.TryClaim(DueMs - 1).ShouldBeFalse();
        _patience.TryClaim(DueMs).ShouldBeTrue();
        _patience.TryClaim(DueMs).ShouldBeFalse();

        Answer(DueMs, answered: true);

        _patience.TryClaim(DueMs).ShouldBeFalse();
        _patience.TryClaim(_patience.DueMs).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false, new[] { 10, 20, 40, 80, 160, 300, 300 })]
    [InlineData(true, new[] { 10, 20, 40, 60, 60, 60, 60 })]
    public void Waits_double_up_to_a_limit_that_is_lower_when_the_stream_has_shown_that_there_is_a_candle(bool hasEvidence, int[] seconds)
    {
        var nowMs = DueMs;
        foreach (var wait in seconds)
        {
            Answer(nowMs, answered: false, hasEvidence);

            (_patience.DueMs - nowMs).ShouldBe(wait * 1_000L);
            nowMs = _patience.DueMs;
        }
    }

    [Fact]
    public void A_series_that_moved_on_is_asked_about_when_its_next_close_is_late_and_waits_as_at_first()
    {
        Answer(DueMs, answered: true);
        Answer(DueMs, answered: true);

        _patience.MoveOn(CloseMs + 60_000);

        _patience.DueMs.ShouldBe(DueMs + 60_000);
        Answer(DueMs + 60_000, answered: true);

        _patience.DueMs.ShouldBe(DueMs + 60_000 + 10_000);
    }

    [Fact]
    public void A_candle_is_absent_when_history_has_answered_without_it_for_ten_minutes_and_five_times()
    {
        var nowMs = DueMs;
        for (var attempt = 1; attempt < 5; attempt++, nowMs += 200_000)
        {
            _patience.Learn(moved: false, answered: true, nowMs).ShouldBeFalse();
        }

        _patience.Learn(moved: false, answered: true, nowMs).ShouldBeTrue();
    }

    [Fact]
    public void A_time_in_which_history_did_not_answer_does_not_make_a_candle_absent()
    {
        var nowMs = DueMs;
        for (var attempt = 0; attempt < 20; attempt++, nowMs += 200_000)
        {
            _patience.Learn(moved: false, answered: attempt % 2 == 0, nowMs).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_long_wait_ends_when_the_stream_goes_on_and_a_short_one_does_not()
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Answer(DueMs, answered: true);
        }

        var waiting = _patience.DueMs;
        _patience.Hurry();

        _patience.DueMs.ShouldBe(waiting);
        Answer(DueMs, answered: true);

        _patience.Hurry();

        _patience.DueMs.ShouldBe(DueMs);
        Answer(DueMs, answered: true);

        _patience.DueMs.ShouldBe(DueMs + 40_000, "it goes on from the third wait");
    }

    [Fact]
    public void What_is_deferred_waits_until_then_unless_something_is_known_that_history_must_agree_to()
    {
        _patience.Defer(DueMs + 30_000);

        _patience.TryClaim(DueMs + 29_999).ShouldBeFalse();

        _patience.AskAt(DueMs + 10_000);

        _patience.TryClaim(DueMs + 9_999).ShouldBeFalse();
        _patience.TryClaim(DueMs + 10_000).ShouldBeTrue();
    }

    [Fact]
    public void A_wait_is_absurd_when_the_clock_was_taken_back_and_can_be_forgotten()
    {
        Answer(DueMs, answered: false);

        _patience.IsAbsurd(DueMs).ShouldBeFalse();
        _patience.IsAbsurd(DueMs - 3_600_000).ShouldBeTrue();

        _patience.Forget();

        _patience.IsAbsurd(DueMs - 3_600_000).ShouldBeFalse();
        _patience.DueMs.ShouldBe(DueMs);
    }

    [Fact]
    public void A_time_to_ask_at_goes_before_the_waits()
    {
        _patience.Learn(moved: false, answered: true, DueMs);

        _patience.End(DueMs, hasEvidence: false, DueMs + 1_234);

        _patience.DueMs.ShouldBe(DueMs + 1_234);
    }

    private void Answer(long nowMs, bool answered, bool hasEvidence = false)
    {
        _patience.Learn(moved: false, answered, nowMs);
        _patience.End(nowMs, hasEvidence, null);
    }
}
