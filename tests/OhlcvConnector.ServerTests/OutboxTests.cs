using System.Text;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>One client's outbox on a wire that takes as much as a test lets it.</summary>
public class OutboxTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ServerCounters _counters = new();
    private readonly TightWire _wire = new();

    [Fact]
    public async Task An_open_candle_has_one_place_and_never_follows_its_close()
    {
        var outbox = NewOutbox(capacity: 10);
        var place = new SeriesPlace();
        _wire.Room = 0;
        outbox.Push(Text("stuck"));
        outbox.Flush();
        outbox.Push(new OutboundFrame(Text("open-1a"), FrameKind.Open, 1), place);
        outbox.Push(new OutboundFrame(Text("open-1b"), FrameKind.Open, 1), place);
        outbox.Push(new OutboundFrame(Text("closed-1"), FrameKind.Closed, 1), place);
        outbox.Push(new OutboundFrame(Text("open-2a"), FrameKind.Open, 2), place);
        outbox.Push(new OutboundFrame(Text("open-2b"), FrameKind.Open, 2), place);
        _wire.Release();
        await Eventually.TrueAsync(() => _wire.Words.Count == 3, "all is written");

        _wire.Words.ShouldBe(["stuck", "closed-1", "open-2b"]);
        _counters.Conflated.ShouldBe(2);
    }

    [Fact]
    public async Task Over_its_bound_the_client_gets_the_farewell_and_nothing_more()
    {
        var outbox = NewOutbox(capacity: 3);
        var place = new SeriesPlace();
        _wire.Room = 0;
        outbox.Push(Text("stuck"));
        outbox.Flush();
        for (var i = 0; i < 6; i++)
        {
            outbox.Push(new OutboundFrame(Text($"closed-{i}"), FrameKind.Closed, i), place);
        }

        outbox.IsSlow.ShouldBeTrue();
        outbox.Waiting.ShouldBe(0, "memory is given back at once");
        _wire.Release();

        (await outbox.Ended.WaitAsync(TimeSpan.FromSeconds(30))).IsComplete.ShouldBeTrue();
        _wire.Words.ShouldBe(["stuck", "too slow"]);
        (_counters.SlowClosed, _counters.Dropped).ShouldBe((1, 4));
    }

    [Fact]
    public async Task A_write_that_does_not_end_gives_the_peer_up()
    {
        var outbox = NewOutbox(capacity: 3);
        _wire.Room = 0;
        outbox.Push(Text("stuck"));
        outbox.Flush();
        _clock.Advance(TimeSpan.FromSeconds(11));
        var end = await outbox.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        (end.IsComplete, _counters.WriteTimeouts).ShouldBe((false, 1));
        outbox.Push(Text("late")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_limit_ends_after_so_many_quotes()
    {
        var outbox = NewOutbox(capacity: 10);
        var place = new SeriesPlace();
        outbox.LimitQuotes(2, Text("bye"));
        outbox.Push(Text("hello"));
        outbox.Push(new OutboundFrame(Text("closed-1"), FrameKind.Closed, 1), place);
        outbox.Push(new OutboundFrame(Text("closed-2"), FrameKind.Closed, 2), place);
        outbox.Push(new OutboundFrame(Text("closed-3"), FrameKind.Closed, 3), place);
        outbox.Flush();
        await outbox.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        _wire.Words.ShouldBe(["hello", "closed-1", "closed-2", "bye"]);
    }

    [Fact]
    public async Task Whatever_is_taken_piece_by_piece_arrives_whole()
    {
        var outbox = NewOutbox(capacity: 1_000);
        var expected = Enumerable.Range(0, 500).Select(i => $"{i:000} " + new string('x', i * 3)).ToList();
        _wire.Room = 7;
        foreach (var text in expected)
        {
            outbox.Push(Text(text));
        }

        outbox.Flush();
        _wire.Release();
        outbox.Close(Text("end"));
        outbox.Flush();
        await outbox.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        _wire.Words.ShouldBe([.. expected, "end"]);
        _counters.BytesOut.ShouldBe(_wire.Taken);
    }

    private static byte[] Text(string text) => WebSocketFrame.Text(Encoding.ASCII.GetBytes(text));

    private Outbox NewOutbox(int capacity) => new(_wire, capacity, TimeSpan.FromSeconds(10), _clock, _counters, () => [Text("too slow")]);
}
