namespace OhlcvConnector.Application.Cluster;

/// <summary>Which nodes carry which shard.</summary>
/// <param name="Nodes">By the shard's name: the ids of its nodes, the preferred one first; none where nobody has room.</param>
/// <param name="Unplaced">The shards that have fewer nodes than wanted, and why.</param>
public sealed record Placement(IReadOnlyDictionary<string, IReadOnlyList<string>> Nodes, IReadOnlyList<UnplacedShard> Unplaced)
{
    /// <summary>Returns true when a node is to carry a shard.</summary>
    public bool IsOn(ClusterShard shard, string node)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return Nodes.TryGetValue(shard.Name, out var nodes) && nodes.Contains(node);
    }
}

/// <summary>A shard that has fewer nodes than wanted.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Missing">The number of nodes that it lacks.</param>
/// <param name="Reason">The reason, and what to do.</param>
public sealed record UnplacedShard(ClusterShard Shard, int Missing, string Reason);
