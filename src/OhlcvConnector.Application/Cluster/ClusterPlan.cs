namespace OhlcvConnector.Application.Cluster;

/// <summary>What the cluster is to look like: made anew only when the nodes or the series are others.</summary>
/// <param name="Nodes">The nodes that live, by their ids.</param>
/// <param name="Series">The series that are wanted.</param>
/// <param name="Shards">The shards of those.</param>
/// <param name="Placement">Who carries which.</param>
internal sealed record ClusterPlan(
    IReadOnlyList<ClusterNode> Nodes, IReadOnlyList<ClusterSeries> Series, IReadOnlyList<ClusterShard> Shards, Placement Placement)
{
    /// <summary>Plan before anything is known.</summary>
    public static ClusterPlan Empty { get; } = new([], [], [], new Placement(new Dictionary<string, IReadOnlyList<string>>(), []));

    /// <summary>Returns the plan for what is there now.</summary>
    public static ClusterPlan Next(ClusterPlan last, IReadOnlyList<ClusterNode> nodes, IReadOnlyList<ClusterSeries> series, ClusterMemberOptions options)
    {
        if (nodes.SequenceEqual(last.Nodes) && series.SequenceEqual(last.Series))
        {
            return last;
        }

        var shards = ClusterShard.Divide(series);
        return new ClusterPlan(nodes, series, shards, ClusterPlacement.Place(shards, nodes, options.Budgets, options.Redundancy));
    }

    /// <summary>Returns true when a shard is to be carried by a node.</summary>
    public bool IsOn(ClusterShard shard, string node) => Placement.IsOn(shard, node);

    /// <summary>Returns the shards of a node.</summary>
    public IEnumerable<ClusterShard> Of(string node) => Shards.Where(shard => Placement.IsOn(shard, node));
}
