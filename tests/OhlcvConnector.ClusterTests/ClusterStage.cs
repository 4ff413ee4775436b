using OhlcvConnector.Application;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.BusTests;
using OhlcvConnector.Configuration;
using OhlcvConnector.ConformanceTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Nats.Cluster;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>Three nodes in processes of their own, a NATS server, and series that close every second.</summary>
internal sealed class ClusterStage : IAsyncDisposable
{
    public const int SeriesCount = 200;
    public const int ShardCount = 8;
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly SandboxProcess _sandbox;
    private readonly NatsCluster _cluster;

    private ClusterStage(NatsServer server, SandboxProcess sandbox, NatsCluster cluster, ILeases leases)
    {
        (Server, _sandbox, _cluster, Leases) = (server, sandbox, cluster, leases);
        Nodes = [.. new[] { "a", "b", "c" }.Select(name => new NodeProcess(name, sandbox.Address, server, Lease))];
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public NatsServer Server { get; }

    public ILeases Leases { get; }

    public IReadOnlyList<NodeProcess> Nodes { get; }

    /// <summary>Sets it; no node is started.</summary>
    public static async Task<ClusterStage> SetAsync()
    {
        var server = await NatsServer.StartAsync();
        var sandbox = await SandboxProcess.StartAsync(LoopbackPort.Reserve(), speed: 1, SeriesCount, DateTimeOffset.UtcNow.AddHours(-1));
        var cluster = await NatsCluster.OpenAsync(new NatsBusOptions { Address = server.Address }, cancellationToken: Token);
        await using var connector = Connector.Create(options => options.Sandbox = sandbox.Address);
        var listed = await connector.InstrumentsAsync("binance", Market.Spot, cancellationToken: Token);
        var series = listed.Where(one => one.IsTrading).Take(SeriesCount).Select(one => ClusterSeries.Of(new Series(one, Interval.Parse("1s"))));
        await cluster.Book.AddAsync(series, Token);
        (await cluster.Book.SeriesAsync(Token)).Count.ShouldBe(SeriesCount);
        await cluster.Book.JoinAsync(new ClusterCharter { Cluster = "ohlcv", Simulated = true, LeaseSeconds = Lease.TotalSeconds }, Token);
        return new ClusterStage(server, sandbox, cluster, await cluster.LeasesAsync(Lease, Token));
    }

    /// <summary>Waits until a condition holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string because)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(Patience, because);
            await Task.Delay(Look, Token);
        }
    }

    /// <summary>Waits until each shard is carried by the node that it is placed on.</summary>
    public async Task SettledAsync()
    {
        var shards = ClusterShard.Divide(await _cluster.Book.SeriesAsync(Token));
        shards.Count.ShouldBe(ShardCount);
        var placement = ClusterPlacement.Place(shards, [.. Nodes.Select(node => new ClusterNode(node.Name, node.Name))], []);
        await UntilAsync(async () => (await Leases.ListAsync(ClusterMember.ShardPrefix, Token)) is { Count: var count } held && count == shards.Count
            && held.All(lease => placement.Nodes[ShardOf(lease)].Contains(lease.Note)), "each shard is where it is placed");
    }

    /// <summary>Waits until series have something that was stored after a moment.</summary>
    public Task GoOnAsync(IReadOnlyCollection<string> series, DateTimeOffset after, string because) =>
        UntilAsync(async () => (await BusReader.NewestAsync(Server, series, Token)).All(stored => stored > after), because);

    /// <summary>The subjects of the series that a node carries; of all nodes where none is named.</summary>
    public async Task<HashSet<string>> SeriesOfAsync(string? node = null)
    {
        var held = (await Leases.ListAsync(ClusterMember.ShardPrefix, Token)).Where(lease => node is null || lease.Note == node).Select(ShardOf).ToHashSet();
        return [.. ClusterShard.Divide(await _cluster.Book.SeriesAsync(Token)).Where(shard => held.Contains(shard.Name))
            .SelectMany(shard => shard.Series).Select(series => $"ohlcv.binance.spot.{series.Symbol}.1s")];
    }

    /// <summary>Ends all nodes, and compares the stream with the exchange: each close once, in order, without a gap.</summary>
    public async Task<ILookup<string, OnStream>> EndAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.EndAsync(Token)));
        var stream = await BusReader.AllAsync(Server, Token);
        stream.Count.ShouldBe(SeriesCount);
        var second = TimeSpan.FromSeconds(1);
        foreach (var series in stream)
        {
            series.ShouldAllBe(one => one.Kind == "candle", $"{series.Key}: neither gaps nor revisions");
            var times = series.Select(one => one.OpenTime).ToList();
            times.Zip(times.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == second, $"{series.Key}: each once, in order");
        }

        var clock = await RunningSandbox.ClockAsync(_sandbox.Address, TimeProvider.System, Token);
        await using var connector = Connector.Create(options => (options.Sandbox, options.MarketClock) = (_sandbox.Address, clock));
        foreach (var series in stream.Take(5))
        {
            var truth = new List<(DateTimeOffset, decimal)>();
            var request = new HistoryRequest
            {
                Exchange = "binance",
                Market = Market.Spot,
                Symbol = series.Key.Split('.')[3],
                Interval = Interval.Parse("1s"),
                From = series.First().OpenTime,
                To = series.Last().OpenTime.AddSeconds(1),
            };
            await foreach (var candle in connector.HistoryAsync(request, Token))
            {
                truth.Add((candle.OpenTime, candle.Close));
            }

            series.Select(one => (one.OpenTime, one.Close)).ShouldBe(truth, $"{series.Key}: as the exchange's books have it");
        }

        return stream;
    }

    /// <summary>The last lines of what the nodes logged.</summary>
    public string Logs() => string.Join('\n', Nodes.Select(node => $"--- {node.Name}\n{string.Join('\n', node.Log.TakeLast(60))}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        await Leases.DisposeAsync();
        await _cluster.DisposeAsync();
        _sandbox.Dispose();
        Server.Dispose();
    }

    private static string ShardOf(Lease lease) => lease.Name[ClusterMember.ShardPrefix.Length..lease.Name.LastIndexOf('.')];
}
