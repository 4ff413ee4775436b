using Prometheus;

namespace OhlcvConnector.Server.Cluster;

/// <summary>The metrics of this node of a cluster, filled when they are asked for.</summary>
/// <param name="metrics">Makes them.</param>
/// <param name="cluster">The node; null where this server is none, and all of them stay 0.</param>
internal sealed class ClusterMetrics(IMetricFactory metrics, ClusterService? cluster = null)
{
    private readonly Gauge _member = metrics.CreateGauge("connector_cluster_member", "1 while this node holds the lease that says that it lives.");
    private readonly Gauge _nodes = metrics.CreateGauge("connector_cluster_nodes", "Nodes that live, as this one sees it.");
    private readonly Gauge _wanted = metrics.CreateGauge("connector_cluster_wanted_series", "Series that the cluster is to carry.");
    private readonly Gauge _unplaced = metrics.CreateGauge(
        "connector_cluster_unplaced_series", "Series that fewer nodes carry than wanted, for no address has room or too few nodes live.");
    private readonly Gauge _unknown = metrics.CreateGauge(
        "connector_cluster_unknown_series", "Series that this node is to carry, and that the exchange does not have.");
    private readonly Gauge _shards = metrics.CreateGauge("connector_cluster_carried_shards", "Shards that this node carries.");
    private readonly Gauge _series = metrics.CreateGauge("connector_cluster_carried_series", "Series that this node carries.");
    private readonly Counter _moves = metrics.CreateCounter(
        "connector_cluster_moves_total", "Shards that this node took, gave back, or lost because it could not renew their lease.", ["move"]);
    private readonly Counter _failed = metrics.CreateCounter("connector_cluster_failed_rounds_total", "Times that the leases could not be reached.");
    private readonly Gauge _age = metrics.CreateGauge(
        "connector_cluster_lease_age_seconds", "Time since the lease was renewed that was renewed longest ago; 0 for none.");
    private readonly Gauge _duration = metrics.CreateGauge("connector_cluster_lease_seconds", "How long a lease holds without being renewed; 0 for no node.");

    /// <summary>Reads all counters.</summary>
    public void Update()
    {
        var counts = cluster?.Counts;
        _member.Set(counts is { IsMember: true } ? 1 : 0);
        _nodes.Set(counts?.Nodes ?? 0);
        _wanted.Set(counts?.WantedSeries ?? 0);
        _unplaced.Set(counts?.UnplacedSeries ?? 0);
        _unknown.Set(counts?.UnknownSeries ?? 0);
        _shards.Set(counts?.CarriedShards ?? 0);
        _series.Set(counts?.CarriedSeries ?? 0);
        _moves.WithLabels("taken").IncTo(counts?.Taken ?? 0);
        _moves.WithLabels("given").IncTo(counts?.Given ?? 0);
        _moves.WithLabels("lost").IncTo(counts?.Lost ?? 0);
        _failed.IncTo(counts?.FailedRounds ?? 0);
        _age.Set(counts?.LeaseAge?.TotalSeconds ?? 0);
        _duration.Set(cluster?.Lease.TotalSeconds ?? 0);
    }
}
