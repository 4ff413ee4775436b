using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.BusTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Nats.Cluster;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>Leases in JetStream's key-value buckets.</summary>
public sealed class NatsLeaseTests : LeaseContract, IAsyncDisposable
{
    private readonly List<NatsCluster> _open = [];
    private NatsServer? _server;

    internal override async Task<ILeases> OpenAsync(string place, TimeSpan duration)
    {
        _server ??= await NatsServer.StartAsync();
        _open.Add(await NatsCluster.OpenAsync(new NatsBusOptions { Address = _server.Address }, place, cancellationToken: Token));
        return await _open[^1].LeasesAsync(duration, Token);
    }

    [Fact]
    public async Task Leases_of_another_length_are_refused_by_name()
    {
        await OpenAsync("length", TimeSpan.FromSeconds(5));
        var refused = await Should.ThrowAsync<ClusterException>(() => OpenAsync("length", TimeSpan.FromSeconds(7)));
        refused.Message.ShouldContain("'length-leases'");
        refused.Message.ShouldContain("last 5 s, not 7 s");
        refused.Message.ShouldNotContain(NatsServer.Password);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _open)
        {
            await one.DisposeAsync();
        }

        _server?.Dispose();
    }
}

/// <summary>The book of a cluster: who may join, what is wanted, and what another version wrote.</summary>
public sealed class ClusterBookTests
{
    private static readonly ClusterCharter Charter = new() { Cluster = "prices", Simulated = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_of_one_charter_join_and_others_are_refused_by_name()
    {
        using var server = await NatsServer.StartAsync();
        await using var cluster = await OpenAsync(server);
        await cluster.Book.JoinAsync(Charter, Token);
        await cluster.Book.JoinAsync(Charter, Token);
        (await RefusedAsync(Charter with { Cluster = "others" })).ShouldBe(
            "The bucket 'OHLCV-CLUSTER' is that of the cluster 'prices', and this is 'others'. Give it a bucket of its own (ClusterBucket), or the other's name (ClusterName).");
        (await RefusedAsync(Charter with { Simulated = false })).ShouldContain("is of simulated exchanges, and this is of real ones; the two are never mixed");
        (await RefusedAsync(Charter with { LeaseSeconds = 7 })).ShouldContain("leases of 6 s, and this one of 7 s (ClusterLease)");
        (await RefusedAsync(Charter with { Redundancy = 2 })).ShouldContain("carry each series 1 times, and this one 2 times (ClusterRedundancy)");
        await cluster.ForgetAsync(Token);
        await cluster.Book.JoinAsync(Charter with { Redundancy = 2 }, Token);
        await using var elsewhere = await OpenAsync(server, "OTHERS");
        await elsewhere.Book.JoinAsync(Charter with { Cluster = "others" }, Token);

        async Task<string> RefusedAsync(ClusterCharter other) =>
            (await Should.ThrowAsync<InvalidSettingException>(() => cluster.Book.JoinAsync(other, Token))).Message;
    }

    [Fact]
    public async Task Series_come_and_go_whoever_edits_at_the_same_time()
    {
        using var server = await NatsServer.StartAsync();
        await using var near = await OpenAsync(server);
        await using var far = await OpenAsync(server);
        var wanted = PlacementTests.Series("binance", Market.Spot, 100).Append(new ClusterSeries("hyperliquid", Market.Spot, "@107", Interval.OneMinute))
            .Append(new ClusterSeries("binance", Market.UsdMargined, "币安人生USDT", Interval.OneHour)).ToList();
        var added = await Task.WhenAll(wanted.Chunk(10).SelectMany(some => new[] { near.Book.AddAsync(some, Token), far.Book.AddAsync(some, Token) }));
        added.Sum().ShouldBe(wanted.Count, "each was new once");
        (await far.Book.SeriesAsync(Token)).ShouldBe(wanted, ignoreOrder: true);
        (await far.Book.RemoveAsync(wanted.Take(60), Token)).ShouldBe(60);
        (await near.Book.RemoveAsync(wanted.Take(60), Token)).ShouldBe(0);
        (await near.Book.SeriesAsync(Token)).ShouldBe(wanted.Skip(60), ignoreOrder: true);
    }

    [Fact]
    public async Task What_a_newer_minor_version_wrote_is_carried_along_and_a_newer_major_one_is_refused()
    {
        using var server = await NatsServer.StartAsync();
        await using var cluster = await OpenAsync(server);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Address });
        var store = await new NatsKVContext(new NatsJSContext(connection)).GetStoreAsync(NatsCluster.DefaultBucket, Token);
        await store.PutAsync("cluster", """{"version":"1.7","cluster":"prices","simulated":true,"leaseSeconds":6,"redundancy":1,"colour":"blue"}""", cancellationToken: Token);
        await store.PutAsync("series.binance.spot", """{"version":"1.7","series":["BTCUSDT 1m"],"priority":{"BTCUSDT":1}}""", cancellationToken: Token);
        await cluster.Book.JoinAsync(Charter, Token);
        await cluster.Book.AddAsync([new ClusterSeries("binance", Market.Spot, "ETHUSDT", Interval.OneMinute)], Token);
        (await store.GetEntryAsync<string>("series.binance.spot", cancellationToken: Token)).Value.ShouldBe(
            """{"version":"1.7","series":["BTCUSDT 1m","ETHUSDT 1m"],"priority":{"BTCUSDT":1}}""");

        await store.PutAsync("cluster", """{"version":"2.0","name":"prices"}""", cancellationToken: Token);
        await store.PutAsync("series.binance.spot", """{"version":"2.0","series":{"BTCUSDT":["1m"]}}""", cancellationToken: Token);
        (await Should.ThrowAsync<ClusterException>(() => cluster.Book.JoinAsync(Charter, Token))).Message
            .ShouldContain("version 2.0 of the cluster's format; this program reads 1.x");
        (await Should.ThrowAsync<ClusterException>(() => cluster.Book.SeriesAsync(Token))).Message.ShouldContain("series.binance.spot");
        (await Should.ThrowAsync<ClusterException>(() => cluster.Book.AddAsync(PlacementTests.Series("binance", Market.Spot, 1), Token))).Message.ShouldContain("2.0");
        (await store.GetEntryAsync<string>("series.binance.spot", cancellationToken: Token)).Value.ShouldBe("""{"version":"2.0","series":{"BTCUSDT":["1m"]}}""");
    }

    [Fact]
    public async Task A_server_that_refuses_or_is_not_there_is_said_without_the_password()
    {
        using var server = await NatsServer.StartAsync();
        var wrong = server.Address.Replace("carrier:", "carrier:wrong-", StringComparison.Ordinal);
        var refused = await Should.ThrowAsync<ClusterException>(() => NatsCluster.OpenAsync(new NatsBusOptions { Address = wrong }, cancellationToken: Token));
        refused.Message.ShouldContain("does not know us");
        refused.Message.ShouldNotContain("wrong-");
        server.Kill();
        (await Should.ThrowAsync<ClusterException>(() => OpenAsync(server))).Message.ShouldContain("cannot be reached");
        (await Should.ThrowAsync<InvalidSettingException>(() => OpenAsync(server, "no bucket"))).Message.ShouldContain("'no bucket' is no name of a bucket");
    }

    [Fact]
    public void A_note_of_a_node_is_read_with_fields_that_are_new_and_not_of_another_major_version()
    {
        var note = NodeNote.Read("""{"version":"1.3","address":"1.2.3.4","weight":2,"region":"eu"}""").ShouldNotBeNull();
        (note.Address, note.Weight).ShouldBe(("1.2.3.4", 2));
        NodeNote.Read(note.ToJson()).ShouldBe(note);
        NodeNote.Read("""{"version":"2.0","address":["1.2.3.4"],"weight":2}""").ShouldBeNull();
        NodeNote.Read("""{"version":"2.0","address":"1.2.3.4","weight":2}""").ShouldBeNull();
        NodeNote.Read("nonsense").ShouldBeNull();
    }

    private static Task<NatsCluster> OpenAsync(NatsServer server, string bucket = NatsCluster.DefaultBucket) =>
        NatsCluster.OpenAsync(new NatsBusOptions { Address = server.Address }, bucket, cancellationToken: Token);
}
