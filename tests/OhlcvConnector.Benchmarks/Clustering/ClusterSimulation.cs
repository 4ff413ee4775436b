using System.Diagnostics;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.Benchmarks.Clustering;

/// <summary>
/// A simulation of a cluster that is larger than any machine of ours: the placement as it is, within the exchanges' budgets, and the messages that nodes would
/// send, counted from how often they look and renew. No socket is opened.
/// </summary>
internal static class ClusterSimulation
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    /// <summary>Series of each market: roughly what the exchanges list, a handful of intervals of each.</summary>
    private static readonly (string Exchange, Market Market, double Share)[] Markets =
    [
        ("binance", Market.Spot, 0.20), ("binance", Market.UsdMargined, 0.15), ("okx", Market.Spot, 0.10), ("okx", Market.UsdMargined, 0.08),
        ("bybit", Market.Spot, 0.10), ("bybit", Market.UsdMargined, 0.10), ("gateio", Market.Spot, 0.17), ("gateio", Market.UsdMargined, 0.08),
        ("hyperliquid", Market.UsdMargined, 0.02),
    ];

    /// <summary>Runs it.</summary>
    public static int Run(int seriesCount, int nodeCount)
    {
        var budgets = VenueBudgets.Of(new ConnectorOptions());
        var series = Markets.SelectMany(one => Enumerable.Range(0, (int)(seriesCount * one.Share))
            .Select(number => new ClusterSeries(one.Exchange, one.Market, $"S{number}", Interval.OneMinute))).ToList();
        var nodes = Enumerable.Range(0, nodeCount).Select(number => new ClusterNode($"node-{number}", $"10.0.0.{number}")).ToList();
        var watch = Stopwatch.StartNew();
        var shards = ClusterShard.Divide(series);
        var dividing = watch.Elapsed;
        watch.Restart();
        var placement = ClusterPlacement.Place(shards, nodes, budgets);
        var placing = watch.Elapsed;
        Say($"SIMULATION: placement and counts of messages alone, no socket is opened; {series.Count:N0} series on {nodes.Count} nodes, each behind an address of its own");
        Say($"  {shards.Count} shards of {series.Count / (double)shards.Count:0.0} series; divided in {dividing.TotalMilliseconds:0} ms, placed in {placing.TotalMilliseconds:0} ms; {placement.Unplaced.Sum(one => one.Shard.Series.Count)} series without room");
        var load = nodes.Select(node => shards.Where(shard => placement.IsOn(shard, node.Id)).Sum(shard => shard.Series.Count)).Order().ToList();
        Say($"  series a node: {load[0]} to {load[^1]}, mean {load.Average():0}");

        var left = ClusterPlacement.Place(shards, [.. nodes.Skip(1)], budgets);
        var joined = ClusterPlacement.Place(shards, [.. nodes, new ClusterNode("joined", "10.0.1.0")], budgets);
        Say($"  a node leaves: {Moved(shards, placement, left):N0} series move, {load.Average():0} is one share; one joins: {Moved(shards, placement, joined):N0} move, {series.Count / (nodes.Count + 1.0):0} is one share");
        Resume(shards, placement, nodes[0], left, budgets);
        Messages(series.Count, shards.Count, nodes.Count);
        return 0;
    }

    private static int Moved(IReadOnlyList<ClusterShard> shards, Placement before, Placement after) =>
        shards.Where(shard => !before.Nodes[shard.Name].SequenceEqual(after.Nodes[shard.Name])).Sum(shard => shard.Series.Count);

    /// <summary>How long the requests that resume a dead node's series take by the exchanges' limits of the addresses that take them over.</summary>
    private static void Resume(
        IReadOnlyList<ClusterShard> shards, Placement before, ClusterNode dead, Placement after, IReadOnlyList<VenueBudget> budgets)
    {
        var longest = shards.Where(shard => before.IsOn(shard, dead.Id))
            .Join(budgets, shard => (shard.Exchange, shard.Market), budget => (budget.Exchange, budget.Market), (shard, budget) => (shard, budget))
            .GroupBy(one => (Node: after.Nodes[one.shard.Name][0], one.budget.Requests))
            .Select(of => (of.Key, Share: of.Sum(one => one.shard.Series.Count * one.budget.WeightPerSeries / one.budget.WeightPerMinute)))
            .MaxBy(of => of.Share);
        Say($"  to resume a dead node's series takes at most {longest.Share:P0} of a minute's request weight of any address ({longest.Key.Requests})");
    }

    private static void Messages(int series, int shards, int nodes)
    {
        var rounds = Math.Max(ClusterMember.RoundsOfLease / Lease.TotalSeconds, 1 / ClusterMember.LongestRound.TotalSeconds);
        var renewals = (shards + nodes) * ClusterMember.RenewalsOfLease / Lease.TotalSeconds;
        var lists = nodes * rounds * nodes; // each node reads the lease of each
        var book = nodes * ClusterMember.WantedReadings / Lease.TotalSeconds;
        Say($"  messages a second with leases of {Lease.TotalSeconds} s: {series / 60.0:N0} closes of 1m on average, {renewals:N0} renewals, {lists:N0} leases of nodes read, {book:N0} looks whether the book changed");
    }

    private static void Say(FormattableString words) => Console.WriteLine(FormattableString.Invariant(words));
}
