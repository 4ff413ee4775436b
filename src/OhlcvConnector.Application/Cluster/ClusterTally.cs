using System.Collections.Concurrent;

namespace OhlcvConnector.Application.Cluster;

/// <summary>Counts what a node of a cluster does.</summary>
internal sealed class ClusterTally
{
    private readonly ConcurrentDictionary<string, bool> _strangers = new(StringComparer.Ordinal);
    private long _taken;
    private long _given;
    private long _lost;
    private long _failedRounds;
    private bool _isTroubled;
    private bool _hasNamesake;

    public void Take() => Interlocked.Increment(ref _taken);

    public void Give() => Interlocked.Increment(ref _given);

    public void Lose() => Interlocked.Increment(ref _lost);

    /// <summary>Counts a round that failed.</summary>
    /// <returns>True when the one before it did not.</returns>
    public bool Fail()
    {
        Interlocked.Increment(ref _failedRounds);
        return !Interlocked.Exchange(ref _isTroubled, true);
    }

    /// <summary>Notes a round that did not fail.</summary>
    /// <returns>True when the one before it did.</returns>
    public bool Recover() => Interlocked.Exchange(ref _isTroubled, false);

    /// <summary>Notes that another has this node's name.</summary>
    /// <returns>True for the first time.</returns>
    public bool MeetNamesake() => !Interlocked.Exchange(ref _hasNamesake, true);

    /// <summary>Notes a node that cannot be read.</summary>
    /// <returns>True for the first time.</returns>
    public bool MeetStranger(string id) => _strangers.TryAdd(id, true);

    /// <summary>Returns what was counted, with what is there now.</summary>
    public ClusterCounts Of(bool isMember, ClusterPlan plan, IReadOnlyCollection<CarriedShard> carried, TimeSpan? leaseAge, int unknown) => new(
        isMember, plan.Nodes.Count, plan.Series.Count, plan.Shards.Count, plan.Placement.Unplaced.Sum(one => one.Shard.Series.Count),
        carried.Count, carried.Sum(one => one.Followed.Count), unknown, Interlocked.Read(ref _taken), Interlocked.Read(ref _given),
        Interlocked.Read(ref _lost), Interlocked.Read(ref _failedRounds), leaseAge);
}
