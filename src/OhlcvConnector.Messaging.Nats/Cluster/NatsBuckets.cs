using System.Runtime.CompilerServices;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Cluster;

/// <summary>What all that uses key-value buckets needs: opening one, reading it whole, and its errors in words.</summary>
internal static class NatsBuckets
{
    /// <summary>Opens a bucket as it is; makes it where there is none.</summary>
    public static async Task<INatsKVStore> GetOrCreateAsync(NatsLink link, NatsKVConfig config, CancellationToken cancellationToken)
    {
        var context = new NatsKVContext(await link.ConnectAsync(cancellationToken).ConfigureAwait(false));
        try
        {
            return await context.GetStoreAsync(config.Bucket, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException exception) when (exception.Error.Code == NatsErrors.NotFound)
        {
            return await context.CreateStoreAsync(config, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the newest value of each key that a pattern means, and ends.</summary>
    public static async IAsyncEnumerable<NatsKVEntry<string>> ReadAsync(
        INatsKVStore store, string pattern, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var whole = new NatsKVWatchOpts { IgnoreDeletes = false, OnNoData = _ => ValueTask.FromResult(true) };
        await foreach (var entry in store.WatchAsync<string>(pattern, opts: whole, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (entry.Operation == NatsKVOperation.Put)
            {
                yield return entry;
            }

            if (entry.Delta == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>Does something with the server, whose errors become ones that say what happened and what to do.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="doing">What is done, such as <c>read the leases</c>.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ClusterException">The server does not answer, or refuses.</exception>
    public static async Task<T> AskAsync<T>(NatsLink link, string doing, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SinkException || NatsErrors.IsOfNats(exception, cancellationToken))
        {
            throw new ClusterException(NatsErrors.OfAsking(link, doing, exception).Message, exception);
        }
    }
}
