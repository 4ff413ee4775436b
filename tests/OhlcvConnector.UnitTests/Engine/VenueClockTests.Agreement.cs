using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

/// <content>Who agrees with whom, to the millisecond: one message and one answer are all that was heard, and two of three that agree are believed at
/// once.</content>
public partial class VenueClockTests
{
    private const int None = int.MinValue;

    [Theory]
    [InlineData(+3_000, None, +3_000, +3_000)] // a message's way may take so long
    [InlineData(+3_001, None, 0, 0)]           // one message alone is not believed against our clock,
    [InlineData(-3_000, None, -3_000, -3_000)]
    [InlineData(-3_001, None, 0, -3_001)]      // but nothing is sure that it denies
    [InlineData(None, +3_000, +3_000, +3_000)]
    [InlineData(None, +3_001, 0, 0)]
    [InlineData(None, -4_000, -3_000, -3_000)] // a date is of any moment of its second
    [InlineData(None, -4_001, 0, -3_001)]
    [InlineData(+40_000, +43_000, +40_000, +40_000)] // both of the venue's agree against ours
    [InlineData(+40_000, +36_000, +40_000, +40_000)]
    [InlineData(-40_000, -40_500, -40_000, -40_000)]
    [InlineData(+40_000, +43_001, +40_000, 0)] // and here nobody agrees: the middle one
    [InlineData(+40_000, +35_999, +35_999, 0)]
    [InlineData(+40_000, 0, 0, 0)]             // the stream lies
    [InlineData(+40_000, +2_000, +2_000, +2_000)]
    [InlineData(-40_000, +2_000, +2_000, +2_000)]
    [InlineData(0, +40_000, 0, 0)]             // the dates do
    [InlineData(+2_000, -40_000, +2_000, +2_000)]
    [InlineData(+2_000, 0, +2_000, 0)]         // all agree: the stream tells best, and the least is sure
    [InlineData(-2_500, +2_500, -2_500, -2_500)]
    [InlineData(+2_500, -3_500, +2_500, -2_500)]
    public void Two_of_three_that_agree_within_three_seconds_are_believed(int streamMs, int datesMs, int bestMs, int surelyMs)
    {
        var nowMs = _clock.OurNowMs;
        if (streamMs != None)
        {
            _clock.OnEvent(nowMs + streamMs, nowMs);
        }

        if (datesMs != None)
        {
            _clock.OnDate(nowMs + datesMs, sentMs: nowMs, receivedMs: nowMs);
        }

        _clock.Offset.ShouldBe(TimeSpan.FromMilliseconds(bestMs));
        (_clock.SurelyAt(nowMs) - nowMs).ShouldBe(surelyMs);
        (_clock.NowMs, _clock.At(5)).ShouldBe((nowMs + bestMs, 5 + bestMs));
    }

    [Theory]
    [InlineData(-1_000, 0)]       // open by our clock
    [InlineData(-62_000, -2_000)] // over since two seconds
    [InlineData(+2_000, +2_000)]  // it opens in two
    [InlineData(+10_000, 0)]      // no word of one candle is believed against our clock
    public void A_message_without_a_time_was_sent_while_its_candle_was_open(int opensInMs, int offsetMs)
    {
        var nowMs = _clock.OurNowMs;
        _clock.OnOpenCandle(nowMs + opensInMs, nowMs + opensInMs + 60_000, nowMs);

        _clock.Offset.ShouldBe(TimeSpan.FromMilliseconds(offsetMs));

        _clock.OnEvent(nowMs + 700, nowMs);

        _clock.Offset.ShouldBe(TimeSpan.FromMilliseconds(700), "a message with a time says it better");
        _clock.OnOpenCandle(nowMs - 120_000, nowMs - 60_000, nowMs);

        _clock.Offset.ShouldBe(TimeSpan.FromMilliseconds(700));
    }

    [Theory]
    [InlineData(60_001, +63_001, 63_001)] // it was set, and the venue says the same within three seconds
    [InlineData(60_001, +57_001, 57_001)]
    [InlineData(60_001, +63_002, 0)]
    [InlineData(60_001, +57_000, 0)]
    [InlineData(-60_001, -60_001, -60_001)]
    [InlineData(60_001, +3_000, 3_000)]   // or what it said before
    [InlineData(60_001, -3_000, -3_000)]
    [InlineData(60_001, +3_001, 0)]
    [InlineData(60_000, +60_000, 0)]      // so little may be a correction of a clock that was wrong
    public void After_our_clock_was_set_by_more_than_a_minute_what_it_says_now_may_be_the_time(int setMs, int streamMs, int offsetMs)
    {
        foreach (var secondsBefore in (int[])[0, 30])
        {
            var time = new Testing.ManualTimeProvider();
            var clock = new Infrastructure.Engine.Pacing.VenueClock(time);
            for (var second = 0; second < secondsBefore; second++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                clock.OnEvent(clock.OurNowMs, clock.OurNowMs);
                clock.OnDate(clock.OurNowMs, clock.OurNowMs, clock.OurNowMs);
                clock.OnOpenCandle(clock.OurNowMs - 1_000, clock.OurNowMs + 59_000, clock.OurNowMs);
            }

            time.Step(TimeSpan.FromMilliseconds(setMs));
            time.Advance(TimeSpan.FromSeconds(1));
            clock.OnEvent(clock.OurNowMs + streamMs, clock.OurNowMs);

            clock.Offset.ShouldBe(TimeSpan.FromMilliseconds(offsetMs), $"after {secondsBefore} s");
        }
    }

    [Fact]
    public void What_dates_said_before_our_clock_was_set_counts_no_more()
    {
        Disagree(streamMs: null, datesMs: +40_000);
        _time.Step(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        var nowMs = _clock.OurNowMs;

        _clock.OnEvent(nowMs + 40_000, nowMs);

        _clock.Offset.ShouldBe(TimeSpan.Zero, "one message is alone with that now");

        var other = new Infrastructure.Engine.Pacing.VenueClock(_time);
        for (var second = 0; second < 30; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            other.OnDate(other.OurNowMs, other.OurNowMs, other.OurNowMs);
        }

        _time.Step(TimeSpan.FromHours(1));
        other.OnDate(other.OurNowMs + 3_600_000, other.OurNowMs, other.OurNowMs);

        other.Offset.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void After_our_clock_was_set_a_venue_whose_clock_is_another_is_learnt_as_ever()
    {
        _time.Step(TimeSpan.FromHours(1));

        Live(Says.MessagesOnly, seconds: 6, aheadMs: 30_000);

        _clock.Offset.TotalMilliseconds.ShouldBeInRange(29_000, 30_000);
    }
}
