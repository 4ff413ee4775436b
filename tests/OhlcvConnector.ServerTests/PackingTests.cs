using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Compressed frames that clients share: whoever agreed to them reads what all others read, whatever else comes in between.</summary>
public sealed class PackingTests : IDisposable
{
    private const int UntilWindowBegins = 20; // turns after which a newcomer is in its group's window
    private static readonly string Tag = " " + string.Join(' ', Enumerable.Range(0, 20).Select(i => $"\"field{i}\":{i * 7919}")) + "!"; // about as long as a quote

    private readonly BroadcastStage _stage = new(moreThreads: 0);
    private int _turn;

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Clients_that_share_a_window_read_what_others_read_in_a_fraction_of_the_bytes()
    {
        var (plain, alone) = (Join(Packing.None), Join(Packing.Alone));
        var (one, other) = (Join(Packing.Window), Join(Packing.Window));
        Turns(200);

        plain.Wire.Words.Count.ShouldBe(400);
        foreach (var client in (BroadcastClient[])[alone, one, other])
        {
            (await client.Wire.UnpackAsync()).ShouldBe(plain.Wire.Words);
            client.Wire.Sends.ShouldBe(200, "one a turn");
        }

        ((double)alone.Wire.Taken / plain.Wire.Taken).ShouldBeLessThan(0.75);
        ((double)one.Wire.Taken / plain.Wire.Taken).ShouldBeLessThan(0.2);
        other.Wire.Taken.ShouldBe(one.Wire.Taken);
        _stage.Counters.BytesOut.ShouldBe(plain.Wire.Taken + alone.Wire.Taken + one.Wire.Taken + other.Wire.Taken);
    }

    [Fact]
    public async Task A_group_that_is_too_small_for_a_window_gets_each_frame_by_itself()
    {
        var (alone, single) = (Join(Packing.Alone), Join(Packing.Window));
        Turns(20);

        single.Wire.Taken.ShouldBe(alone.Wire.Taken);
        (await single.Wire.UnpackAsync()).Count.ShouldBe(40);
    }

    [Fact]
    public async Task Who_comes_later_reads_at_once_and_is_in_the_window_soon()
    {
        var (one, other) = (Join(Packing.Window), Join(Packing.Window));
        Turns(5);
        var late = Join(Packing.Window);
        Turns(2);
        var first = late.Wire.Taken;
        Turns(UntilWindowBegins);
        var before = (one.Wire.Taken, late.Wire.Taken);
        Turns(2);

        (late.Wire.Taken - before.Item2).ShouldBe(one.Wire.Taken - before.Item1, "both get the same bytes");
        (late.Wire.Taken - before.Item2).ShouldBeLessThan(first / 2);
        var all = await one.Wire.UnpackAsync();
        (await other.Wire.UnpackAsync()).ShouldBe(all);
        (await late.Wire.UnpackAsync()).ShouldBe(all.TakeLast(2 * (1 + 2 + UntilWindowBegins + 2)), "the present state first");
    }

    [Fact]
    public async Task Who_stalls_misses_nothing_and_is_in_the_window_again_later()
    {
        var (prompt, tight) = (Join(Packing.Window), Join(Packing.Window));
        Turns(3);
        tight.Wire.Tighten(room: 10);
        Turns(5, isClosed: true);
        tight.Wire.Release();
        await Testing.Eventually.TrueAsync(
            () =>
            {
                var before = (prompt.Wire.Taken, tight.Wire.Taken);
                Turns(1);
                return tight.Wire.Taken - before.Item2 == prompt.Wire.Taken - before.Item1;
            },
            "both get the same bytes again");

        Closes(await tight.Wire.UnpackAsync()).ShouldBe(Closes(await prompt.Wire.UnpackAsync()));

        static IEnumerable<string> Closes(List<string> words) => words.Where(word => word.Contains("closed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_left_for_a_turn_and_came_back_is_not_taken_for_one_who_got_all(bool isOutOfGroup)
    {
        var (one, other, fickle) = (Join(Packing.Window), Join(Packing.Window), Join(Packing.Window));
        Turns(3, isClosed: true);
        fickle.Unsubscribe(_stage.Btc);
        if (isOutOfGroup)
        {
            _stage.Flush();
        }

        _stage.Publish(_stage.Btc, _turn++, isClosed: true); // nothing of it is for the client, and nothing is sent to it instead
        _stage.Flush();
        fickle.Subscribe(_stage.Btc);
        _stage.Flush();
        Turns(3, isClosed: true);

        var all = await one.Wire.UnpackAsync();
        (await other.Wire.UnpackAsync()).ShouldBe(all);
        (await fickle.Wire.UnpackAsync()).ShouldBe([.. all[..6], "unsubscribed BTCUSDT", .. all[7..]]);
    }

    [Fact]
    public async Task An_answer_in_between_is_not_compressed_and_leaves_the_window_as_it_is()
    {
        var (one, other) = (Join(Packing.Window), Join(Packing.Window));
        Turns(3);
        var before = other.Wire.Taken;
        var answer = "echo of what the client said " + Tag;
        other.Say(answer);
        (other.Wire.Taken - before).ShouldBe(BroadcastStage.Text(answer).Length);
        Turns(3);

        other.Wire.Taken.ShouldBe(one.Wire.Taken + BroadcastStage.Text(answer).Length);
        (await other.Wire.UnpackAsync())[6].ShouldBe(answer);
    }

    [Fact]
    public async Task A_turn_of_more_than_a_write_takes_and_a_message_of_more_than_64_KB_arrive_whole()
    {
        var random = new Random(1);
        var huge = " " + string.Concat(Enumerable.Range(0, 200_000).Select(_ => (char)('a' + random.Next(26))));
        var clients = Enumerable.Range(0, 3).Select(i => _stage.NewClient(huge, packing: i == 2 ? Packing.Alone : Packing.Window)).ToList();
        clients.ForEach(client => client.Subscribe(_stage.Btc, _stage.Eth));
        _stage.Flush();
        Turns(3);
        for (var i = 0; i < 3; i++)
        {
            _stage.Publish(_stage.Btc, _turn++, isClosed: true);
        }

        _stage.Flush();
        foreach (var client in clients)
        {
            var words = await client.Wire.UnpackAsync();
            words.Count.ShouldBe(9);
            words.ShouldAllBe(word => word.EndsWith(huge, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Who_follows_two_markets_reads_both_though_their_windows_know_nothing_of_each_other()
    {
        using var market = new BroadcastStage(moreThreads: 0);
        var (one, other) = (Join(Packing.Window), Join(Packing.Window));
        var both = Join(Packing.Window);
        var sol = market.NewChannel("SOLUSDT");
        both.Subscribe(sol);
        market.Flush();
        for (var turn = 0; turn < 40; turn++)
        {
            Turns(1);
            market.Publish(sol, turn, isClosed: true);
            market.Flush();
        }

        var words = await both.Wire.UnpackAsync();
        words.Where(word => !word.StartsWith("SOL", StringComparison.Ordinal)).ShouldBe(await one.Wire.UnpackAsync());
        words.Count(word => word.StartsWith("SOL", StringComparison.Ordinal)).ShouldBe(40);
        other.Wire.Taken.ShouldBe(one.Wire.Taken);
    }

    [Fact]
    public async Task The_end_comes_after_all_that_was_compressed()
    {
        var (one, other) = (Join(Packing.Window), Join(Packing.Window));
        Turns(3);
        one.Wire.Tighten(room: 10);
        Turns(3, isClosed: true);
        one.Outbox.Close(BroadcastStage.Text("bye"));
        one.Outbox.Flush();
        Turns(1);
        one.Wire.Release();
        (await one.Outbox.Ended.WaitAsync(TimeSpan.FromSeconds(30))).IsComplete.ShouldBeTrue();

        (await one.Wire.UnpackAsync()).ShouldBe([.. (await other.Wire.UnpackAsync())[..12], "bye"]);
    }

    private BroadcastClient Join(Packing packing)
    {
        var client = _stage.NewClient(Tag, packing: packing);
        client.Subscribe(_stage.Btc, _stage.Eth);
        _stage.Flush();
        return client;
    }

    private void Turns(int count, bool isClosed = false)
    {
        for (var i = 0; i < count; i++, _turn++)
        {
            foreach (var channel in (SeriesChannel[])[_stage.Btc, _stage.Eth])
            {
                _stage.Publish(channel, _turn, isClosed);
            }

            _stage.Flush();
        }
    }
}
