using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>What can be wrong with a bus: each is told by an error that says what to do, and never shows a password.</summary>
public class NatsTroubleTests
{
    private static readonly Series Bitcoin = Candles.Minutes();

    [Fact]
    public async Task Wrong_credentials_are_told_as_such()
    {
        using var server = await NatsServer.StartAsync();

        var refused = await TroubleAsync(server, options => options.Address = $"nats://carrier:wrong-secret@127.0.0.1:{server.Port}");

        refused.Trouble.ShouldBe(SinkTrouble.Refused);
        refused.Message.ShouldContain("Check user and password");
        refused.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Nobody_there_is_told_as_such()
    {
        using var server = await NatsServer.StartAsync();
        server.Kill();

        var unreachable = await TroubleAsync(server);

        unreachable.Trouble.ShouldBe(SinkTrouble.Unreachable);
        unreachable.Message.ShouldContain("Is nats-server running there");
    }

    [Fact]
    public async Task A_server_without_JetStream_is_told_as_such()
    {
        using var server = await NatsServer.StartAsync(withJetStream: false);

        var unreachable = await TroubleAsync(server);

        unreachable.MayPass.ShouldBeTrue(); // it may be the cluster's beginning
        unreachable.Message.ShouldContain("JetStream is off (start it with -js)");
    }

    [Fact]
    public async Task A_user_who_may_not_publish_is_told_where_to_look()
    {
        using var server = await NatsServer.StartAsync(
            users: """{ user: "reader", password: "r", permissions: { publish: ["$JS.API.>"], subscribe: [">"] } }""");

        var refused = await TroubleAsync(server, options =>
        {
            options.Address = $"nats://reader:r@127.0.0.1:{server.Port}";
            options.Timeout = TimeSpan.FromSeconds(1);
        });

        refused.Message.ShouldMatch("(may not use|may publish to) .*'ohlcv.>'"); // as the server answers that nobody listens, or says nothing
    }

    [Theory]
    [InlineData("retention")]
    [InlineData("subjects")]
    [InlineData("limit")]
    [InlineData("sealed")]
    public async Task A_stream_that_would_lose_candles_or_has_other_limits_is_refused(string what)
    {
        using var server = await NatsServer.StartAsync();
        await using var nats = Stored.Connect(server);
        var stream = new StreamConfig("OHLCV", [what == "subjects" ? "ohlcv.binance.>" : "ohlcv.>"])
        {
            Retention = what == "retention" ? StreamConfigRetention.Workqueue : StreamConfigRetention.Limits,
            MaxMsgsPerSubject = 10,
        };
        await new NatsJSContext(nats).CreateStreamAsync(stream);
        if (what == "sealed")
        {
            stream.Sealed = true;
            await new NatsJSContext(nats).UpdateStreamAsync(stream);
        }

        var unfit = await TroubleAsync(server, options => options.MaxPerSeries = what == "limit" ? 1_000 : null);

        unfit.Trouble.ShouldBe(SinkTrouble.Unfit);
        unfit.MayPass.ShouldBeFalse();
        unfit.Message.ShouldContain(what switch
        {
            "retention" => "--retention limits",
            "subjects" => "--subjects 'ohlcv.>'",
            "sealed" => "is sealed",
            _ => "candles a series: 10, and the settings say 1000",
        });
    }

    [Fact]
    public async Task Somebody_elses_subjects_are_left_alone()
    {
        using var server = await NatsServer.StartAsync();
        await using var nats = Stored.Connect(server);
        await new NatsJSContext(nats).CreateStreamAsync(new StreamConfig("EVERYTHING", ["ohlcv.binance.>"]));

        (await TroubleAsync(server)).Message.ShouldContain("Another stream");
    }

    [Fact]
    public async Task Messages_of_another_program_or_version_are_not_built_upon()
    {
        using var server = await NatsServer.StartAsync();
        await using (var sink = NatsPublishingTests.Sink(server))
        {
            await sink.AppendAsync(Candles.Closed(Bitcoin, 0));
        }

        await using var nats = Stored.Connect(server);
        await new NatsJSContext(nats).PublishAsync("ohlcv.binance.spot.BTCUSDT.1m", "{}", headers: new NatsHeaders { { "Ohlcv-Version", "9" } });

        var unfit = await TroubleAsync(server);
        unfit.Trouble.ShouldBe(SinkTrouble.Unfit);
        unfit.Message.ShouldContain("version 9");
    }

    [Fact]
    public async Task A_full_stream_is_told_and_goes_on_when_there_is_room()
    {
        using var server = await NatsServer.StartAsync();
        await using var nats = Stored.Connect(server);
        var context = new NatsJSContext(nats);
        var stream = new StreamConfig("OHLCV", ["ohlcv.>"]) { MaxMsgs = 5, Discard = StreamConfigDiscard.New };
        await context.CreateStreamAsync(stream);
        var venue = new PlayedVenue();
        venue.BringClosed(Bitcoin, 0, 20);
        await using var publisher = PublishQuotesTests.Publisher(server, venue, DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0));
        await publisher.UntilAsync(counts => counts.FailedAttempts > 0);

        publisher.Troubles.ShouldHaveSingleItem().ShouldContain("takes no more");
        publisher.Troubles.First().ShouldContain("Raise its limits (nats stream edit OHLCV)");
        publisher.Publishing.Counts.Published.ShouldBe(5);

        stream = (await context.GetStreamAsync("OHLCV")).Info.Config;
        stream.MaxMsgs = 1_000;
        await context.UpdateStreamAsync(stream);
        await publisher.UntilAsync(counts => counts.Published == 20);
        await PublishQuotesTests.ShouldHaveAsync(server, 20);
    }

    [Fact]
    public async Task A_bus_that_cannot_be_used_ends_the_publisher_with_the_reason()
    {
        using var server = await NatsServer.StartAsync();
        var sink = new NatsQuoteSink(new NatsBusOptions { Address = $"nats://nobody@127.0.0.1:{server.Port}" });
        await using var publisher = new Publisher(new PlayedVenue(), sink, [Bitcoin]);

        (await Should.ThrowAsync<SinkException>(() => publisher.Running)).Trouble.ShouldBe(SinkTrouble.Refused);
    }

    [Fact]
    public async Task A_stream_whose_newest_candles_were_lost_is_filled_again_from_history()
    {
        using var server = await NatsServer.StartAsync();
        var venue = new PlayedVenue();
        var begin = DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0);
        await using var publisher = PublishQuotesTests.Publisher(server, venue, begin);
        venue.BringClosed(Bitcoin, 0, 30);
        await publisher.UntilAsync(counts => counts.Published == 30);
        server.Kill();
        server.CopyStore(); // what was on the disk before the power failed
        await server.RunAsync();
        venue.BringClosed(Bitcoin, 30, 30);
        await publisher.UntilAsync(counts => counts.Published + counts.AlreadyThere >= 60);

        server.Kill();
        server.RestoreStore();
        await server.RunAsync();
        venue.BringClosed(Bitcoin, 60, 1); // refused, for its predecessor is not there
        await publisher.UntilAsync(counts => counts.Published >= 91);

        publisher.Publishing.Counts.Fenced.ShouldBe(1);
        publisher.Troubles.ShouldContain(words => words.Contains("lost its newest candles"));
        await PublishQuotesTests.ShouldHaveAsync(server, 61);
    }

    private static async Task<SinkException> TroubleAsync(NatsServer server, Action<NatsBusOptions>? configure = null)
    {
        await using var sink = NatsPublishingTests.Sink(server, configure);
        var trouble = await Should.ThrowAsync<SinkException>(async () => await sink.AppendAsync(Candles.Closed(Bitcoin, 1)));
        trouble.Message.ShouldNotContain(NatsServer.Password);
        return trouble;
    }
}
