using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Cluster;

/// <summary>A key of a bucket, with its newest value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Revision">Number of the value in the bucket.</param>
/// <param name="Created">When the server stored it, by its clock.</param>
internal sealed record BucketEntry(string Key, string Value, ulong Revision, DateTimeOffset Created);

/// <summary>What all that uses key-value buckets needs: opening one, reading it whole, and its errors in words.</summary>
internal static class NatsBuckets
{
    private const string OperationHeader = "KV-Operation";
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(5); // by the server, when nothing was asked for so long
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);

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
    /// <remarks>A watch would be shorter, and waits for ever when the last value ends just before it is sent.</remarks>
    public static async Task<IReadOnlyList<BucketEntry>> ReadAsync(NatsLink link, INatsKVStore store, string pattern, CancellationToken cancellationToken)
    {
        var subjects = $"$KV.{store.Bucket}.";
        for (var patience = FirstPatience; ; patience = patience * 2 < link.Options.Timeout ? patience * 2 : link.Options.Timeout)
        {
            var consumer = await store.JetStreamContext.CreateOrUpdateConsumerAsync(
                $"KV_{store.Bucket}",
                new ConsumerConfig($"ohlcv-{Guid.NewGuid():N}") // of its own, for without a name no filter is taken by servers before 2.10
                {
                    DeliverPolicy = ConsumerConfigDeliverPolicy.LastPerSubject,
                    FilterSubject = subjects + pattern,
                    AckPolicy = ConsumerConfigAckPolicy.None,
                    InactiveThreshold = Forgotten,
                    MemStorage = true,
                    NumReplicas = 1,
                },
                cancellationToken).ConfigureAwait(false);
            var pending = (int)consumer.Info.NumPending;
            if (pending == 0)
            {
                return [];
            }

            var (count, found) = (0, new List<BucketEntry>());
            var all = new NatsJSFetchOpts { MaxMsgs = pending, Expires = patience };
            await foreach (var message in consumer.FetchNoWaitAsync<string>(all, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                count++;
                if (message.Metadata is { } of && message.Headers?.ContainsKey(OperationHeader) != true) // else it says that the key was deleted
                {
                    found.Add(new BucketEntry(message.Subject[subjects.Length..], message.Data ?? "", of.Sequence.Stream, of.Timestamp));
                }
            }

            if (count == pending)
            {
                return found; // else something ended meanwhile, or the server has forgotten us: it says again what there is
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
