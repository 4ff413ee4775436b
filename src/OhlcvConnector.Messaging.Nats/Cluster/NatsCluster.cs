using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Cluster;

/// <summary>What the nodes of a cluster share on a NATS server: a bucket with its book, and one with its leases, over one connection.</summary>
public sealed class NatsCluster : IAsyncDisposable
{
    /// <summary>The bucket where nothing else is said.</summary>
    public const string DefaultBucket = "OHLCV-CLUSTER";

    private readonly NatsLink _link;
    private readonly string _bucket;

    private NatsCluster(NatsLink link, string bucket, NatsClusterBook book) => (_link, _bucket, Book) = (link, bucket, book);

    private string LeasesBucket => $"{_bucket}-leases";

    /// <summary>The charter, and the series that are wanted.</summary>
    public NatsClusterBook Book { get; }

    /// <summary>Opens the book, or makes it.</summary>
    /// <param name="options">Where it is, and who we are there; new buckets are kept by as many servers as a new stream would be.</param>
    /// <param name="bucket">The bucket: letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="loggers">Takes what the connection logs; null for no log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    /// <exception cref="ClusterException">The server does not answer, or refuses.</exception>
    public static async Task<NatsCluster> OpenAsync(
        NatsBusOptions options, string bucket = DefaultBucket, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckBucket(bucket);
        var link = new NatsLink(options, loggers);
        try
        {
            return new NatsCluster(link, bucket, await NatsClusterBook.OpenAsync(link, bucket, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens the leases beside the book, or makes their bucket.</summary>
    /// <param name="duration">How long a lease holds without being renewed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">The server does not answer, refuses, or there are leases of another length.</exception>
    public async Task<ILeases> LeasesAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        await NatsLeases.OpenAsync(_link, LeasesBucket, duration, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Forgets the charter and the leases, so that the next node may bring others; the series that are wanted stay. Only to be done while no node lives.
    /// </summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">The server does not answer, or refuses.</exception>
    public async Task ForgetAsync(CancellationToken cancellationToken = default)
    {
        await NatsLeases.DeleteAsync(_link, LeasesBucket, cancellationToken).ConfigureAwait(false);
        await Book.ForgetCharterAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks the name of a bucket.</summary>
    /// <exception cref="InvalidSettingException">It is none.</exception>
    public static void CheckBucket(string bucket)
    {
        if (string.IsNullOrEmpty(bucket) || !bucket.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            throw new InvalidSettingException($"'{bucket}' is no name of a bucket: use letters, digits, - and _, such as {DefaultBucket}.");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
