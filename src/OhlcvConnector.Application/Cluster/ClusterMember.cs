using System.Collections.Concurrent;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>
/// A node of a cluster: holds a lease that says it lives, takes the leases of the shards that are placed on it, and publishes their series while it holds them.
/// Nobody leads: each node reads who lives and which series are wanted, and finds the same placement. What another node still holds is waited for, so that it
/// hands over; what is held by a node that died is taken when that node's lease ends.
/// </summary>
/// <remarks>A node that was suspended and wakes publishes what its lease no longer allows until it has looked; the bus refuses that.</remarks>
public sealed partial class ClusterMember
{
    /// <summary>What the names of the leases of nodes begin with.</summary>
    public const string NodePrefix = "node.";

    /// <summary>What the names of the leases of shards begin with; behind it the shard and the number of the copy.</summary>
    public const string ShardPrefix = "shard.";

    internal const int RoundsOfLease = 6;
    internal const int RenewalsOfLease = 3;
    internal const int LooksOfRound = 8; // for a lease that is about to end
    internal const int WantedReadings = 2; // a lease
    internal static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30); // for series that were not found, at exchanges that did not answer

    private readonly ILeases _leases;
    private readonly Func<CancellationToken, Task<IReadOnlyList<ClusterSeries>>> _wanted;
    private readonly PublishQuotes _publishing;
    private readonly ClusterSeriesFinder _finder;
    private readonly ClusterMemberOptions _options;
    private readonly TimeProvider _timer;
    private readonly ConcurrentDictionary<string, CarriedShard> _carried = new(StringComparer.Ordinal);
    private readonly ClusterTally _tally = new();
    private readonly HashSet<string> _dead = new(StringComparer.Ordinal); // nodes that were there, and whose lease ended
    private HeldLease? _self;
    private TimeSpan _pause; // until the next round: a whole one, or until the lease of another node ends
    private ClusterPlan _plan = ClusterPlan.Empty;
    private long? _wantedRead;
    private IReadOnlyList<ClusterSeries> _series = [];

    /// <summary>Creates it; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="leases">The leases. They stay the caller's.</param>
    /// <param name="wanted">Reads the series that the cluster is to carry, the same for every node.</param>
    /// <param name="publishing">What publishes them; its <see cref="PublishQuotes.RunAsync"/> is the caller's to run.</param>
    /// <param name="instruments">The listings.</param>
    /// <param name="options">Who this node is, and what it may.</param>
    /// <param name="timer">The clock that leases are watched with, which only has to run on evenly; null for this machine's.</param>
    public ClusterMember(
        ILeases leases, Func<CancellationToken, Task<IReadOnlyList<ClusterSeries>>> wanted, PublishQuotes publishing, IInstrumentRepository instruments,
        ClusterMemberOptions options, TimeProvider? timer = null)
    {
        (_leases, _wanted, _publishing, _options, _timer) = (leases, wanted, publishing, options, timer ?? TimeProvider.System);
        _finder = new ClusterSeriesFinder(instruments);
    }

    /// <summary>Is told in words what goes wrong, and when it is well again. Called by whatever thread learns of it; it must not block. Set it before
    /// running.</summary>
    public Action<string>? OnTrouble { get; set; }

    /// <summary>Is told in words of what moves. Called by whatever thread does it; it must not block. Set it before running.</summary>
    public Action<string>? OnMove { get; set; }

    /// <summary>What this node is and did so far.</summary>
    public ClusterCounts Counts => _tally.Of(
        IsMember, _plan, [.. _carried.Values],
        _self is { } self ? _carried.Values.Select(one => one.Held.At).Append(self.At).Max(at => _timer.GetElapsedTime(at)) : null, _finder.Unknown);

    /// <summary>True while it holds the lease that says it lives, as far as it can know: one that could not be renewed in time has ended.</summary>
    private bool IsMember => _self is { } self && _timer.GetElapsedTime(self.At) <= _leases.Duration;

    private TimeSpan Round => _leases.Duration / RoundsOfLease < LongestRound ? _leases.Duration / RoundsOfLease : LongestRound;

    /// <summary>Takes part until it is cancelled; then it gives back all it has, so that others take it at once.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled, and everything is given back or was lost.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                await RoundAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(_pause, _timer, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        _pause = Round;
        using var patience = new CancellationTokenSource(_leases.Duration / RenewalsOfLease, _timer);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            if (await StayAsync(either.Token).ConfigureAwait(false))
            {
                await RenewAsync(either.Token).ConfigureAwait(false);
                _plan = await PlanAsync(either.Token).ConfigureAwait(false);
                await Task.WhenAll(GiveAsync(either.Token), TakeAsync(either.Token), ChangeAsync()).ConfigureAwait(false);
            }

            if (_tally.Recover())
            {
                OnTrouble?.Invoke($"{_leases.Location} answers again.");
            }
        }
        catch (Exception exception) when (
            exception is ClusterException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (_tally.Fail())
            {
                OnTrouble?.Invoke(exception is ClusterException
                    ? exception.Message
                    : FormattableString.Invariant($"{_leases.Location} does not answer within {(_leases.Duration / RenewalsOfLease).TotalSeconds:0.#} s. What is carried goes on until its lease has ended."));
            }
        }

        await DropOverdueAsync().ConfigureAwait(false);
    }

    /// <summary>Holds the lease that says that this node lives.</summary>
    /// <returns>False while another has this node's name.</returns>
    private async Task<bool> StayAsync(CancellationToken cancellationToken)
    {
        var at = _timer.GetTimestamp();
        if (_self is { } self)
        {
            if (!IsDue(self))
            {
                return true;
            }

            _self = await _leases.TryRenewAsync(self.Lease, Note(), cancellationToken).ConfigureAwait(false) is { } renewed
                ? new HeldLease(renewed, at)
                : null;
            if (_self is not null)
            {
                return true;
            }

            OnTrouble?.Invoke($"The node '{_options.Node.Id}' was not heard of for longer than its lease, and others may carry what it carried. It joins again.");
        }

        var taken = await _leases.TryAcquireAsync(NodePrefix + _options.Node.Id, Note(), cancellationToken).ConfigureAwait(false);
        _self = taken is null ? null : new HeldLease(taken, at);
        if (taken is null && _tally.MeetNamesake())
        {
            OnTrouble?.Invoke(FormattableString.Invariant($"Another process has the node's name '{_options.Node.Id}', or had it until {_leases.Duration.TotalSeconds:0.#} s ago. This one waits; give each node a name of its own (ClusterNode)."));
        }

        return taken is not null;
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_carried.Values.Where(one => IsDue(one.Held)).Select(async one =>
        {
            var at = _timer.GetTimestamp();
            if (await _leases.TryRenewAsync(one.Held.Lease, _options.Node.Id, cancellationToken).ConfigureAwait(false) is { } renewed)
            {
                one.Held = new HeldLease(renewed, at);
                return;
            }

            await LoseAsync(one, "its lease had ended").ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    private async Task<ClusterPlan> PlanAsync(CancellationToken cancellationToken)
    {
        if (_wantedRead is not { } read || _timer.GetElapsedTime(read) > _leases.Duration / WantedReadings)
        {
            _series = await _wanted(cancellationToken).ConfigureAwait(false);
            _wantedRead = _timer.GetTimestamp();
        }

        var nodes = new List<ClusterNode> { _options.Node };
        _dead.UnionWith(_plan.Nodes.Select(node => node.Id));
        foreach (var lease in await _leases.ListAsync(NodePrefix, cancellationToken).ConfigureAwait(false))
        {
            var id = lease.Name[NodePrefix.Length..];
            _dead.Remove(id);
            if (id == _options.Node.Id)
            {
                continue;
            }

            _pause = lease.Left >= _pause ? _pause : lease.Left > Round / LooksOfRound ? lease.Left : Round / LooksOfRound;
            if (NodeNote.Read(lease.Note) is { } note)
            {
                nodes.AddRange(note.IsLeaving ? [] : [new ClusterNode(id, note.Address, note.Weight)]);
            }
            else if (_tally.MeetStranger(id))
            {
                OnTrouble?.Invoke($"What the node '{id}' says of itself cannot be read: it is of another major version. Nothing is placed on it from here; what it holds is left to it.");
            }
        }

        return ClusterPlan.Next(_plan, [.. nodes.OrderBy(node => node.Id, StringComparer.Ordinal)], _series, _options);
    }

    private async Task LeaveAsync()
    {
        using var patience = new CancellationTokenSource(_leases.Duration, _timer);
        try
        {
            var self = _self?.Lease;
            _self = null;
            if (self is not null) // from now on others want what is held here
            {
                self = await _leases.TryRenewAsync(self, Note(isLeaving: true), patience.Token).ConfigureAwait(false);
            }

            _plan = ClusterPlan.Empty;
            await GiveAsync(patience.Token).ConfigureAwait(false);
            if (self is not null)
            {
                await _leases.ReleaseAsync(self, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ClusterException or OperationCanceledException)
        {
            OnTrouble?.Invoke($"Not all leases could be given back; they end by themselves ({exception.Message}).");
        }
    }

    private bool IsDue(HeldLease held) => _timer.GetElapsedTime(held.At) >= _leases.Duration / RenewalsOfLease - Round;

    private string Note(bool isLeaving = false) => new NodeNote
    {
        IsLeaving = isLeaving,
        Address = _options.Node.Address,
        Weight = _options.Node.Weight,
        Program = _options.Program,
        Process = _options.Process,
        Shards = _carried.Count,
        Series = _carried.Values.Sum(one => one.Followed.Count),
    }.ToJson();
}
