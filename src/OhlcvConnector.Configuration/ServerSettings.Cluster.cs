using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>The settings of a node of a cluster.</summary>
public static partial class ServerSettings
{
    private static SettingTable<ServerOptions> AddCluster(SettingTable<ServerOptions> table) => table
        .Text(
            nameof(ServerOptions.Cluster), "nats, tls addresses, separated by commas", options => options.Cluster, (options, value) => options.Cluster = value,
            "NATS servers on which the nodes of a cluster meet: `nats://user:password@host:4222?stream=OHLCV&replicas=3`. This server is then one, and "
            + "publishes its share of the cluster's series to that stream ([how](../scaling.md)).")
        .Also(option: "--cluster")
        .Text(
            nameof(ServerOptions.ClusterName), "text", options => options.ClusterName, (options, value) => options.ClusterName = value,
            "The cluster's name, the same for all its nodes.")
        .Text(
            nameof(ServerOptions.ClusterBucket), "letters, digits, `-` and `_`", options => options.ClusterBucket,
            (options, value) => options.ClusterBucket = value, "The bucket of JetStream that the cluster's nodes share; each cluster has its own.")
        .Text(
            nameof(ServerOptions.ClusterNode), "letters, digits, `-` and `_`", options => options.ClusterNode, (options, value) => options.ClusterNode = value,
            "This node's name, another for each; none for the machine's.")
        .Also(option: "--cluster-node")
        .Text(
            nameof(ServerOptions.ClusterAddress), "text", options => options.ClusterAddress, (options, value) => options.ClusterAddress = value,
            "The address that exchanges see, or any name for it: nodes that say the same share its limits; none for one of its own.")
        .Parsed(
            nameof(ServerOptions.ClusterWeight), "0.01 to 100", "a number from 0.01 to 100",
            options => options.ClusterWeight.ToString(CultureInfo.InvariantCulture),
            (options, text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value is >= 0.01 and <= 100 && (options.ClusterWeight = value) == value,
            "How much this node carries beside others: one of 2 gets twice as much as one of 1.")
        .Seconds(
            nameof(ServerOptions.ClusterLease), 1, 300, options => options.ClusterLease, (options, value) => options.ClusterLease = value,
            "How long a lease holds without being renewed: so long after a node died others take what it carried. The same for all nodes.")
        .Whole(
            nameof(ServerOptions.ClusterRedundancy), 1, 3, options => options.ClusterRedundancy, (options, value) => options.ClusterRedundancy = value,
            "How many nodes carry each series; the first to bring a candle wins. The same for all nodes.")
        .Text(
            nameof(ServerOptions.ClusterLeases), "`postgres://user:password@host/database`", options => options.ClusterLeases,
            (options, value) => options.ClusterLeases = value, "A PostgreSQL database that keeps the leases; none for the NATS servers.");

    private static void CheckCluster(ServerOptions options)
    {
        if (options.Cluster is not null && options.Upstream is not null)
        {
            throw new InvalidSettingException(
                $"{nameof(options.Cluster)} and {nameof(options.Upstream)} exclude each other: a node of a cluster reads from the exchanges.");
        }

        if (options.Cluster is not null && options.Bus is not null)
        {
            throw new InvalidSettingException(
                $"{nameof(options.Cluster)} and {nameof(options.Bus)} exclude each other: a node publishes what the cluster says, to the cluster's bus.");
        }
    }
}
