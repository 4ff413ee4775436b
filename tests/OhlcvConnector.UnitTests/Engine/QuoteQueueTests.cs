using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

public class QuoteQueueTests
{
    private readonly Series _series = Minutes();
    private readonly OpenSlot _slot = new();
    private readonly FeedCounters _counters = new();

    [Fact]
    public void Closed_candles_come_first_and_of_open_states_only_the_newest()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        var other = new OpenSlot();
        queue.PushOpen(other, Quote(Minutes("ETHUSDT"), 0, trades: 1));
        queue.PushOpen(other, Quote(Minutes("ETHUSDT"), 0, trades: 2));
        queue.PushClosed(_slot, Closed(_series, 0));

        queue.TryTake(out var first).ShouldBeTrue();
        queue.TryTake(out var second).ShouldBeTrue();
        queue.TryTake(out _).ShouldBeFalse();
        (first.IsClosed, second.TradeCount).ShouldBe((true, 2));
        _counters.ConflatedUpdates.ShouldBe(1);
    }

    [Fact]
    public void An_open_state_that_waits_is_dropped_by_its_own_close()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        queue.PushOpen(_slot, Quote(_series, 0));
        queue.PushClosed(_slot, Closed(_series, 0));

        queue.TryTake(out var quote).ShouldBeTrue();
        quote.IsClosed.ShouldBeTrue();
        queue.TryTake(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_full_queue_holds_the_writer_until_the_reader_makes_room_and_loses_nothing()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        var writer = new Thread(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                queue.WaitWhileFull();
                queue.PushClosed(_slot, Closed(_series, i));
                queue.Signal();
            }

            queue.Complete();
        });
        writer.Start();
        await Eventually.TrueAsync(() => queue.ClosedDepth == 16 && _counters.QueueBlocks > 0, "the writer is held");

        var read = new List<long>();
        do
        {
            while (queue.TryTake(out var quote))
            {
                read.Add(quote.OpenMs);
                queue.ClosedDepth.ShouldBeLessThanOrEqualTo(16);
            }
        }
        while (await queue.WaitAsync(CancellationToken.None));

        read.ShouldBe(Enumerable.Range(0, 1_000).Select(index => T0 + (index * 60_000L)));
    }

    [Fact]
    public async Task A_held_writer_is_let_go_at_the_end()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 17; i++)
            {
                queue.WaitWhileFull();
                queue.PushClosed(_slot, Closed(_series, i));
            }
        });
        await Eventually.TrueAsync(() => _counters.QueueBlocks > 0, "the writer is held");

        queue.Complete();

        await writer.WaitAsync(TimeSpan.FromSeconds(30));

        queue.ClosedDepth.ShouldBe(16, "what comes after the end is ignored");
        _counters.QueueBlocks.ShouldBe(1, "it was held once, and did not look again and again");
    }

    [Fact]
    public async Task The_reader_runs_on_the_thread_that_signals_unless_it_is_told_to_use_the_pool()
    {
        foreach (var dispatch in (Dispatch[])[Dispatch.Inline, Dispatch.ThreadPool])
        {
            var queue = new QuoteQueue(16, dispatch, _counters);
            var reader = ReadOneAsync(queue);
            var signaller = 0;
            var thread = new Thread(() =>
            {
                signaller = Environment.CurrentManagedThreadId;
                queue.PushClosed(_slot, Closed(_series, 0));
                queue.Signal();
            });
            thread.Start();
            var ranOn = await reader;
            await Task.Run(thread.Join); // this may be that very thread
            (ranOn == signaller).ShouldBe(dispatch == Dispatch.Inline);
        }

        static async Task<int> ReadOneAsync(QuoteQueue queue)
        {
            await queue.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task A_failure_reaches_the_reader_after_what_still_waited()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        queue.PushClosed(_slot, Closed(_series, 0));
        queue.Complete(new InvalidOperationException("broken"));

        queue.TryTake(out _).ShouldBeTrue();
        (await Should.ThrowAsync<InvalidOperationException>(async () => await queue.WaitAsync(CancellationToken.None))).Message.ShouldBe("broken");
    }

    [Fact]
    public async Task Those_who_fill_gaps_wait_without_a_thread_until_half_is_free()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        for (var i = 0; i < 9; i++)
        {
            queue.PushClosed(_slot, Closed(_series, i));
        }

        var room = queue.WaitForRoomAsync(CancellationToken.None);

        room.IsCompleted.ShouldBeFalse();
        queue.TryTake(out _);
        await room.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_cancellation_that_comes_while_the_reader_goes_to_sleep_is_not_lost()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        using var source = new CancellationTokenSource();
        await using var registered = source.Token.UnsafeRegister((_, token) => queue.CancelWait(token), null);
        await source.CancelAsync(); // nobody waits yet

        var waiting = queue.WaitAsync(source.Token).AsTask();

        waiting.IsCompleted.ShouldBeTrue("else nothing but the end of the feed would wake it");
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Whenever_a_cancellation_comes_the_reader_ends()
    {
        for (var i = 0; i < 20_000; i++)
        {
            var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
            using var source = new CancellationTokenSource();
            await using var registered = source.Token.UnsafeRegister((_, token) => queue.CancelWait(token), null);
            var cancelling = Task.Run(source.Cancel);

            await Should.ThrowAsync<OperationCanceledException>(async () => await queue.WaitAsync(source.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
            await cancelling;
        }
    }

    [Fact]
    public async Task A_reader_that_waits_is_cancelled_once_and_may_wait_again()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        var waiting = queue.WaitAsync(CancellationToken.None).AsTask();
        queue.CancelWait(CancellationToken.None);
        queue.CancelWait(CancellationToken.None); // finds nobody
        await Should.ThrowAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));

        var again = queue.WaitAsync(CancellationToken.None).AsTask();

        again.IsCompleted.ShouldBeFalse();
        queue.PushOpen(_slot, Quote(_series, 0));
        queue.Signal();

        (await again.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reader_that_waits_learns_of_the_end_and_of_a_failure_and_what_comes_later_is_ignored()
    {
        var ended = new QuoteQueue(16, Dispatch.Inline, _counters);
        var waiting = ended.WaitAsync(CancellationToken.None).AsTask();
        ended.Complete();
        ended.Complete(new InvalidOperationException("too late"));

        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeFalse();
        (await ended.WaitAsync(CancellationToken.None)).ShouldBeFalse();
        ended.PushClosed(_slot, Closed(_series, 0));
        ended.PushOpen(_slot, Quote(_series, 1));
        ended.Signal(); // nobody waits any more
        ended.TryTake(out _).ShouldBeFalse();
        (await ended.WaitAsync(CancellationToken.None)).ShouldBeFalse();

        var failed = new QuoteQueue(16, Dispatch.Inline, _counters);
        var other = failed.WaitAsync(CancellationToken.None).AsTask();
        failed.Complete(new InvalidOperationException("broken"));

        (await Should.ThrowAsync<InvalidOperationException>(() => other.WaitAsync(TimeSpan.FromSeconds(30)))).Message.ShouldBe("broken");
    }

    [Fact]
    public void Nobody_waits_while_something_is_there_and_depths_say_how_much()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        queue.PushOpen(_slot, Quote(_series, 1));

        queue.WaitAsync(CancellationToken.None).AsTask().IsCompleted.ShouldBeTrue("an open candle is something");
        (queue.ClosedDepth, queue.OpenDepth).ShouldBe((0, 1));
        queue.PushClosed(_slot, Closed(_series, 0));

        (queue.ClosedDepth, queue.OpenDepth).ShouldBe((1, 1));

        queue.TryTake(out var closed).ShouldBeTrue();
        queue.TryTake(out var open).ShouldBeTrue();
        queue.TryTake(out _).ShouldBeFalse();

        (closed.IsClosed, open.IsClosed).ShouldBe((true, false), "the open state of a later candle outlives the close");
        _counters.ConflatedUpdates.ShouldBe(0);
        queue.WaitAsync(CancellationToken.None).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task An_open_candle_waits_once_however_often_it_changes_and_again_after_it_was_read()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        for (var trades = 1; trades <= 3; trades++)
        {
            queue.PushOpen(_slot, Quote(_series, 0, trades: trades));
            queue.OpenDepth.ShouldBe(1);
        }

        queue.TryTake(out var first).ShouldBeTrue();
        (first.TradeCount, queue.OpenDepth, _counters.ConflatedUpdates).ShouldBe((3, 0, 2));
        queue.PushOpen(_slot, Quote(_series, 0, trades: 4));

        (await queue.WaitAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        queue.TryTake(out var second).ShouldBeTrue();
        (second.TradeCount, _counters.ConflatedUpdates).ShouldBe((4, 2), "nothing was replaced that was not read");
    }

    [Fact]
    public async Task A_reader_does_not_wait_while_a_closed_candle_does_and_two_signals_wake_it_once()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        queue.PushClosed(_slot, Closed(_series, 0));

        (await queue.WaitAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("there is something, and no end");
        queue.TryTake(out _).ShouldBeTrue();

        var waiting = queue.WaitAsync(CancellationToken.None).AsTask();
        queue.Signal();

        waiting.IsCompleted.ShouldBeFalse("there is nothing for it");
        queue.PushClosed(_slot, Closed(_series, 1));
        queue.Signal();
        queue.Signal();

        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reader_that_waits_is_woken_by_a_writer_that_finds_the_queue_full()
    {
        var queue = new QuoteQueue(2, Dispatch.Inline, _counters);
        var reading = Task.Run(async () =>
        {
            await queue.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            while (queue.TryTake(out _))
            {
                // takes all
            }
        });
        await Eventually.TrueAsync(() => Waits(queue), "the reader waits");
        queue.PushClosed(_slot, Closed(_series, 0));
        queue.PushClosed(_slot, Closed(_series, 1));

        await Task.Run(queue.WaitWhileFull).WaitAsync(TimeSpan.FromSeconds(30)); // nobody signalled

        await reading.WaitAsync(TimeSpan.FromSeconds(30));

        queue.ClosedDepth.ShouldBe(0);

        static bool Waits(QuoteQueue queue)
        {
            try
            {
                return ((System.Threading.Tasks.Sources.IValueTaskSource<bool>)queue)
                    .GetStatus(1) == System.Threading.Tasks.Sources.ValueTaskSourceStatus.Pending;
            }
            catch (InvalidOperationException)
            {
                return false; // it has not come so far
            }
        }
    }

    [Fact]
    public async Task All_who_wait_for_room_are_let_go_when_half_is_free_or_at_the_end()
    {
        var queue = new QuoteQueue(4, Dispatch.Inline, _counters);

        queue.WaitForRoomAsync(CancellationToken.None).IsCompleted.ShouldBeTrue();
        for (var i = 0; i < 4; i++)
        {
            queue.PushClosed(_slot, Closed(_series, i));
        }

        var first = queue.WaitForRoomAsync(CancellationToken.None);
        var second = queue.WaitForRoomAsync(CancellationToken.None);
        queue.TryTake(out _);

        first.IsCompleted.ShouldBeFalse("three of four are taken");
        queue.TryTake(out _);
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(30));

        queue.WaitForRoomAsync(CancellationToken.None).IsCompleted.ShouldBeTrue("exactly half is taken");

        queue.PushClosed(_slot, Closed(_series, 4));
        var third = queue.WaitForRoomAsync(CancellationToken.None);

        third.IsCompleted.ShouldBeFalse();
        queue.Complete();
        await third.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
