namespace OhlcvConnector.Application.Cluster;

/// <summary>What a node of a cluster is and did so far, as it sees it.</summary>
/// <param name="IsMember">True while it holds the lease that says that it lives.</param>
/// <param name="Nodes">The nodes that live, this one included.</param>
/// <param name="WantedSeries">The series that the cluster is to carry.</param>
/// <param name="Shards">The shards that those make.</param>
/// <param name="UnplacedSeries">The series of shards that fewer nodes carry than wanted.</param>
/// <param name="CarriedShards">The shards that this node carries.</param>
/// <param name="CarriedSeries">The series that this node publishes.</param>
/// <param name="UnknownSeries">The series that were to be carried here, and that the exchange does not have.</param>
/// <param name="Taken">Shards that were taken.</param>
/// <param name="Given">Shards that were given back, for another node or because they are wanted no more.</param>
/// <param name="Lost">Shards that were lost, because their lease could not be renewed in time.</param>
/// <param name="FailedRounds">Rounds in which the leases could not be reached.</param>
/// <param name="LeaseAge">The time since the lease was renewed that was renewed longest ago; null for none.</param>
public sealed record ClusterCounts(
    bool IsMember, int Nodes, int WantedSeries, int Shards, int UnplacedSeries, int CarriedShards, int CarriedSeries, int UnknownSeries, long Taken, long Given,
    long Lost, long FailedRounds, TimeSpan? LeaseAge);
