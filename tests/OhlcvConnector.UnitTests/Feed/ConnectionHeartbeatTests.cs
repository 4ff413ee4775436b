using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>When a connection counts as dead, and which pings it sends before.</summary>
public class ConnectionHeartbeatTests
{
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _sent = [];

    [Fact]
    public void A_silence_longer_than_the_venues_is_death()
    {
        var heartbeat = New(every: null);

        heartbeat.FindDeath(TimeSpan.FromSeconds(60)).ShouldBeNull();
        heartbeat.FindDeath(TimeSpan.FromSeconds(61)).ShouldBe("nothing received for 61 s");
    }

    [Fact]
    public void A_ping_goes_out_when_nothing_came_for_a_while_and_only_one()
    {
        var heartbeat = New(every: null);

        Ping(heartbeat, silence: TimeSpan.FromSeconds(9));

        _sent.ShouldBeEmpty();
        Ping(heartbeat, silence: PingInterval);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Ping(heartbeat, silence: PingInterval + TimeSpan.FromSeconds(1));

        _sent.ShouldBe(["ping"]);
    }

    [Fact]
    public void A_ping_without_an_answer_is_death()
    {
        var heartbeat = New(every: null);
        Ping(heartbeat, silence: PingInterval);

        _clock.Advance(PingTimeout);

        heartbeat.FindDeath(PingInterval + PingTimeout).ShouldBeNull();
        _clock.Advance(TimeSpan.FromSeconds(1));

        heartbeat.FindDeath(PingInterval + PingTimeout + TimeSpan.FromSeconds(1)).ShouldBe("no answer to a ping within 5 s");
    }

    [Fact]
    public void Whatever_comes_answers_a_ping_and_the_next_silence_is_asked_about_again()
    {
        var heartbeat = New(every: null);
        Ping(heartbeat, silence: PingInterval);
        _clock.Advance(TimeSpan.FromSeconds(20));

        heartbeat.FindDeath(TimeSpan.FromSeconds(12)).ShouldBeNull();
        Ping(heartbeat, silence: TimeSpan.FromSeconds(12));

        _sent.ShouldBe(["ping", "ping"]);
    }

    [Fact]
    public void A_ping_that_could_not_be_sent_is_not_waited_for()
    {
        var heartbeat = New(every: null);

        heartbeat.Ping(PingInterval, () => { }, () => false);
        _clock.Advance(PingTimeout * 2);

        heartbeat.FindDeath(PingInterval + (PingTimeout * 2)).ShouldBeNull();
    }

    [Fact]
    public void The_venues_own_ping_goes_out_at_its_pace_and_must_be_answered_in_kind()
    {
        var heartbeat = New(every: TimeSpan.FromSeconds(20));
        Ping(heartbeat, silence: TimeSpan.Zero);
        heartbeat.OnVenuePong();
        _clock.Advance(TimeSpan.FromSeconds(19));
        Ping(heartbeat, silence: TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Ping(heartbeat, silence: TimeSpan.Zero);
        _clock.Advance(PingTimeout + TimeSpan.FromSeconds(1));

        _sent.ShouldBe(["venue ping", "venue ping"]);
        heartbeat.FindDeath(TimeSpan.Zero).ShouldBe("the exchange did not answer its own kind of ping within 5 s");
    }

    private ConnectionHeartbeat New(TimeSpan? every) =>
        new(new ConnectorOptions { TimeProvider = _clock, PingTimeout = PingTimeout, PingInterval = PingInterval }, new VenueHeartbeat(
            every, TimeSpan.FromSeconds(60)));

    private void Ping(ConnectionHeartbeat heartbeat, TimeSpan silence) => heartbeat.Ping(
        silence,
        () => _sent.Add("venue ping"),
        () =>
        {
            _sent.Add("ping");
            return true;
        });
}
