using System.Text.Json.Serialization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>What all nodes of a cluster have in common; the first writes it, the others are compared with it.</summary>
public sealed record ClusterCharter
{
    /// <summary>The format's version.</summary>
    public string Version { get; init; } = ClusterVersion.Written;

    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>True when its exchanges are simulated, or test networks.</summary>
    [JsonRequired]
    public bool Simulated { get; init; }

    /// <summary>How long a lease holds without being renewed, in seconds.</summary>
    public double LeaseSeconds { get; init; } = 6;

    /// <summary>The number of nodes that carry each series.</summary>
    public int Redundancy { get; init; } = 1;

    /// <summary>Compares the charter of a node with that which is there.</summary>
    /// <param name="there">The charter of the bucket.</param>
    /// <param name="bucket">The bucket, for the message.</param>
    /// <exception cref="InvalidSettingException">They are of different clusters, or disagree; the message names both.</exception>
    /// <exception cref="ClusterException">A program that is newer by a major version wrote it.</exception>
    public void Check(ClusterCharter there, string bucket)
    {
        ArgumentNullException.ThrowIfNull(there);
        ClusterVersion.Check(there.Version, $"The cluster in the bucket '{bucket}'");
        if (there.Cluster != Cluster)
        {
            throw new InvalidSettingException($"The bucket '{bucket}' is that of the cluster '{there.Cluster}', and this is '{Cluster}'. Give it a bucket of its own (ClusterBucket), or the other's name (ClusterName).");
        }

        if (there.Simulated != Simulated)
        {
            throw new InvalidSettingException($"The cluster '{there.Cluster}' in the bucket '{bucket}' is of {Kind(there.Simulated)} exchanges, and this is of {Kind(Simulated)} ones; the two are never mixed. Name another bucket and cluster (ClusterBucket, ClusterName).");
        }

        if (there.LeaseSeconds != LeaseSeconds)
        {
            throw new InvalidSettingException(FormattableString.Invariant($"The nodes of the cluster '{there.Cluster}' have leases of {there.LeaseSeconds} s, and this one of {LeaseSeconds} s (ClusterLease). Give it the same; to change it for all, end all nodes and run 'connector-cli cluster forget'."));
        }

        if (there.Redundancy != Redundancy)
        {
            throw new InvalidSettingException(FormattableString.Invariant($"The nodes of the cluster '{there.Cluster}' carry each series {there.Redundancy} times, and this one {Redundancy} times (ClusterRedundancy). Give it the same; to change it for all, end all nodes and run 'connector-cli cluster forget'."));
        }
    }

    private static string Kind(bool isSimulated) => isSimulated ? "simulated" : "real";
}
