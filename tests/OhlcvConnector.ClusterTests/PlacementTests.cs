using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using Shouldly;
using Interval = OhlcvConnector.Domain.Interval;

namespace OhlcvConnector.ClusterTests;

/// <summary>What is promised of placing shards, on many clusters, against a second implementation that only compares and counts.</summary>
public sealed class PlacementTests
{
    private static readonly VenueBudget[] NoBudgets = [];

    [Fact]
    public void A_second_implementation_finds_the_same() => Prop.ForAll(Clusters(), cluster =>
    {
        var placement = ClusterPlacement.Place(cluster.Shards, cluster.Nodes, cluster.Budgets, cluster.Redundancy);
        var naive = NaivePlacement.Place(cluster.Shards, cluster.Nodes, cluster.Budgets, cluster.Redundancy);
        foreach (var shard in cluster.Shards)
        {
            placement.Nodes[shard.Name].Order(StringComparer.Ordinal).ShouldBe(naive[shard.Name].Order(StringComparer.Ordinal), shard.Name);
        }

        placement.Unplaced.Sum(one => one.Missing).ShouldBe(cluster.Shards.Sum(shard => cluster.Redundancy - naive[shard.Name].Count));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nobody_is_given_more_than_an_exchange_allows_its_address() => Prop.ForAll(Clusters(), cluster =>
    {
        var placement = ClusterPlacement.Place(cluster.Shards, cluster.Nodes, cluster.Budgets, cluster.Redundancy);
        foreach (var address in cluster.Nodes.GroupBy(node => node.Address))
        {
            foreach (var budget in cluster.Budgets)
            {
                var series = address.Select(node => cluster.Shards
                    .Where(shard => shard.Exchange == budget.Exchange && placement.IsOn(shard, node.Id)).Sum(shard => shard.Series.Count)).ToList();
                series.Sum().ShouldBeLessThanOrEqualTo(budget.Series);
                series.Sum(count => (count + budget.SeriesPerConnection - 1) / budget.SeriesPerConnection).ShouldBeLessThanOrEqualTo(budget.Connections);
            }
        }

        foreach (var shard in cluster.Shards)
        {
            placement.Nodes[shard.Name].ShouldBeUnique();
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_node_that_joins_or_leaves_moves_its_share_and_nothing_else() => Prop.ForAll(Clusters(), cluster =>
    {
        var joined = new ClusterNode("joined", "joined", 1.5);
        var before = ClusterPlacement.Place(cluster.Shards, cluster.Nodes, NoBudgets, cluster.Redundancy);
        var after = ClusterPlacement.Place(cluster.Shards, [.. cluster.Nodes, joined], NoBudgets, cluster.Redundancy);
        foreach (var shard in cluster.Shards)
        {
            after.Nodes[shard.Name].Except(before.Nodes[shard.Name]).ShouldBeSubsetOf([joined.Id]);
        }

        var left = ClusterPlacement.Place(cluster.Shards, [.. cluster.Nodes.Skip(1)], NoBudgets, cluster.Redundancy);
        foreach (var shard in cluster.Shards.Where(shard => cluster.Nodes.Count > 0 && !before.IsOn(shard, cluster.Nodes[0].Id)))
        {
            left.Nodes[shard.Name].ShouldBe(before.Nodes[shard.Name], "it was not on the node that left");
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_node_gets_the_share_of_its_weight()
    {
        var shards = ClusterShard.Divide(Series("binance", Market.Spot, 100_000));
        ClusterNode[] nodes = [new("a", "1", 1), new("b", "2", 2), new("c", "3", 5)];
        var placement = ClusterPlacement.Place(shards, nodes, NoBudgets);
        foreach (var node in nodes)
        {
            var share = shards.Count(shard => placement.IsOn(shard, node.Id)) / (double)shards.Count;
            share.ShouldBe(node.Weight / 8, 0.03, node.Id); // four standard deviations of 2,048 shards
        }
    }

    [Fact]
    public void Shards_are_of_one_market_and_hold_each_series_once()
    {
        ClusterSeries[] series = [.. Series("binance", Market.Spot, 2_000), .. Series("binance", Market.UsdMargined, 30), .. Series("okx", Market.Spot, 1)];
        var shards = ClusterShard.Divide([.. series, .. series]);
        shards.SelectMany(shard => shard.Series).OrderBy(one => one.ToString()).ShouldBe(series.OrderBy(one => one.ToString()));
        shards.ShouldAllBe(shard => shard.Series.All(one => one.Exchange == shard.Exchange && one.Market == shard.Market));
        shards.Select(shard => shard.Name).ShouldBeUnique();
        shards.Count(shard => shard is { Exchange: "binance", Market: Market.Spot }).ShouldBe(64);
        shards.Max(shard => shard.Series.Count).ShouldBeLessThan(ClusterShard.Size * 2);

        var more = ClusterShard.Divide([.. series, new ClusterSeries("binance", Market.Spot, "NEWUSDT", Interval.OneMinute)]);
        more.Count(shard => shards.Any(before => before.Name == shard.Name && before.Series.SequenceEqual(shard.Series)))
            .ShouldBe(shards.Count - 1, "one series that comes changes one shard");
    }

    [Fact]
    public void The_budgets_are_those_that_the_adapters_keep_to()
    {
        var budgets = VenueBudgets.Of(new ConnectorOptions());
        using var connector = Connector.Create();
        budgets.Select(budget => (budget.Exchange, budget.Market)).ShouldBe(
            connector.Exchanges.SelectMany(exchange => exchange.Markets, (exchange, market) => (exchange.Name, market.Market)), ignoreOrder: true);
        var binance = budgets.Single(budget => budget is { Exchange: "binance", Market: Market.Spot });
        (binance.SeriesPerConnection, binance.WeightPerMinute, binance.WeightPerSeries).ShouldBe((200, 6_000, 2));
        budgets.Where(budget => budget is { Exchange: "binance", Market: not Market.Spot }).Select(budget => budget.Requests).Distinct().Count().ShouldBe(1);
        var hyperliquid = budgets.Where(budget => budget.Exchange == "hyperliquid").ToList();
        hyperliquid.ShouldAllBe(budget => budget.Series == 1_000 && budget.Connections == 8);
        hyperliquid.Select(budget => budget.Streams).Distinct().Count().ShouldBe(1, "one address of the exchange's for all its markets");
        VenueBudgets.Of(new ConnectorOptions { Redundancy = 2 }).ShouldAllBe(budget => budget.Series == int.MaxValue || budget.Series == 500);
    }

    [Fact]
    public void What_finds_no_room_is_named()
    {
        var shards = ClusterShard.Divide(Series("hyperliquid", Market.UsdMargined, 3_000));
        ClusterNode[] nodes = [new("a", "1"), new("b", "1"), new("c", "2")];
        var placement = ClusterPlacement.Place(shards, nodes, VenueBudgets.Of(new ConnectorOptions()));
        placement.Unplaced.Sum(one => one.Shard.Series.Count).ShouldBeInRange(1_000, 1_000 + (2 * ClusterShard.Size * 2), "two addresses have room for 2,000");
        placement.Unplaced[0].Reason.ShouldContain("Start a node behind another address");
        ClusterPlacement.Place(shards, [nodes[0]], NoBudgets, redundancy: 2).Unplaced[0].Reason.ShouldContain("2 nodes are wanted for it, and 1 live");
    }

    internal static IEnumerable<ClusterSeries> Series(string exchange, Market market, int count) =>
        Enumerable.Range(0, count).Select(number => new ClusterSeries(exchange, market, $"S{number}USDT", Interval.OneMinute));

    private static Arbitrary<GivenCluster> Clusters() => (
        from seed in Gen.Choose(0, 1_000_000)
        select GivenCluster.Of(new Random(seed))).ToArbitrary();

    /// <summary>A cluster as chance makes one.</summary>
    internal sealed record GivenCluster(
        IReadOnlyList<ClusterShard> Shards, IReadOnlyList<ClusterNode> Nodes, IReadOnlyList<VenueBudget> Budgets, int Redundancy)
    {
        public static GivenCluster Of(Random random)
        {
            string[] exchanges = ["binance", "okx", "hyperliquid"];
            var shards = ClusterShard.Divide(exchanges.SelectMany(exchange => Series(exchange, Market.Spot, random.Next(0, 900))));
            var nodes = Enumerable.Range(0, random.Next(0, 8))
                .Select(number => new ClusterNode($"node-{number}-{random.Next(100)}", $"address-{random.Next(5)}", random.Next(1, 5) / 2.0)).ToList();
            var budgets = exchanges.Where(_ => random.Next(4) > 0).Select(exchange => new VenueBudget(exchange, Market.Spot)
            {
                Streams = exchange,
                Requests = exchange,
                SeriesPerConnection = random.Next(20, 200),
                Connections = random.Next(1, 10),
                Series = random.Next(50, 800),
                WeightPerMinute = random.Next(100, 1_000),
                WeightPerSeries = random.Next(1, 5),
            }).ToList();
            return new GivenCluster(shards, nodes, budgets, random.Next(1, 4));
        }

        public override string ToString() => $"{Shards.Count} shards, {Nodes.Count} nodes, {Budgets.Count} budgets, redundancy {Redundancy}";
    }
}
