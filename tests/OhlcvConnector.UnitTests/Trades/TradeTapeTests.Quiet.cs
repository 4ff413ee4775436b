using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Infrastructure.Engine.Trades;
using OhlcvConnector.Infrastructure.Engine.Wire;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Trades;

/// <content>Candles without trades, and silences over the end of others: when nobody need ask history.</content>
public partial class TradeTapeTests
{
    [Fact]
    public void A_candle_without_any_trade_is_passed_without_history_when_the_symbol_trades_again_while_others_traded_all_the_time()
    {
        QuietMinute();
        OthersTalk(Minute, (2 * Minute) + 59_000);

        Judge(2 * Minute + 29_000).ShouldBeEmpty();
        _sequencer.NextMs.ShouldBe(T0 + Minute); // nothing waits for it yet

        SpeakAgain();

        Judge(2 * Minute + 31_099).ShouldBeEmpty(); // what was held up may come out of order
        _sequencer.NextMs.ShouldBe(T0 + Minute);
        Judge(2 * Minute + 31_100).ShouldBeEmpty();
        _sequencer.NextMs.ShouldBe(T0 + (2 * Minute));
        Trade(3 * Minute - 1_000, 12, 1);
        State(2);
        Trade(3 * Minute + 100, 12, 1);

        Judge(3 * Minute + Grace).ShouldBe(["2: 11 12 11 12 of 2, 2 trades"]);
        _counters.GapsUnfilled.ShouldBe(0);
        _sequencer.QuietMs.ShouldBe(Minute);
    }

    [Theory]
    [InlineData("all were mute")]
    [InlineData("the stream was asked anew")] // so ends a stall of one symbol: taken for quiet before, it had lost a candle
    [InlineData("another connection came")]
    [InlineData("the next candle has trades that never came")]
    [InlineData("the next candle was not told")]
    [InlineData("a frame could not be read")]
    public void A_candle_is_not_passed_without_history_if(string what)
    {
        QuietMinute();
        OthersTalk(Minute, Minute + 20_000);
        OthersTalk(what == "all were mute" ? Minute + 25_200 : Minute + 20_000, 2 * Minute + 40_000);
        switch (what)
        {
            case "the stream was asked anew":
                _tape.Stop();
                _tape.Begin(_source, T0 + Minute + 40_000);
                break;
            case "another connection came":
                _tape.Begin(new TradeSource(), T0 + Minute + 40_000);
                break;
            case "a frame could not be read":
                _source.Break();
                Judge(Minute + 40_000);
                break;
            default:
                break;
        }

        SpeakAgain(lost: what == "the next candle has trades that never came" ? 1 : 0, isTold: what != "the next candle was not told");

        Judge(2 * Minute + 39_000);

        _sequencer.NextMs.ShouldBe(T0 + Minute);
    }

    [Fact]
    public void A_candle_whose_trades_were_forgotten_because_its_reader_stopped_is_left_to_history()
    {
        OthersTalk(-2_000, 1_000);
        for (var minute = 0; minute < 10; minute++)
        {
            Trade((minute * Minute) + 1_000, 10 + minute, 1);
            _tape.OnCandle(Read(minute), _nowMs); // the order waits for history of an earlier candle, and is shown none of these
            OthersTalk((minute * Minute) + 2_000, (minute + 1) * Minute);
        }

        Judge((9 * Minute) + 31_000).ShouldBeEmpty();

        (_sequencer.NextMs, _counters.TradesLate).ShouldBe((T0, 0));
    }

    [Fact]
    public void A_long_silence_around_the_end_is_none_when_the_symbol_speaks_again_and_all_adds_up_and_others_traded_all_the_time()
    {
        OthersTalk(-2_000, 28_000);
        Trade(30_000, 10, 2);
        State(0);
        OthersTalk(30_000, Minute + 9_000);
        Trade(Minute + 9_000, 11, 1);

        Judge(Minute + 11_000).ShouldBeEmpty();

        State(1);

        Judge(Minute + 11_000).ShouldBe(["0: 10 10 10 10 of 2, 1 trades"]);
    }

    [Theory]
    [InlineData("a trade")]
    [InlineData("an open candle")]
    [InlineData("history")]
    public void A_candle_that_was_passed_and_had_trades_is_told_as_a_gap_whoever_says_so(string who)
    {
        A_candle_without_any_trade_is_passed_without_history_when_the_symbol_trades_again_while_others_traded_all_the_time();

        switch (who)
        {
            case "a trade":
                Trade(Minute + 50_000, 10, 1, at: 3 * Minute + 1_000);
                Judge(3 * Minute + 1_000).ShouldBe(["1: 10 10 10 10 of 1, 1 trades (revision)"]);
                break;
            case "an open candle":
                _sequencer.OnStream(Quote(1, 10, 10, 10, 10, 1, 1, false, QuoteSource.Stream), 1, T0 + (3 * Minute) + 1_000);
                break;
            default:
                _tape.OnHistory(Row(1, 10, 10, 10, 10, 1, 1), isSettled: true);
                _tape.OnHistory(Row(1, 10, 10, 10, 10, 1, 1), isSettled: true); // is told once
                Delivered().ShouldBe(["1: 10 10 10 10 of 1, 1 trades (revision)"]);
                break;
        }

        _counters.Revisions.ShouldBe(1);
        _sequencer.OnHistory([Row(3, 12, 12, 12, 12, 1, 1)], T0 + (5 * Minute));

        _queue.TryTake(out var next).ShouldBeTrue();
        next.GapBefore.ShouldBe(new Gap(DateTimeOffset.FromUnixTimeMilliseconds(T0 + Minute), DateTimeOffset.FromUnixTimeMilliseconds(T0 + (2 * Minute)),
            "it was taken for a candle without trades, and had some"));
    }

    [Fact]
    public void A_flat_candle_that_comes_later_of_one_that_was_passed_is_nothing_new()
    {
        A_candle_without_any_trade_is_passed_without_history_when_the_symbol_trades_again_while_others_traded_all_the_time();

        _tape.OnHistory(Row(1, 10, 10, 10, 10, 0, 0), isSettled: true);

        (_counters.Revisions, _sequencer.NextMs).ShouldBe((0, T0 + (3 * Minute)));
    }

    [Fact]
    public void A_candle_that_began_before_its_trades_came_is_closed_when_two_states_say_what_was_missed()
    {
        _tape.Stop();
        Trade(1_000, 10, 2, isLost: true);
        Trade(2_000, 20, 7, isLost: true);
        _tape.Begin(_source, T0 + 3_000);
        Trade(7_000, 11, 2);
        State(0);
        Trade(20_000, 12, 3);
        State(0);
        Judge(21_000);
        Trade(58_000, 12, 4);
        State(0);
        Trade(59_500, 9, 1); // beyond the last state
        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBe(["0: 10 20 9 9 of 19, 6 trades"]);
    }

    [Theory]
    [InlineData("a trade was lost between the states")]
    [InlineData("there is one state alone")]
    [InlineData("a frame could not be read after them")]
    public void A_candle_that_began_before_its_trades_came_is_left_to_history_if(string what)
    {
        _tape.Stop();
        Trade(1_000, 10, 2, isLost: true);
        _tape.Begin(_source, T0 + 3_000);
        Trade(7_000, 11, 2);
        State(0);
        Trade(20_000, 12, 3, isLost: what == "a trade was lost between the states");
        if (what == "there is one state alone")
        {
            Trade(60_200, 11, 1);
            Judge(Minute + Grace).ShouldBeEmpty();
            return;
        }

        State(0);
        Trade(59_000, 12, 4);
        State(0);
        if (what == "a frame could not be read after them")
        {
            _source.Break();
            Judge(59_200);
        }

        Trade(60_200, 11, 1);

        Judge(Minute + Grace).ShouldBeEmpty();
    }

    [Fact]
    public void A_live_series_does_not_wait_for_a_minute_that_was_under_way_when_it_began_and_of_which_nothing_came()
    {
        var live = new SeriesSequencer(_series, Rules, _queue, _counters, T0, isExact: false);
        _tape.Remove(_series);
        _tape.Add(live);
        _tape.Stop();
        _tape.Begin(_source, T0 + 30_000);

        var closes = new List<TradeClose>();
        var nextMs = long.MaxValue;
        _tape.Judge(T0 + Minute + Grace, T0 + Minute + Grace, isStarved: false, closes, ref nextMs);
        closes.ForEach(close => close.Sequencer.PassQuiet(close.OpenMs, close.CloseMs));

        live.NextMs.ShouldBe(T0 + Minute);
    }

    [Fact]
    public void What_buyers_took_is_said_of_a_candle_that_its_trades_close_if_all_of_them_came()
    {
        Trade(1_000, 10, 2, taker: Taker.Buyer);
        Trade(59_000, 12, 3, taker: Taker.Seller);
        State(0);
        Trade(60_200, 11, 1, taker: Taker.Buyer);
        var closes = new List<TradeClose>();
        var nextMs = long.MaxValue;

        _tape.Judge(T0 + Minute + Grace, T0 + Minute + Grace, isStarved: false, closes, ref nextMs);

        (closes[0].Quote.BuyVolume, closes[0].Quote.SellVolume).ShouldBe((2, 3));
    }

    [Theory]
    [InlineData(true, false, 7)]
    [InlineData(true, true, 6)]
    [InlineData(false, true, 7)] // of ids that never were without a hole nothing is learned
    public void Where_ids_were_without_a_hole_a_missing_one_leaves_the_candle_to_history(bool areConsecutive, bool isOneLost, int closed)
    {
        _tape = NewTape(counted: false, idsAscend: true);
        Begin();
        var closes = 0;
        for (var minute = 0; minute < 7; minute++)
        {
            for (var second = 54; second < 59; second++)
            {
                _id += areConsecutive ? 0 : 1;
                Trade((minute * Minute) + (second * 1_000), 10, 1);
            }

            State(minute, counted: false);
            Trade((minute * Minute) + 59_500, 10, 1, isLost: isOneLost && minute == 6);
            Trade((minute * Minute) + 60_200, 10, 1);
            closes += Judge((minute * Minute) + 61_000).Count;
        }

        closes.ShouldBe(closed);
    }

    [Fact]
    public void How_busy_a_symbol_is_is_measured_by_its_candles_and_forgotten_slowly()
    {
        for (var minute = 0; minute < 40; minute++)
        {
            _tape.OnCandle(Quote(minute, 10, 10, 10, 10, 2, 24, false, QuoteSource.Stream), T0);
        }

        var busy = _tape.Busyness;

        busy.ShouldBeInRange(22_000, 24_000);
        _tape.OnCandle(Quote(46, 10, 10, 10, 10, 2, 1, false, QuoteSource.Stream), T0);

        _tape.Busyness.ShouldBeInRange(busy / 3, busy * 2 / 3);
    }

    /// <summary>A trade in the first minute, none in the second.</summary>
    private void QuietMinute()
    {
        Trade(59_500, 10, 2);
        State(0);
        OthersTalk(50_000, Minute);

        Judge(Minute + 700).ShouldBe(["0: 10 10 10 10 of 2, 1 trades"]);
    }

    /// <summary>In the third minute, half a minute after its beginning.</summary>
    private void SpeakAgain(int lost = 0, bool isTold = true)
    {
        Trade((2 * Minute) + 30_000, 11, 1);
        if (isTold)
        {
            State(2, lost);
        }
    }

    private void OthersTalk(long fromMs, long toMs)
    {
        for (var ms = fromMs; ms <= toMs; ms += 2_000)
        {
            _source.Hear(T0 + ms, T0 + ms + 100);
        }
    }
}
