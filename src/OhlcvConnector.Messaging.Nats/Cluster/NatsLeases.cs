using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Cluster;

/// <summary>
/// Leases in a key-value bucket of JetStream whose values end by the server's clock: taken by creating a key, renewed by replacing the revision that was
/// written last, which the server refuses once another has the key. Each value begins with a mark of who wrote it, so that one whose renewal was stored and not
/// acknowledged knows it for his own.
/// </summary>
public sealed class NatsLeases : ILeases
{
    private readonly INatsKVStore _store;

    private readonly NatsLink _link;
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private long _startTicks; // the server's time, at least, at that timestamp

    private NatsLeases(NatsLink link, INatsKVStore store, TimeSpan duration) => (_link, _store, Duration) = (link, store, duration);

    /// <inheritdoc/>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public string Location => $"{_link.Address} bucket {_store.Bucket}";

    /// <inheritdoc/>
    public Task<Lease?> TryAcquireAsync(string name, string note, CancellationToken cancellationToken = default) => NatsBuckets.AskAsync<Lease?>(
        _link, "take a lease",
        async () =>
        {
            var made = await _store.TryCreateAsync(name, Marked(note), cancellationToken: cancellationToken).ConfigureAwait(false);
            return made.Success ? new Lease(name, note, (long)made.Value)
                : made.Error is NatsKVCreateException or NatsKVWrongLastRevisionException
                    or NatsKVKeyNotFoundException ? null // the last: another's ended just after it was in the way
                : throw made.Error;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Lease?> TryInheritAsync(string name, string note, IReadOnlyCollection<string> dead, CancellationToken cancellationToken = default) =>
        NatsBuckets.AskAsync<Lease?>(
            _link, "take a dead node's lease",
            async () =>
            {
                var found = await _store.TryGetEntryAsync<string>(name, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (!found.Success || !dead.Contains(Note(found.Value)))
                {
                    return null;
                }

                var taken = await _store.TryUpdateAsync(name, Marked(note), found.Value.Revision, cancellationToken: cancellationToken).ConfigureAwait(false);
                return taken.Success ? new Lease(name, note, (long)taken.Value)
                    : taken.Error is NatsKVWrongLastRevisionException ? null
                    : throw taken.Error;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Lease?> TryRenewAsync(Lease lease, string note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return NatsBuckets.AskAsync<Lease?>(_link, "renew a lease", async () =>
        {
            var renewed = await _store.TryUpdateAsync(lease.Name, Marked(note), (ulong)lease.Token, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (!renewed.Success && renewed.Error is NatsKVWrongLastRevisionException
                && await FindOwnAsync(lease.Name, cancellationToken).ConfigureAwait(false) is { } own)
            {
                renewed = await _store.TryUpdateAsync(lease.Name, Marked(note), own, cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            return renewed.Success ? new Lease(lease.Name, note, (long)renewed.Value)
                : renewed.Error is NatsKVWrongLastRevisionException ? null
                : throw renewed.Error;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return NatsBuckets.AskAsync(_link, "give a lease back", async () =>
        {
            var deleted = await _store.TryDeleteAsync(lease.Name, new NatsKVDeleteOpts { Revision = (ulong)lease.Token }, cancellationToken)
                .ConfigureAwait(false);
            return deleted.Success || deleted.Error is NatsKVWrongLastRevisionException ? true : throw deleted.Error;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Lease>> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        NatsBuckets.AskAsync<IReadOnlyList<Lease>>(_link, "read the leases", async () =>
        {
            var held = await NatsBuckets.ReadAsync(_link, _store, $"{prefix}>", cancellationToken).ConfigureAwait(false);
            var elapsed = TimeProvider.System.GetElapsedTime(_since);
            _startTicks = held.Select(entry => (entry.Created - elapsed).UtcTicks).Append(_startTicks).Max(); // it is later than anything it has stored
            return [.. held.Select(entry => new Lease(entry.Key, Note(entry), (long)entry.Revision)
            {
                Left = Duration - (TimeSpan.FromTicks(_startTicks - entry.Created.UtcTicks) + elapsed),
            })];
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Marked(string note) => _mark + note;

    private string Note(NatsKVEntry<string> entry) => entry.Value![_mark.Length..];

    /// <summary>Finds the revision of a key that was written from here; null where there is none, or another's.</summary>
    private async Task<ulong?> FindOwnAsync(string name, CancellationToken cancellationToken)
    {
        var found = await _store.TryGetEntryAsync<string>(name, cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.Success && found.Value.Value?.StartsWith(_mark, StringComparison.Ordinal) == true ? found.Value.Revision : null;
    }

    /// <summary>Opens the bucket, or makes it.</summary>
    /// <exception cref="ClusterException">The server does not answer, refuses, or the bucket has leases of another length.</exception>
    internal static Task<NatsLeases> OpenAsync(NatsLink link, string bucket, TimeSpan duration, CancellationToken cancellationToken) =>
        NatsBuckets.AskAsync(link, "open the leases", async () =>
        {
            var store = await NatsBuckets.GetOrCreateAsync(
                link, new NatsKVConfig(bucket) { History = 1, MaxAge = duration, NumberOfReplicas = link.Options.Replicas ?? 1 }, cancellationToken)
                .ConfigureAwait(false);
            var status = await store.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            return status.Info.Config.MaxAge == duration
                ? new NatsLeases(link, store, duration)
                : throw new ClusterException(FormattableString.Invariant($"The leases in the bucket '{bucket}' at {link.Address} last {status.Info.Config.MaxAge.TotalSeconds} s, not {duration.TotalSeconds} s. Give every node the same (ClusterLease); to change it for all, end all nodes and run 'connector-cli cluster forget'."));
        }, cancellationToken);

    /// <summary>Deletes the bucket, if there is one.</summary>
    /// <exception cref="ClusterException">The server does not answer, or refuses.</exception>
    internal static Task<bool> DeleteAsync(NatsLink link, string bucket, CancellationToken cancellationToken) =>
        NatsBuckets.AskAsync(link, "delete the leases", async () =>
        {
            try
            {
                var context = new NatsKVContext(await link.ConnectAsync(cancellationToken).ConfigureAwait(false));
                return await context.DeleteStoreAsync(bucket, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException exception) when (exception.Error.ErrCode == NatsErrors.NoStream)
            {
                return false;
            }
        }, cancellationToken);
}
