using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Diagnostics;
using OhlcvConnector.Infrastructure.Common.Queue;
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
        while (await queue.WaitAsync());

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
                queue.PushClosed(_slot, Closed(_series, i));
            }
        });
        await Eventually.TrueAsync(() => _counters.QueueBlocks > 0, "the writer is held");

        queue.Complete();

        await writer.WaitAsync(TimeSpan.FromSeconds(30));
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
            await queue.WaitAsync().ConfigureAwait(false);
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
        (await Should.ThrowAsync<InvalidOperationException>(async () => await queue.WaitAsync())).Message.ShouldBe("broken");
    }

    [Fact]
    public async Task Those_who_fill_gaps_wait_without_a_thread_until_half_is_free()
    {
        var queue = new QuoteQueue(16, Dispatch.Inline, _counters);
        for (var i = 0; i < 9; i++)
        {
            queue.PushPast(_slot, Closed(_series, i));
        }

        var room = queue.WaitForRoomAsync(CancellationToken.None);
        room.IsCompleted.ShouldBeFalse();
        queue.TryTake(out _);
        await room.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
