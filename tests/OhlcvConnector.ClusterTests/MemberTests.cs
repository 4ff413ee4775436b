using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Archive.PostgreSql.Cluster;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.BusTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Nats.Cluster;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>Nodes in this process, on a real NATS server (and PostgreSQL) and simulated exchanges.</summary>
public sealed class MemberTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly List<IAsyncDisposable> _owned = [];
    private NatsServer? _server;
    private SandboxServer? _sandbox;
    private NatsCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NatsBusOptions Bus => new() { Address = _server!.Address, IsSandbox = true };

    public async ValueTask InitializeAsync()
    {
        _server = await NatsServer.StartAsync();
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 40 }, Token);
        _cluster = await NatsCluster.OpenAsync(Bus, cancellationToken: Token);
    }

    [Theory]
    [InlineData("nats")]
    [InlineData("postgresql")]
    public async Task A_node_that_ends_gives_back_what_it_has_at_once(string engine)
    {
        await AddAsync(40);
        await using var leases = engine == "nats" ? await _cluster!.LeasesAsync(Minute, Token)
            : await PostgreSqlLeases.OpenAsync(await (await PostgreSqlServer.GetAsync()).DatabaseAsync(), "c", Minute, Token);
        var (first, second) = (Start("first", leases), Start("second", leases));
        await Eventually.TrueAsync(() => Carried(first) + Carried(second) == 40 && Carried(first) > 0 && Carried(second) > 0, "both carry a part");
        await Eventually.TrueAsync(() => first.Published.Published > 20, "candles come");
        var since = TimeProvider.System.GetTimestamp();
        await first.LeaveAsync();
        await Eventually.TrueAsync(() => Carried(second) == 40, "the other has all");
        TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(Minute / 2, "long before a lease ends");
        Carried(first).ShouldBe(0);
        second.Member.Counts.Lost.ShouldBe(0);
        var before = second.Published.Published;
        await Eventually.TrueAsync(() => second.Published.Published > before + 100, "it goes on");
        await AllComeAsync(40);
        await second.LeaveAsync();
        await EachOnceAsync(40);
    }

    [Fact]
    public async Task Two_nodes_carry_each_series_where_that_is_wanted_and_each_close_is_stored_once()
    {
        await AddAsync(40);
        var leases = await _cluster!.LeasesAsync(TimeSpan.FromSeconds(5), Token);
        MemberNode[] nodes = [Start("a", leases, redundancy: 2), Start("b", leases, redundancy: 2), Start("c", leases, redundancy: 2)];
        await Eventually.TrueAsync(
            () => nodes.Sum(Carried) == 80 && nodes.All(node => Carried(node) is > 0 and < 40), "each series is carried twice, each node has a part");
        var holders = (await leases.ListAsync(ClusterMember.ShardPrefix, Token))
            .GroupBy(lease => lease.Name[..lease.Name.LastIndexOf('.')], lease => lease.Note);
        holders.ShouldAllBe(shard => shard.Distinct().Count() == 2);
        await Eventually.TrueAsync(
            () => nodes.Sum(node => node.Published.AlreadyThere + node.Published.Fenced) > 40, "what one has stored the other finds there");
        await nodes[0].LeaveAsync();
        await Eventually.TrueAsync(() => Carried(nodes[1]) == 40 && Carried(nodes[2]) == 40, "two that are left carry all");
        await AllComeAsync(40);
        await Task.WhenAll(nodes.Select(node => node.LeaveAsync()));
        await EachOnceAsync(40);
    }

    [Fact]
    public async Task Series_come_and_go_while_nodes_run_and_those_that_there_are_none_of_are_named()
    {
        var series = await AddAsync(10);
        var leases = await _cluster!.LeasesAsync(TimeSpan.FromSeconds(2), Token);
        var node = Start("a", leases);
        await Eventually.TrueAsync(() => Carried(node) == 10, "what is wanted is carried");
        var unknown = new ClusterSeries("binance", Market.Spot, "NOSUCHUSDT", Interval.OneMinute);
        await _cluster.Book.AddAsync([unknown], Token);
        await AddAsync(20);
        await Eventually.TrueAsync(() => Carried(node) == 20 && node.Member.Counts.UnknownSeries == 1, "what comes is carried, too");
        node.Said.ShouldContain("binance/spot:NOSUCHUSDT 1m is not carried: the exchange does not list it. 'connector-cli cluster remove' takes it off the list.");
        await _cluster.Book.RemoveAsync([unknown, .. series], Token);
        await Eventually.TrueAsync(() => Carried(node) == 10 && node.Member.Counts.UnknownSeries == 0, "what goes is left");
        (await leases.ListAsync(ClusterMember.ShardPrefix, Token)).Count.ShouldBe(node.Member.Counts.CarriedShards);
    }

    [Fact]
    public async Task Nodes_whose_clocks_are_an_hour_apart_take_from_each_other_as_any()
    {
        await AddAsync(40);
        var leases = await _cluster!.LeasesAsync(TimeSpan.FromSeconds(10), Token);
        MemberNode[] nodes = [Start("first", leases, wrongBy: TimeSpan.FromMinutes(-30)), Start("second", leases, wrongBy: TimeSpan.FromMinutes(30))];
        await Eventually.TrueAsync(() => nodes.Sum(Carried) == 40 && nodes.All(node => Carried(node) > 0), "both carry a part");
        await AllComeAsync(40);
        await nodes[0].LeaveAsync();
        await Eventually.TrueAsync(() => Carried(nodes[1]) == 40, "the other has all");
        var before = nodes[1].Published.Published;
        await Eventually.TrueAsync(() => nodes[1].Published.Published > before + 100, "it goes on");
        var third = Start("first", leases, wrongBy: TimeSpan.FromMinutes(-30));
        await Eventually.TrueAsync(() => Carried(third) > 0 && third.Published.Published > 20, "one that is an hour behind takes its share, and goes on");
        nodes[1].Member.Counts.Lost.ShouldBe(0);
        await Task.WhenAll(third.LeaveAsync(), nodes[1].LeaveAsync());
        await EachOnceAsync(40);
    }

    [Fact]
    public async Task A_list_of_a_newer_version_is_told_in_words_and_what_is_carried_stays()
    {
        await AddAsync(10);
        var leases = await _cluster!.LeasesAsync(TimeSpan.FromSeconds(5), Token);
        var node = Start("a", leases);
        await Eventually.TrueAsync(() => Carried(node) == 10, "what is wanted is carried");
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Address });
        var store = await new NatsKVContext(new NatsJSContext(connection)).GetStoreAsync(NatsCluster.DefaultBucket, Token);
        var before = (await store.GetEntryAsync<string>("series.binance.spot", cancellationToken: Token)).Value!;
        await store.PutAsync("series.binance.spot", """{"version":"2.0","series":{"BTCUSDT":["1s"]}}""", cancellationToken: Token);
        await Eventually.TrueAsync(() => node.Member.Counts.FailedRounds > 10, "it looks again and again, for longer than a lease");
        node.Said.ShouldContain(words => words.Contains("version 2.0 of the cluster's format; this program reads 1.x", StringComparison.Ordinal));
        (Carried(node), node.Member.Counts.IsMember, node.Member.Counts.Lost).ShouldBe((10, true, 0));
        var published = node.Published.Published;
        await Eventually.TrueAsync(() => node.Published.Published > published + 20, "candles come");
        await store.PutAsync("series.binance.spot", before, cancellationToken: Token);
        await AddAsync(20);
        await Eventually.TrueAsync(() => Carried(node) == 20, "the list can be read again");
    }

    [Fact]
    public async Task What_a_dead_node_held_is_taken_when_the_lease_of_the_node_ends_and_nothing_of_one_that_leaves()
    {
        await AddAsync(40);
        var leases = await _cluster!.LeasesAsync(Minute, Token);
        var note = new NodeNote { Address = "dying", Weight = 1 };
        var dying = (await leases.TryAcquireAsync(ClusterMember.NodePrefix + "dying", note.ToJson(), Token)).ShouldNotBeNull();
        var leaving = (await leases.TryAcquireAsync(ClusterMember.NodePrefix + "leaving", (note with { IsLeaving = true }).ToJson(), Token)).ShouldNotBeNull();
        var shards = ClusterShard.Divide(await _cluster.Book.SeriesAsync(Token));
        var plan = ClusterPlacement.Place(shards, [new ClusterNode("a", "a"), new ClusterNode("dying", "dying")], []);
        foreach (var shard in shards)
        {
            var holder = plan.IsOn(shard, "dying") ? "dying" : "leaving";
            (await leases.TryAcquireAsync($"{ClusterMember.ShardPrefix}{shard.Name}.0", holder, Token)).ShouldNotBeNull();
        }

        var node = Start("a", leases);
        await Eventually.TrueAsync(() => node.Member.Counts is { Nodes: 2 }, "the one that leaves is none to place anything on");
        await leases.ReleaseAsync(dying, Token); // as its end is seen: what it held is held yet, for a minute
        var ofDead = shards.Where(shard => plan.IsOn(shard, "dying")).Sum(shard => shard.Series.Count);
        await Eventually.TrueAsync(() => Carried(node) == ofDead, "what the dead one held is taken");
        await leases.ReleaseAsync(leaving, Token);
        await Eventually.TrueAsync(() => node.Member.Counts is { Nodes: 1 }, "it has left");
        Carried(node).ShouldBe(ofDead, "what it did not give back is left to it until that ends");
    }

    [Fact]
    public async Task What_a_node_of_another_version_or_name_holds_is_left_to_it()
    {
        var series = await AddAsync(40);
        var leases = await _cluster!.LeasesAsync(Minute, Token);
        var stranger = await leases.TryAcquireAsync(ClusterMember.NodePrefix + "stranger", """{"version":"2.0","weights":[1]}""", Token);
        var shard = ClusterShard.Divide(series)[0];
        var held = (await leases.TryAcquireAsync($"{ClusterMember.ShardPrefix}{shard.Name}.0", "stranger", Token)).ShouldNotBeNull();
        var (node, namesake) = (Start("a", leases), Start("a", leases));
        await Eventually.TrueAsync(() => Carried(node) + Carried(namesake) == 40 - shard.Series.Count, "all that is free is carried");
        new[] { node, namesake }.Count(one => one.Member.Counts.IsMember).ShouldBe(1);
        var said = node.Said.Concat(namesake.Said).ToList();
        said.ShouldContain(words => words.StartsWith("Another process has the node's name 'a'", StringComparison.Ordinal));
        said.ShouldContain(words => words.StartsWith("What the node 'stranger' says of itself cannot be read", StringComparison.Ordinal));
        await leases.ReleaseAsync(held, Token);
        await leases.ReleaseAsync(stranger!, Token);
        await Eventually.TrueAsync(() => Carried(node) + Carried(namesake) == 40, "what it gives back, too");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _owned)
        {
            await one.DisposeAsync();
        }

        await _cluster!.DisposeAsync();
        await _sandbox!.DisposeAsync();
        _server!.Dispose();
    }

    private static int Carried(MemberNode node) => node.Member.Counts.CarriedSeries;

    private MemberNode Start(string name, ILeases leases, int redundancy = 1, TimeSpan wrongBy = default)
    {
        var node = MemberNode.Start(
            new ClusterNode(name, name), leases, _cluster!.Book.SeriesAsync, Bus, _sandbox!.BaseAddress,
            new WrongClock(_sandbox.Clock, wrongBy), redundancy, new WrongClock(TimeProvider.System, wrongBy));
        _owned.Add(node);
        return node;
    }

    private async Task<IReadOnlyList<ClusterSeries>> AddAsync(int count)
    {
        await using var connector = Connector.Create(options => options.Sandbox = _sandbox!.BaseAddress);
        var series = (await connector.InstrumentsAsync("binance", Market.Spot, cancellationToken: Token)).Where(one => one.IsTrading).Take(count)
            .Select(one => ClusterSeries.Of(new Series(one, Interval.Parse("1s")))).ToList();
        await _cluster!.Book.AddAsync(series, Token);
        return series;
    }

    private Task AllComeAsync(int count) => ClusterStage.UntilAsync(
        async () => (await BusReader.AllAsync(_server!, Token)).Count == count, $"each of {count} series has a close on the stream");

    /// <summary>A clock that is wrong, and goes on as any.</summary>
    private sealed class WrongClock(TimeProvider right, TimeSpan by) : TimeProvider
    {
        public override long TimestampFrequency => right.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + by;

        public override long GetTimestamp() => right.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            right.CreateTimer(callback, state, dueTime, period);
    }

    private async Task EachOnceAsync(int count)
    {
        var stream = await BusReader.AllAsync(_server!, Token);
        stream.Count.ShouldBe(count);
        foreach (var series in stream)
        {
            series.ShouldAllBe(one => one.Kind == "candle");
            var times = series.Select(one => one.OpenTime).ToList();
            times.Zip(times.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == TimeSpan.FromSeconds(1), series.Key);
        }
    }
}
