using Prometheus;

namespace OhlcvConnector.Server.Cluster;

/// <summary>The metrics of this node of a cluster, filled when they are asked for.</summary>
internal sealed class ClusterMetrics(ClusterService cluster, IMetricFactory metrics)
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
    private readonly Gauge _duration = metrics.CreateGauge("connector_cluster_lease_seconds", "How long a lease holds without being renewed.");

    /// <summary>Reads all counters.</summary>
    public void Update()
    {
        _duration.Set(cluster.Lease.TotalSeconds);
        if (cluster.Counts is not { } counts)
        {
            return;
        }

        _member.Set(counts.IsMember ? 1 : 0);
        _nodes.Set(counts.Nodes);
        _wanted.Set(counts.WantedSeries);
        _unplaced.Set(counts.UnplacedSeries);
        _unknown.Set(counts.UnknownSeries);
        _shards.Set(counts.CarriedShards);
        _series.Set(counts.CarriedSeries);
        _moves.WithLabels("taken").IncTo(counts.Taken);
        _moves.WithLabels("given").IncTo(counts.Given);
        _moves.WithLabels("lost").IncTo(counts.Lost);
        _failed.IncTo(counts.FailedRounds);
        _age.Set(counts.LeaseAge?.TotalSeconds ?? 0);
    }
}
