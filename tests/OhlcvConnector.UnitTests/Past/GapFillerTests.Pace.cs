using System.Collections.Concurrent;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <content>How many are asked for at a time, in which order, when it is looked again, and what is said of failures.</content>
public sealed partial class GapFillerTests
{
    [Fact]
    public async Task Four_are_asked_for_at_a_time_the_smallest_holes_first_and_four_more_when_those_take_long()
    {
        _venue.Gate = new TaskCompletionSource().Task; // nothing is answered
        var sequencers = Enumerable.Range(1, 20).Reverse().Select(number => _venue.Sequencer(LastMs - (number * 600_000L), _venue.NewSeries($"COIN{number}")))
            .ToArray();
        await using var filling = new Filling(_venue, sequencers);

        await Eventually.TrueAsync(() => Holes().Length == 4, "four are asked for");

        Holes().ShouldBe([1, 2, 3, 4], ignoreOrder: true);
        await filling.PassAsync(seconds: 2);

        Holes().Length.ShouldBe(4);
        await filling.PassAsync(seconds: 1);
        await Eventually.TrueAsync(() => Holes().Length == 8, "four more are");

        Holes().ShouldBe([1, 2, 3, 4, 5, 6, 7, 8], ignoreOrder: true);
        await filling.PassAsync(seconds: 60);

        Holes().Length.ShouldBe(8, "however long they take");

        long[] Holes()
        {
            lock (_venue.Questions)
            {
                return [.. _venue.Questions.Select(question => (LastMs - question.From) / 600_000)];
            }
        }
    }

    [Fact]
    public async Task Of_those_that_lack_a_candle_or_two_the_oldest_are_asked_for_first_so_that_none_waits_for_ever()
    {
        _venue.Gate = new TaskCompletionSource().Task; // nothing is answered
        var sequencers = new[] { 0, 600, 0, 1, 0, 3, 2 }.Select((candles, i) => _venue.Sequencer(LastMs - (candles * 60_000L), _venue.NewSeries($"COIN{i}")))
            .ToArray();
        await using var filling = new Filling(_venue, sequencers);

        await Eventually.TrueAsync(() => _venue.Questions.Count == 4, "four are asked for");

        lock (_venue.Questions)
        {
            _venue.Questions.Select(question => (LastMs - question.From) / 60_000).ShouldBe([3, 2, 1, 0], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task When_one_is_answered_another_is_asked_for_and_not_only_at_the_next_look()
    {
        await using var filling = new Filling(
            _venue, [.. Enumerable.Range(1, 40).Select(number => _venue.Sequencer(LastMs, _venue.NewSeries($"COIN{number}")))]);

        await Eventually.TrueAsync(() => _venue.Filled.Count == 40, "all are filled, though no time has passed");

        _venue.Queue.ClosedDepth.ShouldBe(40);
    }

    [Fact]
    public async Task It_looks_again_when_the_next_close_is_due_or_after_five_seconds_or_when_it_is_woken()
    {
        var series = new ConcurrentQueue<SeriesSequencer>();
        using var stop = new CancellationTokenSource();
        var filler = new GapFiller(_venue.Access, _venue.History, _venue.Queue, _venue.Filled.Enqueue);
        var running = Task.Run(() => filler.RunAsync(() => series, stop.Token));
        await SleepsAsync(5_000);

        _venue.Gate = new TaskCompletionSource().Task;
        series.Enqueue(_venue.Sequencer(LastMs + 60_000)); // open, and due in 33 s
        _venue.Clock.Advance(TimeSpan.FromSeconds(31));
        await SleepsAsync(2_000);
        _venue.Clock.Advance(TimeSpan.FromMilliseconds(1_995));

        _venue.Questions.Count.ShouldBe(0, "nothing is due");
        filler.Wake();
        await SleepsAsync(20);

        _venue.Clock.Advance(TimeSpan.FromMilliseconds(20));
        await Eventually.TrueAsync(() => _venue.Questions.Count == 1, "it is due");
        await SleepsAsync(1_000);
        series.Enqueue(_venue.Sequencer(LastMs - 60_000, _venue.NewSeries("ETHUSDT")));
        filler.Wake();
        await Eventually.TrueAsync(() => _venue.Questions.Count == 2, "who was added is due at once");

        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));

        Task SleepsAsync(int milliseconds) =>
            Eventually.TrueAsync(() => _venue.Clock.NextIn == TimeSpan.FromMilliseconds(milliseconds), $"it looks again after {milliseconds} ms");
    }

    [Theory]
    [InlineData(8, 57_000, 11)] // there is a place for each
    [InlineData(9, 57_000, 0)]
    [InlineData(8, 59_500, 61)]
    [InlineData(20, 59_500, 11)]
    public async Task Where_more_closes_wait_than_history_can_confirm_a_state_stands_in_sooner(int series, int stateMs, int seconds)
    {
        using var venue = new ScriptedVenue("hyperliquid", Market.UsdMargined);
        var start = venue.Series.Interval.FloorMs(venue.NowMs) - 60_000;
        venue.Gate = new TaskCompletionSource().Task;
        var sequencers = Enumerable.Range(0, series).Select(number => Shown(venue, venue.NewSeries($"COIN{number}"), start, stateMs)).ToArray();
        while (venue.Queue.TryTake(out _))
        {
            // what was open
        }

        var reading = venue.Queue.WaitAsync(default).AsTask();
        await using var filling = new Filling(venue, sequencers);
        await filling.PassAsync(seconds: 0);
        for (var second = 0; second < seconds; second++)
        {
            venue.Queue.ClosedDepth.ShouldBe(0, $"after {second} s");
            await filling.PassAsync(seconds: 1);
        }

        venue.Queue.ClosedDepth.ShouldBe(series);
        (await reading.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("who reads is woken");
        venue.Queue.TryTake(out var first).ShouldBeTrue();
        (first.Source, first.OpenMs).ShouldBe((QuoteSource.Inferred, start));
    }

    [Fact]
    public async Task A_history_that_is_refused_or_fails_is_named_in_the_log_with_the_reason()
    {
        var answers = 0;
        _venue.Instead = (_, _) => ++answers == 1 ? (400, """{"code":-1121,"msg":"Invalid symbol."}""") : answers == 2 ? (503, "") : null;

        await _venue.FillAsync(quotes => quotes.Count > 0, _venue.Sequencer(LastMs));

        var told = _venue.Log.Lines.Where(line => line.Contains("is asked for again later", StringComparison.Ordinal)).ToArray();

        told.Length.ShouldBe(2);
        told[0].ShouldStartWith("Warning: History of binance spot BTCUSDT 1m could not be read, and is asked for again later: binance spot BTCUSDT 1m was refused by the exchange: Invalid symbol.");
        told[1].ShouldContain("did not answer");
        (_venue.Access.Counters.BackfillsFailed, _venue.Access.Counters.GapsFound).ShouldBe((2, 0), "one candle is no hole");
    }

    [Theory]
    [InlineData(200, "[]")]
    [InlineData(400, """{"code":-1121,"msg":"Invalid symbol."}""")]
    public async Task A_history_that_shows_nothing_for_ten_minutes_or_refuses_holds_up_no_stream_that_goes_on(int status, string body)
    {
        var (start, asked) = (LastMs, _venue.NowMs);
        var sequencer = _venue.Sequencer(start);
        sequencer.OnStream(Row(start + 60_000), 1, asked);
        _venue.Instead = (_, _) => (status, body);

        var delivered = await _venue.FillAsync(quotes => quotes.Count > 0, sequencer);

        (delivered[0].OpenMs, delivered[0].GapBefore?.Reason).ShouldBe((start + 60_000, "the venue's history has no candle here, though its stream went on"));
        (_venue.NowMs - asked).ShouldBeInRange(600_000, 720_000);
    }

    [Theory]
    [InlineData(3_000, 0, 2_250)]     // ended before: settled, and no later
    [InlineData(3_000, -1, 3_000)]    // it may come yet
    [InlineData(1_000, 0, 1_000)]
    public void What_ended_before_its_stream_was_asked_for_is_asked_of_history_as_soon_as_it_is_settled(int deadlineMs, int streamedMs, int askedMs)
    {
        var endMs = LastMs + 60_000;
        var sequencer = new SeriesSequencer(
            _venue.Series, new SequencerRules { Deadline = TimeSpan.FromMilliseconds(deadlineMs) }, _venue.Queue, _venue.Access.Counters, LastMs, isExact: true,
            streamedFromMs: endMs + streamedMs);

        sequencer.DueMs.ShouldBe(endMs + askedMs);

        sequencer.TryClaim(sequencer.DueMs).ShouldBeTrue();
        sequencer.Finish(moved: false, answered: true, endMs + askedMs, endMs + askedMs);
        sequencer.DueMs.ShouldBe(askedMs < deadlineMs ? endMs + deadlineMs : endMs + askedMs + (deadlineMs * 2), "one that came too soon counts for nothing");
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_and_the_series_does_not_wait_for_ever()
    {
        var faults = 0;
        var sequencer = new SeriesSequencer(
            _venue.Series,
            SequencerRules.For(_venue.Access.Market, _venue.Access.Options),
            _venue.Queue,
            _venue.Access.Counters,
            LastMs - 600_000,
            isExact: true,
            announced: (_, _) => throw new InvalidOperationException($"fault {++faults}"));
        _venue.Rows = (from, to) => [.. _venue.Grid(from, to).Where(openMs => openMs != LastMs - 300_000)];

        var delivered = await _venue.FillAsync(quotes => quotes.Any(quote => quote.OpenMs == LastMs), sequencer);

        delivered.ShouldNotBeEmpty();
        _venue.Access.Counters.BackfillsFailed.ShouldBe(1);
        _venue.Log.Lines.ShouldContain(line => line.Contains("System.InvalidOperationException: fault 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_of_the_past_wait_for_a_reader_that_is_behind()
    {
        var queue = new Infrastructure.Engine.Queue.QuoteQueue(100, Dispatch.Inline, _venue.Access.Counters);
        var sequencer = new SeriesSequencer(
            _venue.Series, SequencerRules.For(
                _venue.Access.Market, _venue.Access.Options), queue, _venue.Access.Counters, LastMs - (5_000 * 60_000), isExact: true);
        var depths = new ConcurrentQueue<int>();
        _venue.Instead = (_, _) =>
        {
            depths.Enqueue(queue.ClosedDepth);
            return null;
        };
        using var stop = new CancellationTokenSource();
        var filler = new GapFiller(_venue.Access, _venue.History, queue, _ => { });
        var running = Task.Run(() => filler.RunAsync(() => [sequencer], stop.Token));
        await Eventually.TrueAsync(() => _venue.Questions.Count == 2, "a page has come, and the next");

        queue.ClosedDepth.ShouldBe(1_000, "the second is not taken yet");
        var read = 0;
        while (read < 4_000)
        {
            while (queue.TryTake(out _))
            {
                read++;
            }

            (await queue.WaitAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        }

        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));

        depths.ShouldAllBe(depth => depth <= 1_050, "a page comes when the one before is read but for half of the room");
    }

    /// <summary>A series whose stream went from one candle on to the next, without a word of its close.</summary>
    private static SeriesSequencer Shown(ScriptedVenue venue, Series series, long startMs, int stateMs)
    {
        var sequencer = venue.Sequencer(startMs, series);
        sequencer.OnStream(State(startMs), 1, startMs + stateMs);
        sequencer.OnStream(State(startMs + 60_000), 1, startMs + 61_000);
        return sequencer;

        PriceQuote State(long openMs) => new(
            series, new CandleValues { OpenMs = openMs, Open = 1, High = 2, Low = 0.5m, Close = 1.5m, Volume = 10, TradeCount = 3 },
                QuoteSource.Stream, venue.Clock.GetUtcNow());
    }

    /// <summary>A filler at work; the clock goes on from one look to the next, and only when a test says so.</summary>
    private sealed class Filling : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ScriptedVenue _venue;
        private readonly Task _running;

        public Filling(ScriptedVenue venue, SeriesSequencer[] sequencers)
        {
            _venue = venue;
            var filler = new GapFiller(venue.Access, venue.History, venue.Queue, venue.Filled.Enqueue);
            _running = Task.Run(() => filler.RunAsync(() => sequencers, _stop.Token));
        }

        public async Task PassAsync(int seconds)
        {
            await SleepsAsync();
            for (var second = 0; second < seconds; second++)
            {
                _venue.Clock.Advance(TimeSpan.FromSeconds(1));
                await SleepsAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(TimeSpan.FromSeconds(30));
            _stop.Dispose();
        }

        private Task SleepsAsync() => Eventually.TrueAsync(() => _venue.Clock.NextIn <= TimeSpan.FromSeconds(5), "it sleeps until its next look");
    }
}
