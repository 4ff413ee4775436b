using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Clients in groups: who is up to date gets what all get, and nobody gets more, less or in another order than by himself.</summary>
public sealed class BroadcastTests : IDisposable
{
    private readonly BroadcastStage _stage = new(moreThreads: 0);

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Clients_that_want_the_same_get_all_of_a_turn_in_one_send_each()
    {
        var (one, other) = (_stage.NewClient(), _stage.NewClient());
        one.Subscribe(_stage.Btc, _stage.Eth);
        other.Subscribe(_stage.Eth, _stage.Btc);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 0, isClosed: false);
        _stage.Publish(_stage.Eth, 0, isClosed: false);
        _stage.Publish(_stage.Eth, 0, isClosed: true);
        _stage.Publish(_stage.Btc, 0, isClosed: false);
        _stage.Flush();
        string[] expected = ["ETHUSDT 0 closed", "BTCUSDT 0 open"];

        one.Wire.Words.ShouldBe(expected);
        other.Wire.Words.ShouldBe(expected);
        (one.Wire.Sends, other.Wire.Sends).ShouldBe((1, 1));
        (_stage.Counters.Deliveries, _stage.Counters.Conflated, _stage.Counters.BytesOut).ShouldBe((4, 2, 2 * one.Wire.Taken));
    }

    [Fact]
    public void A_client_that_is_ahead_gets_nothing_of_what_it_has_had_and_then_what_all_get()
    {
        var (here, ahead) = (_stage.NewClient(), _stage.NewClient());
        _stage.Publish(_stage.Btc, 3, isClosed: true);
        _stage.Publish(_stage.Btc, 4, isClosed: false);
        here.SubscribeFrom(_stage.Btc, 4);
        ahead.SubscribeFrom(_stage.Btc, 5); // another server's exchange has closed 4 already
        _stage.Flush();
        _stage.Publish(_stage.Btc, 4, isClosed: false);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 4, isClosed: true);
        _stage.Publish(_stage.Btc, 5, isClosed: false);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 5, isClosed: true);
        _stage.Flush();

        here.Wire.Words.ShouldBe(["BTCUSDT 4 open", "BTCUSDT 4 open", "BTCUSDT 4 closed", "BTCUSDT 5 open", "BTCUSDT 5 closed"]);
        ahead.Wire.Words.ShouldBe(["BTCUSDT 5 open", "BTCUSDT 5 closed"]);
        ahead.Unsubscribe(_stage.Btc);
        _stage.Flush();
    }

    [Fact]
    public void Clients_of_different_options_get_each_their_own()
    {
        var (plain, loud, closed) = (_stage.NewClient(), _stage.NewClient("!"), _stage.NewClient(closedOnly: true));
        foreach (var client in (BroadcastClient[])[plain, loud, closed])
        {
            client.Subscribe(_stage.Btc);
        }

        _stage.Flush();
        _stage.Publish(_stage.Btc, 0, isClosed: true);
        _stage.Publish(_stage.Btc, 1, isClosed: false);
        _stage.Flush();

        plain.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 open"]);
        loud.Wire.Words.ShouldBe(["BTCUSDT 0 closed!", "BTCUSDT 1 open!"]);
        closed.Wire.Words.ShouldBe(["BTCUSDT 0 closed"]);
    }

    [Fact]
    public async Task Who_takes_a_part_only_gets_the_rest_in_order_and_then_what_all_get_again()
    {
        var (prompt, tight) = (_stage.NewClient(), _stage.NewClient());
        prompt.Subscribe(_stage.Btc, _stage.Eth);
        tight.Subscribe(_stage.Btc, _stage.Eth);
        _stage.Flush();
        tight.Wire.Tighten(room: 7);
        for (var i = 0; i < 4; i++)
        {
            _stage.Publish(_stage.Btc, i, isClosed: false);
            _stage.Publish(_stage.Eth, i, isClosed: true);
            _stage.Publish(_stage.Btc, i, isClosed: true);
            _stage.Publish(_stage.Eth, i + 1, isClosed: false);
            _stage.Flush();
        }

        tight.Wire.Taken.ShouldBe(7, "the rest waits");
        prompt.Wire.Sends.ShouldBe(4, "nobody else notices");
        tight.Wire.Release();
        string[] expected = ["ETHUSDT 0 closed", "BTCUSDT 0 closed", "ETHUSDT 1 open", .. Enumerable.Range(1, 3).SelectMany(
            i => (string[])[$"ETHUSDT {i} closed", $"BTCUSDT {i} closed"]), "ETHUSDT 4 open"];
        await Eventually.TrueAsync(() => tight.Wire.Words.Count >= expected.Length, "the rest comes");

        tight.Wire.Words.ShouldBe(expected);

        await Eventually.TrueAsync(
            () =>
            {
                var sends = tight.Wire.Sends;
                _stage.Publish(_stage.Btc, 4, isClosed: false);
                _stage.Flush();
                return tight.Wire.Sends == sends + 1;
            },
            "it is sent to at once again");
        _stage.Publish(_stage.Btc, 4, isClosed: true);
        _stage.Flush();

        tight.Wire.Words[^1].ShouldBe("BTCUSDT 4 closed");
    }

    [Fact]
    public void Who_unsubscribes_while_a_turn_is_sent_gets_nothing_of_it_after_the_answer_and_all_of_the_rest()
    {
        var (one, other) = (_stage.NewClient(), _stage.NewClient());
        one.Subscribe(_stage.Btc, _stage.Eth);
        other.Subscribe(_stage.Btc, _stage.Eth);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 0, isClosed: true);
        _stage.Publish(_stage.Eth, 0, isClosed: true);
        one.Wire.BeforeSend = () => Leave(other); // whoever is first
        other.Wire.BeforeSend = () => Leave(one);
        _stage.Flush();
        var (first, second) = one.Wire.Words[0] == "BTCUSDT 0 closed" ? (one, other) : (other, one);

        first.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "ETHUSDT 0 closed"]);
        second.Wire.Words.ShouldBe(["unsubscribed BTCUSDT", "ETHUSDT 0 closed"]);
        _stage.Publish(_stage.Btc, 1, isClosed: true);
        _stage.Publish(_stage.Eth, 1, isClosed: true);
        _stage.Flush();

        first.Wire.Words[2..].ShouldBe(["BTCUSDT 1 closed", "ETHUSDT 1 closed"]);
        second.Wire.Words[2..].ShouldBe(["ETHUSDT 1 closed"]);
        second.Wire.Sends.ShouldBe(second.Wire.Words.Count, "one with the answer and the rest of its turn each, and one for the turn after it");

        void Leave(BroadcastClient client)
        {
            client.Wire.BeforeSend = null;
            Task.Run(() => client.Unsubscribe(_stage.Btc)).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue("nothing holds it up");
        }
    }

    [Fact]
    public void Who_subscribes_while_a_turn_is_sent_gets_each_candle_once()
    {
        var (there, late) = (_stage.NewClient(), _stage.NewClient());
        there.Subscribe(_stage.Btc);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 0, isClosed: true);
        _stage.Publish(_stage.Btc, 1, isClosed: true);

        there.Wire.BeforeSend = () => Task.Run(() => late.SubscribeFrom(_stage.Btc, 1)).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue("nothing holds it up");
        _stage.Flush();
        _stage.Publish(_stage.Btc, 2, isClosed: true);
        _stage.Flush();

        there.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed"]);
        late.Wire.Words.ShouldBe(["past 1", "BTCUSDT 2 closed"]);
    }

    [Fact]
    public void Who_was_given_a_candle_with_the_past_does_not_get_it_with_its_group()
    {
        var (there, ahead) = (_stage.NewClient(), _stage.NewClient());
        _stage.Publish(_stage.Btc, 0, isClosed: false);
        there.Subscribe(_stage.Btc);
        _stage.Flush();
        ahead.SubscribeFrom(_stage.Btc, 2);
        _stage.Flush();
        for (var i = 0; i < 4; i++)
        {
            _stage.Publish(_stage.Btc, i, isClosed: true);
            _stage.Flush();
        }

        there.Wire.Words[1..].ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed", "BTCUSDT 3 closed"]);
        ahead.Wire.Words.ShouldBe(["BTCUSDT 2 closed", "BTCUSDT 3 closed"]);
    }

    [Fact]
    public void A_limit_of_quotes_holds_in_a_group()
    {
        var (endless, limited) = (_stage.NewClient(), _stage.NewClient());
        limited.Outbox.LimitQuotes(3, BroadcastStage.Text("bye"));
        endless.Subscribe(_stage.Btc);
        limited.Subscribe(_stage.Btc);
        _stage.Flush();
        for (var i = 0; i < 6; i++)
        {
            _stage.Publish(_stage.Btc, i, isClosed: true);
            if (i % 2 == 1)
            {
                _stage.Flush();
            }
        }

        endless.Wire.Words.Count.ShouldBe(6);
        limited.Wire.Words.ShouldBe(["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed", "bye"]);
    }

    [Fact]
    public void A_turn_of_more_than_a_write_takes_arrives_whole()
    {
        var clients = Enumerable.Range(0, 3).Select(_ => _stage.NewClient(tag: new string('x', 500))).ToList();
        clients.ForEach(client => client.Subscribe(_stage.Btc, _stage.Eth));
        _stage.Flush();
        for (var i = 0; i < 300; i++)
        {
            _stage.Publish(i % 2 == 0 ? _stage.Btc : _stage.Eth, i / 2, isClosed: true);
        }

        _stage.Flush();
        foreach (var client in clients)
        {
            client.Wire.Words.Select(word => word.TrimEnd('x'))
                .ShouldBe(Enumerable.Range(0, 300).Select(i => $"{(i % 2 == 0 ? "BTCUSDT" : "ETHUSDT")} {i / 2} closed"));
            client.Wire.Sends.ShouldBe(3, "64 KB each");
        }
    }

    [Fact]
    public void A_message_that_comes_alone_goes_to_all_who_want_it_whatever_else_they_want()
    {
        var sol = _stage.NewChannel("SOLUSDT");
        var clients = Enumerable.Range(0, 6).Select(i => _stage.NewClient(tag: i == 5 ? "!" : "")).ToList();
        clients[0].Subscribe(_stage.Btc);
        clients[1].Subscribe(_stage.Btc, _stage.Eth);
        clients[2].Subscribe(_stage.Btc, sol);
        clients[3].Subscribe(_stage.Eth);
        clients[4].Subscribe(_stage.Btc, _stage.Eth, sol);
        clients[5].Subscribe(_stage.Btc);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 0, isClosed: true);
        _stage.Flush();
        clients[1].Unsubscribe(_stage.Btc); // no turn in between: it is still among those who want it
        _stage.Publish(_stage.Btc, 1, isClosed: true);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 2, isClosed: true);
        _stage.Publish(_stage.Eth, 2, isClosed: true);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 3, isClosed: true);
        _stage.Flush();

        string[] btc = ["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed", "BTCUSDT 3 closed"];
        string[] both = ["BTCUSDT 0 closed", "BTCUSDT 1 closed", "BTCUSDT 2 closed", "ETHUSDT 2 closed", "BTCUSDT 3 closed"];
        clients[0].Wire.Words.ShouldBe(btc);
        clients[1].Wire.Words.ShouldBe(["BTCUSDT 0 closed", "unsubscribed BTCUSDT", "ETHUSDT 2 closed"]);
        clients[2].Wire.Words.ShouldBe(btc);
        clients[3].Wire.Words.ShouldBe(["ETHUSDT 2 closed"]);
        clients[4].Wire.Words.ShouldBe(both);
        clients[5].Wire.Words.ShouldBe(btc.Select(word => word + "!"));
        clients[4].Wire.Sends.ShouldBe(4, "one a turn");
    }

    [Fact]
    public void A_peer_that_is_gone_disturbs_nobody()
    {
        var (good, gone) = (_stage.NewClient(), _stage.NewClient());
        good.Subscribe(_stage.Btc);
        gone.Subscribe(_stage.Btc);
        _stage.Flush();
        gone.Wire.BeforeSend = () => throw new IOException("gone");
        _stage.Publish(_stage.Btc, 0, isClosed: true);
        _stage.Flush();
        _stage.Publish(_stage.Btc, 1, isClosed: true);
        _stage.Flush();

        gone.Outbox.Ended.IsCompleted.ShouldBeTrue();
        gone.Wire.Words.ShouldBeEmpty();
        good.Wire.Words.Count.ShouldBe(2);
    }
}
