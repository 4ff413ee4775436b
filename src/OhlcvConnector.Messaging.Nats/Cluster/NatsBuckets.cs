using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Cluster;

/// <summary>What all that uses key-value buckets needs: opening one, reading it whole, and its errors in words.</summary>
internal static class NatsBuckets
{
    private const int PatienceGrowth = 4;
    private static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(250);

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

    /// <summary>Reads the newest value of each key that a pattern means.</summary>
    /// <remarks>The server says how much there is and sends it then; who waited for a value that ended in between would wait for ever.</remarks>
    /// <exception cref="OperationCanceledException">Nothing came in the time that an answer may take, or it was cancelled.</exception>
    public static async Task<IReadOnlyCollection<NatsKVEntry<string>>> ReadAsync(
        NatsLink link, INatsKVStore store, string pattern, CancellationToken cancellationToken)
    {
        var whole = new NatsKVWatchOpts { IgnoreDeletes = false, OnNoData = _ => ValueTask.FromResult(true) };
        for (var patience = FirstPatience; ; patience *= PatienceGrowth)
        {
            var isLast = patience >= link.Options.Timeout;
            var wait = isLast ? link.Options.Timeout : patience;
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                quiet.CancelAfter(wait);
                var found = new Dictionary<string, NatsKVEntry<string>>();
                await foreach (var entry in store.WatchAsync<string>(pattern, opts: whole, cancellationToken: quiet.Token).ConfigureAwait(false))
                {
                    quiet.CancelAfter(wait);
                    found.Remove(entry.Key); // what is written meanwhile comes after what it replaces
                    if (entry.Operation == NatsKVOperation.Put)
                    {
                        found.Add(entry.Key, entry);
                    }

                    if (entry.Delta == 0)
                    {
                        return found.Values;
                    }
                }

                quiet.Token.ThrowIfCancellationRequested();
                return found.Values;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && !isLast)
            {
                // it is asked again, and says what is there now
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
