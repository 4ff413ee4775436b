using System.Net;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class QuotaTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Messages_count_by_the_minute_and_the_wait_is_said()
    {
        var quota = new MessageRate(_clock);

        quota.TryAdd(2, out _).ShouldBeNull();
        _clock.Advance(TimeSpan.FromSeconds(20));

        quota.TryAdd(2, out _).ShouldBeNull();
        quota.TryAdd(2, out var excess).ShouldBe(TimeSpan.FromSeconds(40));
        excess.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(40));

        quota.TryAdd(2, out _).ShouldBeNull();
        quota.TryAdd(0, out _).ShouldBeNull("0 stands for any number");
    }

    [Fact]
    public void Clients_and_subscriptions_count_until_they_go()
    {
        var quota = new Quota(_clock);

        quota.TryAddClient(1).ShouldBeTrue();
        quota.TryAddClient(1).ShouldBeFalse();
        quota.RemoveClient();

        quota.TryAddClient(1).ShouldBeTrue();
        quota.TryAddSubscriptions(3, 3).ShouldBeTrue();
        quota.TryAddSubscriptions(1, 3).ShouldBeFalse();
        quota.TryAddSubscriptions(-1, 3).ShouldBeTrue();
        quota.TryAddSubscriptions(1, 3).ShouldBeTrue();
    }

    [Fact]
    public void Loopback_has_no_quota_and_a_network_of_ipv6_has_one()
    {
        var quotas = new Quotas(new ServerOptions { TimeProvider = _clock });

        quotas.OfAddress(IPAddress.Loopback).ShouldBeNull();
        quotas.OfAddress(IPAddress.IPv6Loopback).ShouldBeNull();
        quotas.OfAddress(IPAddress.Parse("2001:db8::1")).ShouldBeSameAs(quotas.OfAddress(IPAddress.Parse("2001:db8::2")));
        quotas.OfAddress(IPAddress.Parse("192.0.2.1")).ShouldNotBeSameAs(quotas.OfAddress(IPAddress.Parse("192.0.2.2")));
        quotas.OfAddress(IPAddress.Parse("::ffff:192.0.2.1")).ShouldBeSameAs(quotas.OfAddress(IPAddress.Parse("192.0.2.1")));
    }
}
