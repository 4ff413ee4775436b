using System.Globalization;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Clients that several threads send to: each gets its own in order, and all have theirs when the turn ends.</summary>
public class SendersTests
{
    [Fact]
    public void Many_clients_are_sent_to_on_several_threads_and_get_all_of_each_turn()
    {
        using var stage = new BroadcastStage(moreThreads: 3);
        var clients = Enumerable.Range(0, 100).Select(i => stage.NewClient(tag: new string('!', i % 3))).ToList();
        clients.ForEach(client => client.Subscribe(stage.Btc, stage.Eth));
        stage.Flush();
        for (var turn = 0; turn < 300; turn++)
        {
            stage.Publish(stage.Btc, turn, isClosed: true);
            stage.Publish(stage.Eth, turn, isClosed: turn % 2 == 0);
            stage.Flush();
        }

        foreach (var client in clients)
        {
            client.Wire.Words.Select(word => word.TrimEnd('!')).ShouldBe(
                Enumerable.Range(0, 300).SelectMany(turn => new[] { $"BTCUSDT {turn} closed", $"ETHUSDT {turn} {(turn % 2 == 0 ? "closed" : "open")}" }));
            client.Wire.Sends.ShouldBe(300);
        }

        stage.Counters.Deliveries.ShouldBe(100 * 600);
    }

    [Fact]
    public void A_thread_that_is_held_up_by_one_client_does_not_hold_up_the_others()
    {
        using var stage = new BroadcastStage(moreThreads: 1);
        var clients = Enumerable.Range(0, 10).Select(_ => stage.NewClient()).ToList();
        clients.ForEach(client => client.Subscribe(stage.Btc));
        stage.Flush();
        var held = 0;
        using var others = new CountdownEvent(9);
        clients.ForEach(client => client.Wire.BeforeSend = () =>
        {
            if (Interlocked.Exchange(ref held, 1) == 0)
            {
                others.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue("the other thread sends to all the others meanwhile");
            }
            else
            {
                others.Signal();
            }
        });
        stage.Publish(stage.Btc, 0, isClosed: true);
        stage.Flush();

        clients.ShouldAllBe(client => client.Wire.Words.Count == 1);
    }

    [Fact]
    public void A_fault_of_ours_in_sending_to_one_client_is_told_when_the_others_have_theirs()
    {
        using var stage = new BroadcastStage(moreThreads: 2);
        var clients = Enumerable.Range(0, 20).Select(_ => stage.NewClient()).ToList();
        clients.ForEach(client => client.Subscribe(stage.Btc));
        stage.Flush();
        clients[7].Wire.BeforeSend = () => throw new InvalidOperationException("ours");
        stage.Publish(stage.Btc, 0, isClosed: true);

        Should.Throw<InvalidOperationException>(stage.Flush).Message.ShouldBe("ours");
        stage.Publish(stage.Btc, 1, isClosed: true);
        stage.Flush();

        clients.Where((_, i) => i != 7).ShouldAllBe(client => client.Wire.Words.Count == 2);
        clients[7].Wire.Words.ShouldBe(["BTCUSDT 1 closed"]);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(2, true)]
    public async Task Whoever_comes_goes_or_stalls_at_any_time_gets_each_closed_candle_once_and_in_order(int moreThreads, bool isPacked)
    {
        const int Steps = 4_000;
        var longer = isPacked ? new string('!', 100) : ""; // worth compressing
        using var stage = new BroadcastStage(moreThreads);
        SeriesChannel[] channels = [stage.Btc, stage.Eth, stage.NewChannel("SOLUSDT")];
        var clients = Enumerable.Range(0, 6).Select(i => stage.NewClient(
            tag: (i % 3 == 0 ? "!" : "") + longer,
            packing: !isPacked ? Packing.None : i == 5 ? Packing.Alone : Packing.Window)).ToList();
        var living = clients.Select((client, number) => Task.Factory.StartNew(
            () => Live(client, new Random(number)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        for (var turn = 0; !Task.WhenAll(living).IsCompleted; turn++)
        {
            foreach (var channel in channels)
            {
                stage.Publish(channel, turn, isClosed: false);
                FlushAtTimes(turn);
                stage.Publish(channel, turn, isClosed: true);
                FlushAtTimes(turn);
            }

            stage.Flush();
        }

        await Task.WhenAll(living);
        stage.Flush();
        var words = new List<List<string>>();
        foreach (var client in clients)
        {
            client.Wire.Release();
            client.Outbox.Close(BroadcastStage.Text("end"));
            client.Outbox.Flush();
            (await client.Outbox.Ended.WaitAsync(TimeSpan.FromSeconds(30))).IsComplete.ShouldBeTrue();
            client.Outbox.IsSlow.ShouldBeFalse();
            words.Add(await client.Wire.UnpackAsync());
            Check(words[^1]);
        }

        stage.Counters.Deliveries.ShouldBe(words.Sum(said => said.Count(word => word.Contains("USDT",
            StringComparison.Ordinal) && !word.Contains("subscribed", StringComparison.Ordinal))));

        void FlushAtTimes(int turn)
        {
            if (turn % 3 == 0) // then each message is the only one of its turn
            {
                stage.Flush();
            }
        }

        void Live(BroadcastClient client, Random random)
        {
            for (var step = 0; step < Steps; step++)
            {
                var channel = channels[random.Next(channels.Length)];
                switch (random.Next(8))
                {
                    case < 3 when client.Has(channel):
                        client.Unsubscribe(channel);
                        break;
                    case < 6 when !client.Has(channel):
                        client.Say($"subscribed {channel.Series.VenueSymbol}");
                        client.Subscribe(channel);
                        break;
                    case 7:
                        client.Wire.Tighten(random.Next(100));
                        break;
                    default:
                        client.Wire.Release();
                        break;
                }

                Thread.Yield();
            }
        }

        static void Check(List<string> words)
        {
            var last = new Dictionary<string, int?>();
            foreach (var word in words)
            {
                switch (word.TrimEnd('!').Split(' '))
                {
                    case ["subscribed", var symbol]:
                        last[symbol] = null;
                        break;
                    case ["unsubscribed", var symbol]:
                        last.Remove(symbol);
                        break;
                    case [var symbol, var index, var kind]:
                        last.ShouldContainKey(symbol, "nothing comes before a subscription or after its end");
                        var number = int.Parse(index, CultureInfo.InvariantCulture);
                        number.ShouldBeGreaterThan(last[symbol] ?? -1, "no candle comes after its close");
                        if (kind == "closed")
                        {
                            number.ShouldBe((last[symbol] ?? number - 1) + 1, $"no close of {symbol} is missing");
                            last[symbol] = number;
                        }

                        break;
                    default:
                        break;
                }
            }
        }
    }
}
