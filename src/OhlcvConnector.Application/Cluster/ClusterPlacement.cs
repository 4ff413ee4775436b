namespace OhlcvConnector.Application.Cluster;

/// <summary>
/// Places shards on nodes: rendezvous hashing with weights (Thaler and Ravishankar 1998; the weights after Schindelhauer and Schomaker 2005), within the
/// exchanges' budgets of each address. Who knows the same shards and nodes finds the same placement, and nobody needs to be told. Where budgets do not bind, a
/// node that joins takes its share and moves nothing else, and one that leaves moves only what it had.
/// </summary>
public static class ClusterPlacement
{
    private const double Fractions = 1L << 53; // that a double tells apart between 0 and 1

    /// <summary>Places shards.</summary>
    /// <param name="shards">The shards.</param>
    /// <param name="nodes">The nodes that live.</param>
    /// <param name="budgets">What exchanges allow one address; a market without one has no limits.</param>
    /// <param name="redundancy">The number of nodes that carry each shard, 1 or more.</param>
    public static Placement Place(
        IReadOnlyCollection<ClusterShard> shards, IReadOnlyCollection<ClusterNode> nodes, IReadOnlyCollection<VenueBudget> budgets, int redundancy = 1)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(budgets);
        ArgumentOutOfRangeException.ThrowIfLessThan(redundancy, 1);
        var budget = new PlacementBudget(budgets);
        var placed = shards.ToDictionary(shard => shard.Name, _ => new List<string>(redundancy), StringComparer.Ordinal);
        var preferences = shards
            .SelectMany(shard => nodes, (shard, node) => (Shard: shard, Node: node, Score: Score(shard, node)))
            .OrderByDescending(one => one.Score).ThenBy(one => one.Shard.Name, StringComparer.Ordinal).ThenBy(one => one.Node.Id, StringComparer.Ordinal)
            .ToList();
        Assign(budget.IsComfortable);
        Assign((_, _) => true); // slow to resume is better than not carried
        return new Placement(
            placed.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<string>)entry.Value, StringComparer.Ordinal),
            [
                .. shards.Where(shard => placed[shard.Name].Count < redundancy)
                    .Select(shard => Unplaced(shard, redundancy, placed[shard.Name].Count, nodes.Count)),
            ]);

        void Assign(Func<ClusterNode, ClusterShard, bool> isWelcome)
        {
            foreach (var (shard, node, _) in preferences)
            {
                var of = placed[shard.Name];
                if (of.Count < redundancy && !of.Contains(node.Id) && budget.HasRoom(node, shard) && isWelcome(node, shard))
                {
                    of.Add(node.Id);
                    budget.Take(node, shard);
                }
            }
        }
    }

    /// <summary>
    /// Returns how much a shard prefers a node: the weight over an exponentially distributed number, so that the highest of all is a node's with the
    /// probability of its share of all weights.
    /// </summary>
    private static double Score(ClusterShard shard, ClusterNode node) =>
        -node.Weight / Math.Log(((StableHash.Of($"{node.Id}\n{shard.Name}") >> 11) + 0.5) / Fractions);

    private static UnplacedShard Unplaced(ClusterShard shard, int redundancy, int placed, int nodes) => new(
        shard, redundancy - placed,
        nodes < redundancy
            ? $"{redundancy} nodes are wanted for it, and {nodes} live. Start another node."
            : $"No address has room for {shard.Series.Count} more series of {shard.Exchange}. Start a node behind another address, or carry fewer series.");
}
