using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>A lease that this node holds.</summary>
/// <param name="Lease">The lease as it was taken or renewed last.</param>
/// <param name="At">Timestamp of this machine before that was asked for.</param>
internal sealed record HeldLease(Lease Lease, long At);

/// <summary>A shard that this node carries.</summary>
internal sealed class CarriedShard(ClusterShard shard, HeldLease held)
{
    /// <summary>The shard.</summary>
    public ClusterShard Shard { get; set; } = shard;

    /// <summary>Its lease.</summary>
    public HeldLease Held { get; set; } = held;

    /// <summary>The series that are published; only to be touched while <see cref="Starting"/> is over, or by it.</summary>
    public Dictionary<ClusterSeries, Series> Followed { get; } = [];

    /// <summary>Ends the start.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Timestamp of the last start; null when it is to be started again at once.</summary>
    public long? TriedAt { get; set; }

    /// <summary>Completes when all series are found and published, those apart that could not be found; never fails.</summary>
    public Task Starting { get; set; } = Task.CompletedTask;
}
