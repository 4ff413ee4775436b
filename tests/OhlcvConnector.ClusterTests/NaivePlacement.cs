using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using OhlcvConnector.Application.Cluster;

namespace OhlcvConnector.ClusterTests;

/// <summary>
/// The placement once more, slowly: the best pair of shard and node that is still allowed, again and again, all sums added up anew each time. A node's share
/// comes from u^(1/weight), the form of Efraimidis and Spirakis, which has the same order as weight / -ln u.
/// </summary>
internal static class NaivePlacement
{
    public static Dictionary<string, List<string>> Place(
        IReadOnlyList<ClusterShard> shards, IReadOnlyList<ClusterNode> nodes, IReadOnlyList<VenueBudget> budgets, int redundancy)
    {
        var taken = new List<(ClusterShard Shard, ClusterNode Node)>();
        var scores = shards.SelectMany(shard => nodes, (shard, node) => (shard, node))
            .ToDictionary(pair => (pair.shard.Name, pair.node.Id), pair => Math.Pow(Uniform($"{pair.node.Id}\n{pair.shard.Name}"), 1 / pair.node.Weight));
        foreach (var isStrict in new[] { true, false })
        {
            var left = shards.SelectMany(shard => nodes, (shard, node) => (Shard: shard, Node: node)).ToList(); // room only shrinks: each is asked once
            while (left.Count > 0)
            {
                var best = left.MaxBy(pair => scores[(pair.Shard.Name, pair.Node.Id)]);
                left.Remove(best);
                var copies = taken.Where(one => one.Shard == best.Shard).ToList();
                if (copies.Count < redundancy && copies.All(one => one.Node != best.Node) && Fits([.. taken, best], best, budgets, isStrict))
                {
                    taken.Add(best);
                }
            }
        }

        return shards.ToDictionary(shard => shard.Name, shard => taken.Where(one => one.Shard == shard).Select(one => one.Node.Id).ToList());
    }

    private static bool Fits(
        List<(ClusterShard Shard, ClusterNode Node)> all, (ClusterShard Shard, ClusterNode Node) last, IReadOnlyList<VenueBudget> budgets, bool isStrict)
    {
        var budget = budgets.SingleOrDefault(one => one.Exchange == last.Shard.Exchange && one.Market == last.Shard.Market);
        if (budget is null)
        {
            return true;
        }

        var here = all.Where(one => one.Node.Address == last.Node.Address && one.Shard.Exchange == budget.Exchange).ToList();
        var series = here.Sum(one => one.Shard.Series.Count);
        var connections = here.GroupBy(one => one.Node.Id)
            .Sum(node => (int)Math.Ceiling(node.Sum(one => one.Shard.Series.Count) / (double)budget.SeriesPerConnection));
        return series <= budget.Series && connections <= budget.Connections && (!isStrict || series * budget.WeightPerSeries <= budget.WeightPerMinute);
    }

    private static double Uniform(string text)
    {
        var first = new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8), isUnsigned: true, isBigEndian: true);
        return ((double)(first >> 11) + 0.5) / Math.Pow(2, 53);
    }
}
