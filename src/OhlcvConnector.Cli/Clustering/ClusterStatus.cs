using OhlcvConnector.Application.Cluster;

namespace OhlcvConnector.Cli.Clustering;

/// <summary>What a cluster is at one moment.</summary>
/// <param name="Location">Where its book is.</param>
/// <param name="Charter">What its nodes agreed on; null where none ever joined.</param>
/// <param name="Nodes">The nodes that live, with what each says of itself; null where that cannot be read.</param>
/// <param name="Shards">The shards of the wanted series, and the nodes that hold each.</param>
internal sealed record ClusterStatus(
    string Location, ClusterCharter? Charter, IReadOnlyList<(string Id, NodeNote? Note)> Nodes,
    IReadOnlyList<(ClusterShard Shard, IReadOnlyList<string> Nodes)> Shards)
{
    /// <summary>True when each shard is carried by as many nodes as wanted.</summary>
    public bool IsWhole => Shards.All(one => one.Nodes.Count >= (Charter?.Redundancy ?? 1));

    /// <summary>Reads it.</summary>
    /// <exception cref="Domain.ClusterException">The servers do not answer, or what is there cannot be read.</exception>
    public static async Task<ClusterStatus> ReadAsync(OpenCluster cluster, CancellationToken cancellationToken)
    {
        var charter = await cluster.Book.CharterAsync(cancellationToken).ConfigureAwait(false);
        var shards = ClusterShard.Divide(await cluster.Book.SeriesAsync(cancellationToken).ConfigureAwait(false));
        if (charter is null)
        {
            return new ClusterStatus(cluster.Book.Location, null, [], [.. shards.Select(shard => (shard, (IReadOnlyList<string>)[]))]);
        }

        var leases = await cluster.LeasesAsync(charter, cancellationToken).ConfigureAwait(false);
        var nodes = await leases.ListAsync(ClusterMember.NodePrefix, cancellationToken).ConfigureAwait(false);
        var holders = (await leases.ListAsync(ClusterMember.ShardPrefix, cancellationToken).ConfigureAwait(false))
            .ToLookup(lease => lease.Name[ClusterMember.ShardPrefix.Length..lease.Name.LastIndexOf('.')], lease => lease.Note);
        return new ClusterStatus(
            cluster.Book.Location, charter,
            [
                .. nodes.OrderBy(lease => lease.Name, StringComparer.Ordinal)
                    .Select(lease => (lease.Name[ClusterMember.NodePrefix.Length..], NodeNote.Read(lease.Note))),
            ],
            [.. shards.Select(shard => (shard, (IReadOnlyList<string>)[.. holders[shard.Name].Order(StringComparer.Ordinal)]))]);
    }
}
