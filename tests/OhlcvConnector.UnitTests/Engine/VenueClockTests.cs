using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>
/// What time it is at an exchange, while its messages, its answers and our own clock say different things. Nothing here waits: the test moves the clock.
/// </summary>
public partial class VenueClockTests
{
    private const long Hour = 3_600_000;
    private const long Step = 1_050; // a date is in whole seconds, and its answer took 50 ms
    private readonly ManualTimeProvider _time = new();
    private readonly VenueClock _clock;
    private readonly DateTimeOffset _start;

    public VenueClockTests()
    {
        _clock = new VenueClock(_time);
        _start = _time.GetUtcNow();
    }

    private enum Says
    {
        Both,
        MessagesOnly,
        DatesAndCandles,
        CandlesOnly,
        DatesOnly,
    }

    /// <summary>What passed since the start.</summary>
    private long Passed => _time.GetTimestamp() / TimeSpan.TicksPerMillisecond - _start.UtcTicks / TimeSpan.TicksPerMillisecond;

    [Fact]
    public void At_first_our_clock_is_all_there_is()
    {
        _clock.Offset.ShouldBe(TimeSpan.Zero);
        _clock.SurelyAt(_clock.OurNowMs).ShouldBe(_clock.OurNowMs);
    }

    [Theory]
    [InlineData(+40_000, 0)]
    [InlineData(-40_000, -40_000)]
    public void Dates_alone_tell_the_time_but_never_that_more_of_it_has_passed(long aheadMs, long surelyMs)
    {
        Disagree(streamMs: null, aheadMs);

        (_clock.NowMs - _clock.OurNowMs).ShouldBeInRange(aheadMs - Step, aheadMs + Step);
        (_clock.SurelyAt(_clock.OurNowMs) - _clock.OurNowMs).ShouldBeInRange(surelyMs - Step, Math.Min(0, surelyMs + Step));
        _clock.At(7_000_000).ShouldBe(7_000_000 + _clock.NowMs - _clock.OurNowMs);
    }

    [Theory]
    [InlineData(+40_000, -20_000, 0, -20_000)]
    [InlineData(-20_000, +40_000, 0, -20_000)]
    [InlineData(-20_000, -60_000, -20_000, -60_000)]
    [InlineData(-60_000, -20_000, -20_000, -60_000)]
    [InlineData(+20_000, +60_000, +20_000, 0)]
    [InlineData(+60_000, +20_000, +20_000, 0)]
    public void Of_three_that_all_say_something_else_the_middle_one_tells_the_time_and_the_last_what_surely_has_passed(
        long streamMs, long datesMs, long bestMs, long surelyMs)
    {
        Disagree(streamMs, datesMs);

        (_clock.NowMs - _clock.OurNowMs).ShouldBeInRange(bestMs - Step, bestMs + Step);
        (_clock.SurelyAt(_clock.OurNowMs) - _clock.OurNowMs).ShouldBeInRange(surelyMs - Step, surelyMs + Step);
    }

    [Theory]
    [InlineData(nameof(Says.Both), +30_000)]
    [InlineData(nameof(Says.Both), -30_000)]
    [InlineData(nameof(Says.MessagesOnly), +30_000)]
    [InlineData(nameof(Says.MessagesOnly), -30_000)]
    [InlineData(nameof(Says.DatesAndCandles), +30_000)]
    [InlineData(nameof(Says.DatesAndCandles), -30_000)]
    [InlineData(nameof(Says.DatesAndCandles), +5_000)]
    [InlineData(nameof(Says.DatesAndCandles), -5_000)]
    [InlineData(nameof(Says.Both), +Hour)]
    [InlineData(nameof(Says.Both), -Hour)]
    [InlineData(nameof(Says.DatesAndCandles), +Hour)]
    [InlineData(nameof(Says.DatesAndCandles), -Hour)]
    public void A_venue_whose_clock_is_not_ours_is_believed_when_all_that_it_says_agrees(string says, long aheadMs)
    {
        Live(Enum.Parse<Says>(says), seconds: 150, aheadMs);

        (_clock.NowMs - (_clock.OurNowMs + aheadMs)).ShouldBeInRange(-3_000, 1_000);
        SureIsNotTooFar(aheadMs);

        (_clock.SurelyAt(_clock.OurNowMs) - (_clock.OurNowMs + aheadMs)).ShouldBeGreaterThan(-4_000, "a repair would wait for nothing");
    }

    [Theory]
    [InlineData(nameof(Says.Both))]
    [InlineData(nameof(Says.MessagesOnly))]
    [InlineData(nameof(Says.DatesAndCandles))]
    [InlineData(nameof(Says.DatesOnly))]
    public void Our_clock_set_by_an_hour_and_back_changes_nothing(string says)
    {
        var kind = Enum.Parse<Says>(says);
        Live(kind, seconds: 60, aheadMs: 0);
        foreach (var hours in (int[])[+1, -1, -1, +1])
        {
            _time.Step(TimeSpan.FromHours(hours));
            for (var second = 0; second < 70; second++)
            {
                Live(kind, seconds: 1, aheadMs: 0);
                (_clock.NowMs - _start.ToUnixTimeMilliseconds() - Passed).ShouldBeInRange(-1_000, 1_000);
                SureIsNotTooFar(aheadMs: 0);
            }
        }
    }

    [Theory]
    [InlineData(nameof(Says.Both), +Hour)]
    [InlineData(nameof(Says.Both), -Hour)]
    [InlineData(nameof(Says.Both), +40_000)]
    [InlineData(nameof(Says.MessagesOnly), +Hour)]
    [InlineData(nameof(Says.MessagesOnly), +40_000)]
    [InlineData(nameof(Says.MessagesOnly), -40_000)]
    [InlineData(nameof(Says.DatesAndCandles), +Hour)]
    [InlineData(nameof(Says.CandlesOnly), -Hour)]
    public void One_message_that_lies_changes_nothing_whenever_it_comes(string says, long lieMs)
    {
        var kind = Enum.Parse<Says>(says);
        for (var lie = 0; lie < 5; lie++) // the first of all, and one in each minute or three after
        {
            if (kind is Says.Both or Says.MessagesOnly)
            {
                _clock.OnEvent(_clock.OurNowMs + lieMs, _clock.OurNowMs);
            }
            else
            {
                var open = (_clock.OurNowMs + lieMs) / 60_000 * 60_000;
                _clock.OnOpenCandle(open, open + 60_000, _clock.OurNowMs);
            }

            // with nothing else to go by, a lie must be forgotten before the next
            for (var second = 0; second < (kind == Says.CandlesOnly ? 180 : 60); second++)
            {
                SureIsNotTooFar(aheadMs: 0);
                _clock.Offset.TotalMilliseconds.ShouldBeInRange(-1_000, 1_000);
                Live(kind, seconds: 1, aheadMs: 0);
            }
        }
    }

    [Theory]
    [InlineData(nameof(Says.Both), +30_000)]
    [InlineData(nameof(Says.Both), +Hour)]
    [InlineData(nameof(Says.Both), -Hour)]
    [InlineData(nameof(Says.DatesAndCandles), +30_000)]
    [InlineData(nameof(Says.DatesAndCandles), +Hour)]
    [InlineData(nameof(Says.DatesAndCandles), -Hour)]
    [InlineData(nameof(Says.DatesOnly), +30_000)]
    [InlineData(nameof(Says.DatesOnly), +Hour)]
    public void One_header_that_lies_makes_nothing_sure_that_is_not(string says, long lieMs)
    {
        var kind = Enum.Parse<Says>(says);
        for (var lie = 0; lie < 5; lie++)
        {
            var sure = _clock.OnDate(_clock.OurNowMs / 1000 * 1000 + lieMs, _clock.OurNowMs - 50, _clock.OurNowMs);
            sure.ShouldBeLessThanOrEqualTo(_clock.OurNowMs);
            for (var second = 0; second < 60; second++)
            {
                SureIsNotTooFar(aheadMs: 0);
                _clock.Offset.TotalMilliseconds.ShouldBeInRange(-1_000, 1_000);
                Live(kind, seconds: 1, aheadMs: 0);
            }
        }
    }

    [Theory]
    [InlineData(nameof(Says.Both))]
    [InlineData(nameof(Says.DatesAndCandles))]
    public void Dates_that_are_always_ahead_make_nothing_sure_that_is_not(string says)
    {
        for (var second = 0; second < 300; second++)
        {
            Live(Enum.Parse<Says>(says), seconds: 1, aheadMs: 0, datesAheadMs: 30_000);
            SureIsNotTooFar(aheadMs: 0);
        }

        _clock.Offset.TotalMilliseconds.ShouldBeInRange(-1_000, 1_000);
    }

    [Fact]
    public void Of_a_venue_that_dates_no_answer_messages_alone_are_believed_after_some_seconds()
    {
        Live(Says.MessagesOnly, seconds: 1, aheadMs: 30_000);

        _clock.Offset.ShouldBe(TimeSpan.Zero, "one second of messages may be one lie");

        Live(Says.MessagesOnly, seconds: 5, aheadMs: 30_000);

        _clock.Offset.TotalMilliseconds.ShouldBeInRange(29_000, 30_000);
    }

    [Theory]
    [InlineData(+30_000)]
    [InlineData(-30_000)]
    public void What_was_believed_is_taken_back_when_later_messages_disagree(long aheadMs)
    {
        Live(Says.Both, seconds: 60, aheadMs);
        Live(Says.Both, seconds: 90, aheadMs: 0);

        _clock.Offset.TotalMilliseconds.ShouldBeInRange(-1_000, 1_000);
        SureIsNotTooFar(aheadMs: 0);
    }

    [Fact]
    public void Messages_that_waited_long_for_their_reader_do_not_set_the_venue_back()
    {
        Live(Says.Both, seconds: 60, aheadMs: 0);
        for (var late = 600; late > 0; late--)
        {
            _clock.OnEvent(_clock.OurNowMs - (late * 1000L), _clock.OurNowMs);
        }

        _clock.Offset.TotalMilliseconds.ShouldBeInRange(-1_000, 0);
    }

    [Theory]
    [InlineData(nameof(Says.Both))]
    [InlineData(nameof(Says.DatesAndCandles))]
    public void A_machine_that_slept_for_eight_hours_learns_the_time_from_the_first_messages(string says)
    {
        Live(Enum.Parse<Says>(says), seconds: 60, aheadMs: 0);
        _time.Step(TimeSpan.FromHours(8)); // nothing passed for timestamps

        Live(Enum.Parse<Says>(says), seconds: 2, aheadMs: 8 * Hour);

        (_clock.Offset.TotalMilliseconds - (8 * Hour)).ShouldBeInRange(-1_000, 1_000);
    }

    [Fact]
    public void An_answer_says_how_things_were_when_it_was_asked_and_an_old_one_how_they_were_then()
    {
        var now = _clock.OurNowMs;

        _clock.OnDate(now - 1_000, now - 3_000, now).ShouldBe(now - 3_000, "the rest of the time may have been the way back");
        _clock.OnDate(now - 600_000, now - 50, now).ShouldBe(now - 600_000 + 999, "out of a cache");
    }

    private void SureIsNotTooFar(long aheadMs) =>
        (_clock.SurelyAt(_clock.OurNowMs) - _start.ToUnixTimeMilliseconds() - Passed - aheadMs).ShouldBeLessThanOrEqualTo(1_000);

    /// <summary>An ordinary life: two messages a second that took 20 ms, and an answer every second that took 60.</summary>
    private void Live(Says says, int seconds, long aheadMs, long? datesAheadMs = null)
    {
        for (var half = 0; half < seconds * 2; half++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            var ours = _clock.OurNowMs;
            var theirs = _start.ToUnixTimeMilliseconds() + Passed + aheadMs;
            if (says is Says.Both or Says.MessagesOnly)
            {
                _clock.OnEvent(theirs - 20, ours);
            }
            else if (says is not Says.DatesOnly)
            {
                var open = (theirs - 20) / 60_000 * 60_000;
                _clock.OnOpenCandle(open, open + 60_000, ours);
            }

            if ((says is Says.Both or Says.DatesAndCandles or Says.DatesOnly) && half % 2 == 1)
            {
                var dated = (theirs - 30 + (datesAheadMs ?? 0)) / 1000 * 1000;
                _clock.OnDate(dated, ours - 60, ours);
            }
        }
    }

    /// <summary>Ten seconds in which the stream and the answers' dates are ahead of our clock by so much each.</summary>
    private void Disagree(long? streamMs, long datesMs)
    {
        for (var second = 0; second < 10; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            var nowMs = _clock.OurNowMs;
            if (streamMs is { } ahead)
            {
                _clock.OnEvent(nowMs + ahead, nowMs);
            }

            _clock.OnDate((nowMs + datesMs) / 1_000 * 1_000, nowMs - 50, nowMs);
        }
    }
}
