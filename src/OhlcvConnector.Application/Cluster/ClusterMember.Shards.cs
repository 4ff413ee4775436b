using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <content>What happens to shards: they are taken, changed, given back, or lost.</content>
public sealed partial class ClusterMember
{
    /// <summary>Gives back what is placed on others, or wanted no more.</summary>
    private Task GiveAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_carried.Values.Where(one => !_plan.IsOn(one.Shard, _options.Node.Id)).Select(async one =>
        {
            await StopAsync(one).ConfigureAwait(false);
            await _leases.ReleaseAsync(one.Held.Lease, cancellationToken).ConfigureAwait(false);
            _tally.Give();
            OnMove?.Invoke($"{one.Shard.Name} ({one.Shard.Series.Count} series) is given to others.");
        }));

    /// <summary>Takes what is placed on this node and free, or of a node that died.</summary>
    private Task TakeAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_plan.Of(_options.Node.Id).Where(shard => !_carried.ContainsKey(shard.Name)).Select(async shard =>
        {
            for (var copy = 0; copy < _options.Redundancy; copy++)
            {
                var at = _timer.GetTimestamp();
                if (await TakeAsync($"{ShardPrefix}{shard.Name}.{copy}", cancellationToken).ConfigureAwait(false) is { } lease)
                {
                    var one = new CarriedShard(shard, new HeldLease(lease, at));
                    Start(one);
                    _carried[shard.Name] = one; // not before: what is seen here and has not started is started by ChangeAsync, too
                    _tally.Take();
                    OnMove?.Invoke($"{shard.Name} ({shard.Series.Count} series) is carried here.");
                    return;
                }
            }
        }));

    private async Task<Lease?> TakeAsync(string name, CancellationToken cancellationToken) =>
        await _leases.TryAcquireAsync(name, _options.Node.Id, cancellationToken).ConfigureAwait(false)
        ?? (_dead.Count > 0 ? await _leases.TryInheritAsync(name, _options.Node.Id, _dead, cancellationToken).ConfigureAwait(false) : null);

    /// <summary>Follows and leaves what came and went in shards that stay, and looks again for what was not found.</summary>
    private Task ChangeAsync() => Task.WhenAll(_plan.Of(_options.Node.Id).Select(async now =>
    {
        if (!_carried.TryGetValue(now.Name, out var one) || !one.Starting.IsCompleted)
        {
            return; // it is another's, or looked at again in the next round
        }

        if (!ReferenceEquals(now, one.Shard))
        {
            var gone = one.Shard.Series.Except(now.Series).ToList();
            one.Shard = now;
            await _publishing.LeaveAsync([.. gone.Where(one.Followed.ContainsKey).Select(series => one.Followed[series])]).ConfigureAwait(false);
            gone.ForEach(series => one.Followed.Remove(series));
            _finder.Forget(gone);
            one.TriedAt = null;
        }

        if (one.Followed.Count < one.Shard.Series.Count && (one.TriedAt is not { } at || _timer.GetElapsedTime(at) > LookAgain))
        {
            Start(one);
        }
    }));

    private void Start(CarriedShard one)
    {
        one.TriedAt = _timer.GetTimestamp();
        one.Starting = StartAsync(one);
    }

    private async Task StartAsync(CarriedShard one)
    {
        try
        {
            var found = await _finder.FindAsync(
                one.Shard.Exchange, one.Shard.Market, one.Shard.Series.Where(series => !one.Followed.ContainsKey(series)), words => OnTrouble?.Invoke(words),
                one.Stop.Token).ConfigureAwait(false);
            foreach (var (wanted, series) in found)
            {
                one.Followed.Add(wanted, series);
            }

            _publishing.Follow([.. found.Select(pair => pair.Series)], _options.Begin);
        }
        catch (OhlcvConnectorException exception)
        {
            OnTrouble?.Invoke($"{one.Shard.Name} is not carried yet: {exception.Message}");
        }
        catch (OperationCanceledException) when (one.Stop.IsCancellationRequested)
        {
            // it was given up meanwhile
        }
    }

    /// <summary>Drops what could not be renewed for as long as a lease holds.</summary>
    private async Task DropOverdueAsync()
    {
        foreach (var one in _carried.Values.Where(one => _timer.GetElapsedTime(one.Held.At) > _leases.Duration))
        {
            await LoseAsync(one, "it could not be renewed in time").ConfigureAwait(false);
        }
    }

    private async Task LoseAsync(CarriedShard one, string reason)
    {
        await StopAsync(one).ConfigureAwait(false);
        _tally.Lose();
        OnMove?.Invoke($"{one.Shard.Name} ({one.Shard.Series.Count} series) is lost: {reason}.");
    }

    private async Task StopAsync(CarriedShard one)
    {
        await one.Stop.CancelAsync().ConfigureAwait(false);
        await one.Starting.ConfigureAwait(false);
        await _publishing.LeaveAsync([.. one.Followed.Values]).ConfigureAwait(false);
        _finder.Forget(one.Shard.Series);
        _carried.TryRemove(one.Shard.Name, out _);
        one.Stop.Dispose();
    }
}
