using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>What is promised of leases, whoever keeps them; each engine's own server runs.</summary>
public abstract class LeaseContract
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4); // a busy machine stands still for a second or two

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens leases in a place that no other test has; the same place for the same <paramref name="place"/>.</summary>
    internal abstract Task<ILeases> OpenAsync(string place, TimeSpan duration);

    [Fact]
    public async Task A_lease_is_held_by_one()
    {
        await using var near = await OpenAsync("one", Duration * 30);
        await using var far = await OpenAsync("one", Duration * 30);
        var lease = (await near.TryAcquireAsync("shard.binance.spot.1-of-8.0", "a", Token)).ShouldNotBeNull();
        (await far.TryAcquireAsync(lease.Name, "b", Token)).ShouldBeNull();
        (await near.TryAcquireAsync(lease.Name, "a", Token)).ShouldBeNull("nor twice by the same");
        (await far.TryAcquireAsync("shard.binance.spot.2-of-8.0", "b", Token)).ShouldNotBeNull();
        (await far.TryAcquireAsync("node.b", "b", Token)).ShouldNotBeNull();

        (await near.ListAsync("shard.", Token)).Select(one => (one.Name, one.Note)).ShouldBe(
            [(lease.Name, "a"), ("shard.binance.spot.2-of-8.0", "b")], ignoreOrder: true);
        (await near.ListAsync("node.", Token)).Select(one => one.Note).ShouldBe(["b"]);
        (await near.ListAsync("none.", Token)).ShouldBeEmpty();

        var renewed = (await near.TryRenewAsync(lease, "a again", Token)).ShouldNotBeNull();
        (await far.ListAsync("shard.", Token)).ShouldContain(one => one.Note == "a again");
        await near.ReleaseAsync(renewed, Token);
        (await far.ListAsync("shard.", Token)).Count.ShouldBe(1);
        (await far.TryAcquireAsync(lease.Name, "b", Token)).ShouldNotBeNull("at once");
        (await near.TryRenewAsync(renewed, "a", Token)).ShouldBeNull("it is another's now");
        await near.ReleaseAsync(renewed, Token);
        (await far.ListAsync("shard.", Token)).Count.ShouldBe(2, "what was lost cannot be given back");
    }

    [Fact]
    public async Task What_is_not_renewed_ends_by_the_clock_of_the_engine_alone()
    {
        await using var leases = await OpenAsync("ends", Duration);
        await using var others = await OpenAsync("ends", Duration); // another holder
        var kept = (await leases.TryAcquireAsync("node.kept", "kept", Token)).ShouldNotBeNull();
        var dead = (await leases.TryAcquireAsync("node.dead", "dead", Token)).ShouldNotBeNull();
        var since = TimeProvider.System.GetTimestamp();
        Lease? taken = null;
        while (taken is null)
        {
            kept = (await leases.TryRenewAsync(kept, "kept", Token)).ShouldNotBeNull("it was renewed in time");
            taken = await others.TryAcquireAsync("node.dead", "other", Token);
        }

        var held = TimeProvider.System.GetElapsedTime(since);
        held.ShouldBeGreaterThan(Duration - TimeSpan.FromMilliseconds(100), "not before its time");
        held.ShouldBeLessThan(Duration * 5);
        (await leases.TryRenewAsync(dead, "dead", Token)).ShouldBeNull("a zombie has lost it");
        await leases.ReleaseAsync(dead, Token);
        (await leases.ListAsync("node.", Token)).Select(one => one.Note).ShouldBe(["kept", "other"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_zombie_that_nobody_replaced_has_lost_its_lease_all_the_same()
    {
        await using var leases = await OpenAsync("zombie", Duration);
        var dead = (await leases.TryAcquireAsync("node.a", "a", Token)).ShouldNotBeNull();
        await Eventually.TrueAsync(() => leases.ListAsync("node.", Token).GetAwaiter().GetResult().Count == 0, "it ends");
        (await leases.TryRenewAsync(dead, "a", Token)).ShouldBeNull();
        (await leases.TryAcquireAsync("node.a", "a", Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Leases_that_end_while_they_are_listed_hold_nobody_up()
    {
        await using var leases = await OpenAsync("brief", TimeSpan.FromMilliseconds(200));
        for (var round = 0; round < 6; round++)
        {
            (await leases.TryAcquireAsync($"node.{round}", "brief", Token)).ShouldNotBeNull();
            while ((await leases.ListAsync("node.", Token).WaitAsync(ClusterStage.Patience, Token)).Count > 0)
            {
                // it is listed until it has ended
            }
        }
    }

    [Fact]
    public async Task What_is_listed_holds_as_long_as_is_said_and_is_free_when_it_is_listed_no_more()
    {
        await using var leases = await OpenAsync("listed", Duration);
        await using var others = await OpenAsync("listed", Duration);
        var dead = (await leases.TryAcquireAsync("node.dead", "dead", Token)).ShouldNotBeNull();
        var left = (await others.ListAsync("node.", Token)).ShouldHaveSingleItem().Left;
        left.ShouldBeInRange(TimeSpan.Zero, Duration);
        while (await others.ListAsync("node.", Token) is [var one])
        {
            one.Left.ShouldBeLessThanOrEqualTo(left, "it is not renewed");
            left = one.Left;
        }

        (await leases.TryRenewAsync(dead, "dead", Token)).ShouldBeNull("it ended for who held it, too");
        (await others.TryAcquireAsync("node.dead", "other", Token)).ShouldNotBeNull("at once");
        (await others.ListAsync("node.", Token)).ShouldHaveSingleItem().Note.ShouldBe("other");
    }

    [Fact]
    public async Task What_a_dead_node_holds_is_inherited_before_its_time_is_over_and_nothing_else_is()
    {
        await using var dead = await OpenAsync("dead", Duration * 30);
        await using var heir = await OpenAsync("dead", Duration * 30);
        var lease = (await dead.TryAcquireAsync("shard.1.0", "dead", Token)).ShouldNotBeNull();
        (await heir.TryInheritAsync(lease.Name, "heir", ["another"], Token)).ShouldBeNull("it is of one that lives");
        (await heir.TryInheritAsync("shard.2.0", "heir", ["dead"], Token)).ShouldBeNull("nobody held it");
        var inherited = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => heir.TryInheritAsync(lease.Name, "heir", ["another", "dead"], Token)));
        var held = inherited.Where(one => one is not null).ShouldHaveSingleItem("one gets it")!;
        (await dead.TryRenewAsync(lease, "dead", Token)).ShouldBeNull("who was taken for dead has lost it");
        await dead.ReleaseAsync(lease, Token);
        (await heir.TryRenewAsync(held, "heir", Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_renewal_that_nobody_acknowledged_is_none_too_many()
    {
        await using var leases = await OpenAsync("unheard", Duration * 30);
        await using var others = await OpenAsync("unheard", Duration * 30);
        var lease = (await leases.TryAcquireAsync("node.a", "a", Token)).ShouldNotBeNull();
        await leases.TryRenewAsync(lease, "a", Token); // as if its answer had been lost
        var renewed = (await leases.TryRenewAsync(lease, "a", Token)).ShouldNotBeNull();
        (await others.ListAsync("node.", Token)).ShouldHaveSingleItem().Token.ShouldBe(renewed.Token);
        await leases.ReleaseAsync(renewed, Token);
        (await others.TryAcquireAsync("node.a", "b", Token)).ShouldNotBeNull();
        (await leases.TryRenewAsync(renewed, "a", Token)).ShouldBeNull("it is another's now");
    }

    [Fact]
    public async Task Of_many_who_want_one_at_the_same_moment_one_gets_it()
    {
        await using var leases = await OpenAsync("many", Duration * 30);
        for (var round = 0; round < 10; round++)
        {
            var got = await Task.WhenAll(Enumerable.Range(0, 20).Select(who => leases.TryAcquireAsync($"shard.{round}", $"{who}", Token)));
            var winner = got.Where(lease => lease is not null).ShouldHaveSingleItem()!;
            await leases.ReleaseAsync(winner, Token);
            var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(who => leases.TryAcquireAsync($"shard.{round}", $"{who}", Token)));
            again.Count(lease => lease is not null).ShouldBe(1, "a released one, too");
        }
    }
}
