using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Clients in groups: who is up to date gets what all get, and nobody gets more, less or in another order than by himself.</summary>
public sealed class BroadcastTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly ServerCounters _counters = new();
    private readonly Broadcast _broadcast;
    private readonly SeriesChannel _btc;
    private readonly SeriesChannel _eth;

    public BroadcastTests()
    {
        _broadcast = new Broadcast(_counters);
        _btc = NewChannel("BTCUSDT");
        _eth = NewChannel("ETHUSDT");
    }

    [Fact]
    public void Clients_that_want_the_same_get_all_of_a_turn_in_one_send_each()
    {
        var (one, other) = (new Client(this), new Client(this));
        one.Subscribe(_btc, _eth);
        other.Subscribe(_eth, _btc);
        _broadcast.Flush();
        Publish(_btc, 0, isClosed: false);
        Publish(_eth, 0, isClosed: false);
        Publish(_eth, 0, isClosed: true);
        Publish(_btc, 0, isClosed: false);
        _broadcast.Flush();
        string[] expected = ["ETHUSDT 0 closed", "BTCUSDT 0 open"];
        one.Wire.Words.ShouldBe(expected);
        other.Wire.Words.ShouldBe(expected);
        (one.Wire.Sends, other.Wire.Sends).ShouldBe((1, 1));
        (_counters.Deliveries, _counters.Conflated, _counters.BytesOut).ShouldBe((4, 2, 2 * one.Wire.Taken));
    }

    [Fact]
    public void Clients_of_different_options_get_each_their_own()
    {
        var (plain, loud, closed) = (new Client(this), new Client(this, "!"), new Client(this, closedOnly: true));
        foreach (var client in (Client[])[plain, loud, closed])
        {
            client.Subscribe(_btc);
        }

        _broadcast.Flush();
        Publish(_btc, 0, isClosed: true);
        Publish(_btc, 1, isClosed: false);
        _broadcast.Flush();
        plain.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 open"]);
        loud.Wire.Words.ShouldBe(["BTCUSDT 0 closed!", "BTCUSDT 1 open!"]);
        closed.Wire.Words.ShouldBe(["BTCUSDT 0 closed"]);
    }

    [Fact]
    public async Task Who_takes_a_part_only_gets_the_rest_in_order_and_then_what_all_get_again()
    {
        var (prompt, tight) = (new Client(this), new Client(this));
        prompt.Subscribe(_btc, _eth);
        tight.Subscribe(_btc, _eth);
        _broadcast.Flush();
        tight.Wire.Tighten(room: 7);
        for (var i = 0; i < 4; i++)
        {
            Publish(_btc, i, isClosed: false);
            Publish(_eth, i, isClosed: true);
            Publish(_btc, i, isClosed: true);
            Publish(_eth, i + 1, isClosed: false);
            _broadcast.Flush();
        }

        tight.Wire.Taken.ShouldBe(7, "the rest waits");
        prompt.Wire.Sends.ShouldBe(4, "nobody else notices");
        tight.Wire.Release();
        string[] expected = ["ETHUSDT 0 closed", "BTCUSDT 0 closed", "ETHUSDT 1 open", .. Enumerable.Range(1, 3).SelectMany(i => (string[])[$"ETHUSDT {i} closed", $"BTCUSDT {i} closed"]), "ETHUSDT 4 open"];
        await Eventually.TrueAsync(() => tight.Wire.Words.Count >= expected.Length, "the rest comes");
        tight.Wire.Words.ShouldBe(expected);

        await Eventually.TrueAsync(
            () =>
            {
                var sends = tight.Wire.Sends;
                Publish(_btc, 4, isClosed: false);
                _broadcast.Flush();
                return tight.Wire.Sends == sends + 1;
            },
            "it is sent to at once again");
        Publish(_btc, 4, isClosed: true);
        _broadcast.Flush();
        tight.Wire.Words[^1].ShouldBe("BTCUSDT 4 closed");
    }

    [Fact]
    public void Who_unsubscribes_while_a_turn_is_sent_gets_nothing_of_it_after_the_answer_and_all_of_the_rest()
    {
        var (one, other) = (new Client(this), new Client(this));
        one.Subscribe(_btc, _eth);
        other.Subscribe(_btc, _eth);
        _broadcast.Flush();
        Publish(_btc, 0, isClosed: true);
        Publish(_eth, 0, isClosed: true);
        one.Wire.BeforeSend = () => Leave(other); // whoever is first
        other.Wire.BeforeSend = () => Leave(one);
        _broadcast.Flush();
        var (first, second) = one.Wire.Words[0] == "BTCUSDT 0 closed" ? (one, other) : (other, one);
        first.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "ETHUSDT 0 closed"]);
        second.Wire.Words.ShouldBe(["unsubscribed BTCUSDT", "ETHUSDT 0 closed"]);
        Publish(_btc, 1, isClosed: true);
        Publish(_eth, 1, isClosed: true);
        _broadcast.Flush();
        first.Wire.Words[2..].ShouldBe(["BTCUSDT 1 closed", "ETHUSDT 1 closed"]);
        second.Wire.Words[2..].ShouldBe(["ETHUSDT 1 closed"]);
        second.Wire.Sends.ShouldBe(second.Wire.Words.Count, "one with the answer and the rest of its turn each, and one for the turn after it");

        void Leave(Client client)
        {
            client.Wire.BeforeSend = null;
            Task.Run(() => client.Unsubscribe(_btc)).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue("nothing holds it up");
        }
    }

    [Fact]
    public void Who_subscribes_while_a_turn_is_sent_gets_each_candle_once()
    {
        var (there, late) = (new Client(this), new Client(this));
        there.Subscribe(_btc);
        _broadcast.Flush();
        Publish(_btc, 0, isClosed: true);
        Publish(_btc, 1, isClosed: true);
        there.Wire.BeforeSend = () => Task.Run(() => late.SubscribeFrom(_btc, 1)).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue("nothing holds it up");
        _broadcast.Flush();
        Publish(_btc, 2, isClosed: true);
        _broadcast.Flush();
        there.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed"]);
        late.Wire.Words.ShouldBe(["past 1", "BTCUSDT 2 closed"]);
    }

    [Fact]
    public void Who_was_given_a_candle_with_the_past_does_not_get_it_with_its_group()
    {
        var (there, ahead) = (new Client(this), new Client(this));
        Publish(_btc, 0, isClosed: false);
        there.Subscribe(_btc);
        _broadcast.Flush();
        ahead.SubscribeFrom(_btc, 2);
        _broadcast.Flush();
        for (var i = 0; i < 4; i++)
        {
            Publish(_btc, i, isClosed: true);
            _broadcast.Flush();
        }

        there.Wire.Words[1..].ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed", "BTCUSDT 3 closed"]);
        ahead.Wire.Words[1..].ShouldBe(["BTCUSDT 2 closed", "BTCUSDT 3 closed"]);
    }

    [Fact]
    public void A_limit_of_quotes_holds_in_a_group()
    {
        var (endless, limited) = (new Client(this), new Client(this));
        limited.Outbox.LimitQuotes(3, Text("bye"));
        endless.Subscribe(_btc);
        limited.Subscribe(_btc);
        _broadcast.Flush();
        for (var i = 0; i < 6; i++)
        {
            Publish(_btc, i, isClosed: true);
            if (i % 2 == 1)
            {
                _broadcast.Flush();
            }
        }

        endless.Wire.Words.Count.ShouldBe(6);
        limited.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed", "bye"]);
    }

    [Fact]
    public void A_turn_of_more_than_a_write_takes_arrives_whole()
    {
        var clients = Enumerable.Range(0, 3).Select(_ => new Client(this, tag: new string('x', 500))).ToList();
        clients.ForEach(client => client.Subscribe(_btc, _eth));
        _broadcast.Flush();
        for (var i = 0; i < 300; i++)
        {
            Publish(i % 2 == 0 ? _btc : _eth, i / 2, isClosed: true);
        }

        _broadcast.Flush();
        foreach (var client in clients)
        {
            client.Wire.Words.Select(word => word.TrimEnd('x')).ShouldBe(Enumerable.Range(0, 300).Select(i => $"{(i % 2 == 0 ? "BTCUSDT" : "ETHUSDT")} {i / 2} closed"));
            client.Wire.Sends.ShouldBe(3, "64 KB each");
        }
    }

    [Fact]
    public void A_peer_that_is_gone_disturbs_nobody()
    {
        var (good, gone) = (new Client(this), new Client(this));
        good.Subscribe(_btc);
        gone.Subscribe(_btc);
        _broadcast.Flush();
        gone.Wire.BeforeSend = () => throw new IOException("gone");
        Publish(_btc, 0, isClosed: true);
        _broadcast.Flush();
        Publish(_btc, 1, isClosed: true);
        _broadcast.Flush();
        gone.Outbox.Ended.IsCompleted.ShouldBeTrue();
        gone.Wire.Words.ShouldBeEmpty();
        good.Wire.Words.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_comes_goes_or_stalls_at_any_time_gets_each_closed_candle_once_and_in_order()
    {
        const int Steps = 4_000;
        SeriesChannel[] channels = [_btc, _eth, NewChannel("SOLUSDT")];
        var clients = Enumerable.Range(0, 6).Select(i => new Client(this, tag: i % 3 == 0 ? "!" : "")).ToList();
        var living = clients.Select((client, number) => Task.Factory.StartNew(
            () => Live(client, new Random(number)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        for (var turn = 0; !Task.WhenAll(living).IsCompleted; turn++)
        {
            foreach (var channel in channels)
            {
                Publish(channel, turn, isClosed: false);
                Publish(channel, turn, isClosed: true);
            }

            _broadcast.Flush();
        }

        await Task.WhenAll(living);
        _broadcast.Flush();
        foreach (var client in clients)
        {
            client.Wire.Release();
            client.Outbox.Close(Text("end"));
            client.Outbox.Flush();
            (await client.Outbox.Ended.WaitAsync(TimeSpan.FromSeconds(30))).IsComplete.ShouldBeTrue();
            client.Outbox.IsSlow.ShouldBeFalse();
            Check(client.Wire.Words);
        }

        _counters.Deliveries.ShouldBe(clients.Sum(client => client.Wire.Words.Count(word => word.Contains("USDT", StringComparison.Ordinal) && !word.Contains("subscribed", StringComparison.Ordinal))));

        void Live(Client client, Random random)
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

    private static byte[] Text(string text) => WebSocketFrame.Text(Encoding.ASCII.GetBytes(text));

    private SeriesChannel NewChannel(string symbol) => new(Candles.Minutes(symbol), memory: 10, _broadcast);

    private void Publish(SeriesChannel channel, int index, bool isClosed) => _broadcast.Publish(channel, Candles.Quote(channel.Series, index, isClosed), Now);

    /// <summary>A client as its session would treat it.</summary>
    private sealed class Client
    {
        private readonly Dictionary<SeriesChannel, Subscriber> _subscribers = [];
        private readonly IQuoteEncoding _encoding;
        private readonly bool _closedOnly;

        public Client(BroadcastTests test, string tag = "", bool closedOnly = false)
        {
            _encoding = new WordEncoding(tag);
            _closedOnly = closedOnly;
            Outbox = new Outbox(Wire, int.MaxValue, TimeSpan.FromSeconds(30), TimeProvider.System, test._counters, () => [Text("too slow")]);
        }

        public TightWire Wire { get; } = new();

        public Outbox Outbox { get; }

        public bool Has(SeriesChannel channel) => _subscribers.ContainsKey(channel);

        public void Say(string text)
        {
            if (Outbox.Push(Text(text)))
            {
                Outbox.Flush();
            }
        }

        public void Subscribe(params SeriesChannel[] channels)
        {
            foreach (var channel in channels)
            {
                channel.GoLive(Attach(channel), Now);
            }

            Outbox.Flush();
        }

        public void SubscribeFrom(SeriesChannel channel, int index)
        {
            channel.TryGoLive(Attach(channel), channel.Series.Interval.AddMs(Candles.T0, index), Now, past => Text($"past {past.Count}")).ShouldBeTrue();
            Outbox.Flush();
        }

        public void Unsubscribe(SeriesChannel channel)
        {
            _subscribers.Remove(channel, out var subscriber);
            channel.Detach(subscriber!);
            Say($"unsubscribed {channel.Series.VenueSymbol}");
        }

        private Subscriber Attach(SeriesChannel channel)
        {
            var subscriber = new Subscriber(Outbox, _encoding, _closedOnly);
            _subscribers.Add(channel, subscriber);
            channel.Attach(subscriber);
            return subscriber;
        }
    }

    private sealed record WordEncoding(string Tag) : IQuoteEncoding
    {
        public byte[] Quote(in Published published, DateTimeOffset now)
        {
            var (quote, series) = (published.Quote, published.Quote.Series);
            return Text(string.Create(CultureInfo.InvariantCulture, $"{series.VenueSymbol} {(quote.OpenMs - Candles.T0) / 60_000} {(quote.IsClosed ? "closed" : "open")}{Tag}"));
        }

        public byte[]? Gap(Series series, Gap gap) => null;

        public byte[]? Status(Series series, SeriesState state, string reason, DateTimeOffset now) => null;
    }
}
