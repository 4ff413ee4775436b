using OhlcvConnector.Messaging.Nats.Cluster;

namespace OhlcvConnector.Configuration;

/// <content>The settings of a node of a cluster.</content>
public sealed partial class ServerOptions
{
    /// <summary>
    /// NATS servers, <c>nats://user:password@host:4222?stream=OHLCV&amp;replicas=3</c>, on which nodes meet: this server is then a node of a cluster, and
    /// publishes its share of the cluster's series to that stream; null for none.
    /// </summary>
    public string? Cluster { get; set; }

    /// <summary>Name of the cluster, the same for all of its nodes.</summary>
    public string ClusterName { get; set; } = "ohlcv";

    /// <summary>Bucket of JetStream in which the cluster keeps what its nodes share; one of its own for each cluster.</summary>
    public string ClusterBucket { get; set; } = NatsCluster.DefaultBucket;

    /// <summary>Name of this node, another for each; null for the machine's.</summary>
    public string? ClusterNode { get; set; }

    /// <summary>Address that exchanges see, or any name for it: nodes that name the same one share its limits. Null for one of its own.</summary>
    public string? ClusterAddress { get; set; }

    /// <summary>Weight of this node: how much it carries beside others. 0.01 to 100.</summary>
    public double ClusterWeight { get; set; } = 1;

    /// <summary>Time that a lease holds without being renewed: after it what a dead node carried is taken by others. 1 s to 5 min.</summary>
    public TimeSpan ClusterLease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Number of nodes that carry each series; of the candles of several the first is stored. 1 to 3.</summary>
    public int ClusterRedundancy { get; set; } = 1;

    /// <summary>Database that keeps the leases, <c>postgres://user:password@host/database</c>; null for the NATS servers.</summary>
    public string? ClusterLeases { get; set; }
}
