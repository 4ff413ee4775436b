using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <content>What a state, a clock or a repetition is worth.</content>
public partial class SeriesSequencerTests
{
    private SeriesSequencer? _sequencerOfStates;

    [Fact]
    public void Without_a_closing_message_and_without_history_the_last_state_becomes_the_close_and_says_so()
    {
        var sequencer = Start(0, Rules with { MayInfer = true });
        sequencer.OnStream(Quote(_series, 0, trades: 9), 1, At(0, 57_000));
        Delivered();

        sequencer.TryInfer(At(1), isPatienceOver: false).ShouldBeFalse("nothing says that the stream went on");
        sequencer.OnStream(Quote(_series, 1, trades: 1), 1, At(1));

        sequencer.TryInfer(At(0, 59_999), isPatienceOver: false).ShouldBeFalse("it is not over");
        sequencer.TryInfer(At(1), isPatienceOver: false).ShouldBeTrue();

        _queue.TryTake(out var quote).ShouldBeTrue();
        quote.IsClosed.ShouldBeTrue();
        quote.Source.ShouldBe(QuoteSource.Inferred);
        quote.TradeCount.ShouldBe(9);
    }

    [Theory]
    [InlineData(30_000, false)]
    [InlineData(54_999, false)]
    [InlineData(55_000, true)]
    public void A_state_older_than_the_candles_last_moments_is_no_close_for_the_stream_may_have_been_mute_since(int stateMs, bool isClose)
    {
        var sequencer = Start(0, Rules with { MayInfer = true });
        sequencer.OnStream(Quote(_series, 0, trades: 9), 1, At(0, stateMs));
        sequencer.OnStream(Quote(_series, 1, trades: 1), 1, At(1, 1_000));

        sequencer.TryInfer(At(3), isPatienceOver: true).ShouldBe(isClose);
    }

    [Fact]
    public void A_state_is_no_close_when_what_came_next_was_not_the_next_candle()
    {
        var sequencer = Start(0, Rules with { MayInfer = true });
        sequencer.OnStream(Quote(_series, 0, trades: 9), 1, At(0, 57_000));
        sequencer.OnStream(Quote(_series, 2, trades: 1), 1, At(2, 1_000));
        sequencer.OnStream(Quote(_series, 1, trades: 1), 1, At(2, 2_000));

        sequencer.TryInfer(At(3), isPatienceOver: true).ShouldBeFalse();

        var whole = Start(0, Rules with { MayInfer = true });
        whole.OnStream(Quote(_series, 0, trades: 9), 1, At(0, 57_000));
        whole.OnStream(Quote(_series, 1, trades: 1), 1, At(1, 1_000));
        whole.OnStream(Quote(_series, 2, trades: 1), 1, At(2, 1_000));

        whole.TryInfer(At(3), isPatienceOver: true).ShouldBeTrue("the next came first");
        whole.TryInfer(At(9), isPatienceOver: true).ShouldBeFalse("of the next itself nothing is known but that it was there");
    }

    [Fact]
    public void A_state_after_which_a_message_may_be_missing_is_no_close()
    {
        var sequencer = Start(0, Rules with { MayInfer = true });
        sequencer.OnStream(Quote(_series, 0, trades: 9), 1, At(0, 57_000));
        sequencer.OnStream(Quote(_series, 1, trades: 1), 2, At(1));
        sequencer.OnStream(Quote(_series, 2, trades: 1), 2, At(2));

        sequencer.TryInfer(At(3), isPatienceOver: false).ShouldBeFalse("the connection was lost between the two");

        var whole = Start(0, Rules with { MayInfer = true });
        whole.OnStream(Quote(_series, 0, trades: 9), 2, At(0, 57_000));
        whole.OnStream(Quote(_series, 1, trades: 1), 2, At(1));
        whole.OnStream(Quote(_series, 1, trades: 2), 3, At(1));

        whole.TryInfer(At(3), isPatienceOver: false).ShouldBeTrue("it was lost later");
    }

    [Fact]
    public void A_state_of_the_candles_last_moments_is_taken_only_when_patience_is_over_and_history_may_revise_it()
    {
        var sequencer = Start(0, Rules with { MayInfer = true, DeliverRevisions = true });
        sequencer.OnStream(Quote(_series, 0, trades: 9), 1, At(0, 59_500));
        sequencer.OnStream(Quote(_series, 1, trades: 1), 1, At(1, 500));

        sequencer.TryInfer(At(1, 10_000), isPatienceOver: false).ShouldBeFalse("the last trades may have been held back");
        sequencer.TryInfer(At(1, 50_000), isPatienceOver: true).ShouldBeTrue();
        Delivered();

        sequencer.AskFromMs.ShouldBe(At(0));
        sequencer.OnHistory([History(_series, 0, trades: 10), History(_series, 1)], At(3));

        Delivered().ShouldBe(["0chr", "1ch"]);
        _counters.Revisions.ShouldBe(1);
        sequencer.AskFromMs.ShouldBe(At(2));
    }

    [Fact]
    public void What_one_side_does_not_know_is_no_revision()
    {
        var sequencer = Start(0, Rules with { DeliverRevisions = true });
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        sequencer.OnStream(Without(Closed(_series, 0), trades: true), 1, 0);
        sequencer.OnStream(Without(Closed(_series, 0), trades: false), 1, 0);

        Delivered().ShouldBe(["0c"]);
        (_counters.Revisions, _counters.Duplicates).ShouldBe((0, 2));

        static PriceQuote Without(PriceQuote quote, bool trades) => new(
            quote.Series,
            new CandleValues
            {
                OpenMs = quote.OpenMs,
                Open = quote.Open,
                High = quote.High,
                Low = quote.Low,
                Close = quote.Close,
                Volume = quote.Volume,
                QuoteVolume = trades ? quote.QuoteVolume : null,
                TradeCount = trades ? null : quote.TradeCount,
                IsClosed = true,
            },
            QuoteSource.Stream,
            quote.ReceivedAt);
    }

    [Fact]
    public void A_candle_that_opens_in_the_future_is_impossible_also_as_the_first()
    {
        foreach (var sequencer in (SeriesSequencer[])[Start(0), Live(0)])
        {
            sequencer.WhyImpossible(Quote(_series, 2), At(0, 59_999)).ShouldBe("it opens in the future");
            sequencer.WhyImpossible(Closed(_series, 60), At(0)).ShouldBe("it opens in the future");
            sequencer.WhyImpossible(Quote(_series, 2), At(1)).ShouldBeNull("the venue's clock is not known so exactly");
        }
    }

    [Fact]
    public void An_old_candle_begins_no_live_series_but_may_come_to_one_that_has_begun()
    {
        var asked = Start(0);

        asked.WhyImpossible(Closed(_series, 0), At(5_761)).ShouldBeNull("the past was asked for");

        var live = Live(5_761);

        live.WhyImpossible(Closed(_series, 0), At(5_761)).ShouldBe("it was over long before its series was asked for");
        live.WhyImpossible(Quote(_series, 0), At(5_761)).ShouldNotBeNull();
        live.WhyImpossible(Closed(_series, 5_760), At(5_761, 5_000)).ShouldBeNull("a close that is late");
        live.OnStream(Quote(_series, 5_761), 1, At(5_761));

        live.WhyImpossible(Closed(_series, 0), At(5_761)).ShouldBeNull("it is dropped as late, and counted as such");
    }

    [Fact]
    public void When_the_venues_clock_is_taken_back_by_an_hour_a_series_does_not_wait_for_it()
    {
        var sequencer = Start(0);

        sequencer.TryClaim(At(61)).ShouldBeTrue("a message was dated an hour ahead");
        sequencer.Finish(moved: false, answered: true, At(61), At(61));

        sequencer.TryClaim(At(1, 2_999)).ShouldBeFalse();
        sequencer.TryClaim(At(1, 3_000)).ShouldBeTrue();
    }

    [Fact]
    public void A_reader_that_stopped_holds_nobody_who_wants_to_know_of_a_series_or_to_fill_its_gaps()
    {
        var queue = new QuoteQueue(1, Dispatch.Inline, _counters);
        var sequencer = new SeriesSequencer(_series, Rules, queue, _counters, At(0), isExact: true);
        sequencer.OnStream(Closed(_series, 0), 1, 0);
        var connection = new Thread(() => sequencer.OnStream(Closed(_series, 1), 1, 0)) { IsBackground = true };
        connection.Start();

        SpinWait.SpinUntil(() => _counters.QueueBlocks == 1, TimeSpan.FromSeconds(30)).ShouldBeTrue("the connection is held up");

        sequencer.NextMs.ShouldBe(At(1));
        sequencer.OnHistory([History(_series, 1), History(_series, 2)], At(9)).ShouldBeTrue();
        sequencer.OnStream(Quote(_series, 3), 1, 0);

        sequencer.NextMs.ShouldBe(At(3));
        queue.ClosedDepth.ShouldBe(3);
        queue.Complete();

        connection.Join(TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public void What_is_held_leaves_in_order_each_once_and_only_so_many_are_held()
    {
        var sequencer = Start(0);
        foreach (var index in (int[])[3, 1, 2, 3, 1])
        {
            sequencer.OnStream(Closed(_series, index), 1, 0);
        }

        _counters.Duplicates.ShouldBe(2);
        for (var index = 4; index < 80; index++)
        {
            sequencer.OnStream(Closed(_series, index), 1, 0);
        }

        sequencer.OnStream(Closed(_series, 0), 1, 0);

        Delivered().ShouldBe([.. Enumerable.Range(0, 65).Select(index => $"{index}c")], "sixty-four are held; the rest comes from history");
    }

    [Fact]
    public void Of_the_open_states_of_later_candles_the_newest_is_kept_and_none_that_a_held_close_ends()
    {
        var sequencer = Start(0);
        sequencer.OnStream(Quote(_series, 1, trades: 5), 1, 0);
        sequencer.OnStream(Quote(_series, 1, trades: 4), 1, 0); // older
        sequencer.OnStream(Closed(_series, 0), 1, 0);

        Delivered().ShouldBe(["0c", "1o5"]);

        sequencer.OnStream(Quote(_series, 3, trades: 7), 1, 0);
        sequencer.OnStream(Quote(_series, 2, trades: 8), 1, 0); // of an earlier candle
        sequencer.OnStream(Closed(_series, 3), 1, 0);
        sequencer.OnStream(Quote(_series, 3, trades: 9), 1, 0); // after its close
        sequencer.OnStream(Closed(_series, 1), 1, 0);
        sequencer.OnStream(Closed(_series, 2), 1, 0);

        Delivered().ShouldBe(["1c", "2c", "3c"]);
    }

    [Fact]
    public void Of_two_states_of_a_candle_the_one_with_fewer_trades_is_older_or_else_less_volume_or_else_an_earlier_clock()
    {
        State(1, trades: 5, volume: 5, atMs: 5).ShouldBe((1, 0));
        State(2, trades: 5, volume: 4, atMs: 9).ShouldBe((0, 1), "less volume");
        State(3, trades: 5, volume: 5, atMs: 4).ShouldBe((0, 1), "an earlier clock");
        State(4, trades: 5, volume: 5, atMs: 5).ShouldBe((0, 0), "the same again");
        State(5, trades: 6, volume: 1, atMs: 1).ShouldBe((1, 0), "more trades");
        State(6, trades: 5, volume: 9, atMs: 9).ShouldBe((0, 1), "fewer trades");

        (int Delivered, int Stale) State(int step, long trades, decimal volume, long atMs)
        {
            _sequencerOfStates ??= Start(0);
            var stale = _counters.Stale;
            var values = new CandleValues
            {
                OpenMs = At(0),
                Open = 1,
                High = 2,
                Low = 1,
                Close = 1,
                TradeCount = trades,
                Volume = volume,
                EventMs = At(0) + atMs,
            };
            _sequencerOfStates.OnStream(new PriceQuote(_series, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch), step, 0);
            return (Delivered().Count, (int)(_counters.Stale - stale));
        }
    }

    [Fact]
    public void Whether_the_last_close_had_trades_is_told_by_what_the_venue_gives()
    {
        var sequencer = Start(0);

        sequencer.LastClosedHadTrades.ShouldBeFalse("there was none");
        sequencer.LastClosedMs.ShouldBe(0);
        Deliver(0, trades: 1, volume: 0, quoteVolume: 0).ShouldBeTrue();
        Deliver(1, trades: 0, volume: 5, quoteVolume: 5).ShouldBeFalse("the count is the best witness");
        Deliver(2, trades: null, volume: 5, quoteVolume: 0).ShouldBeTrue();
        Deliver(3, trades: null, volume: 0, quoteVolume: 5).ShouldBeFalse();
        Deliver(4, trades: null, volume: null, quoteVolume: 5).ShouldBeTrue();
        Deliver(5, trades: null, volume: null, quoteVolume: null).ShouldBeFalse("nobody knows");
        sequencer.LastClosedMs.ShouldBe(At(5));

        bool Deliver(int index, long? trades, decimal? volume, decimal? quoteVolume)
        {
            var values = new CandleValues
            {
                OpenMs = At(index),
                Open = 1,
                High = 1,
                Low = 1,
                Close = 1,
                TradeCount = trades,
                Volume = volume,
                QuoteVolume = quoteVolume,
                IsClosed = true,
            };
            sequencer.OnStream(new PriceQuote(_series, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch), 1, 0);
            return sequencer.LastClosedHadTrades;
        }
    }

    [Theory]
    [InlineData(nameof(Closing.Inferred), 3, 2, true)]
    [InlineData(nameof(Closing.Inferred), 1, 1, true)]
    [InlineData(nameof(Closing.Flagged), 3, 3, false)]
    [InlineData(nameof(Closing.Flagged), 1, 1, false)]
    [InlineData(nameof(Closing.MayBeMissing), 3, 3, false)]
    public void Where_nobody_says_closed_there_is_less_to_wait_for_and_a_state_may_stand_in(string closing, int deadline, int expected, bool mayInfer)
    {
        var market = Venues.All[0].Markets[0] with { Closing = Enum.Parse<Closing>(closing), OmitsQuietCandles = true };
        var rules = SequencerRules.For(market, new ConnectorOptions { CloseDeadline = TimeSpan.FromSeconds(deadline), DeliverRevisions = true });

        rules.Deadline.ShouldBe(TimeSpan.FromSeconds(expected));
        (rules.MayInfer, rules.OmitsQuietCandles, rules.DeliverRevisions).ShouldBe((mayInfer, true, true));
    }
}
