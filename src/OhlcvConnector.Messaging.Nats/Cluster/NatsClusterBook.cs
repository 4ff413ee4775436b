using NATS.Client.KeyValueStore;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Cluster;

/// <summary>
/// The book of a cluster, in a key-value bucket of JetStream: its charter, and the series that it carries, a key for each market, which whoever edits it
/// replaces only as he has read it.
/// </summary>
public sealed class NatsClusterBook
{
    private const string CharterKey = "cluster";
    private const string SeriesKeys = "series.";
    private const int Kept = 5; // values of each key, for who wants to know how it was before
    private const int Attempts = 50; // each lost one is somebody else's success

    private readonly NatsLink _link;
    private readonly INatsKVStore _store;

    private (ulong LastSequence, IReadOnlyList<ClusterSeries> Series)? _read;

    private NatsClusterBook(NatsLink link, INatsKVStore store) => (_link, _store) = (link, store);

    /// <summary>Where it is, for people.</summary>
    public string Location => $"{_link.Address} bucket {_store.Bucket}";

    /// <summary>Compares a charter with that of the book, which it becomes where there is none.</summary>
    /// <param name="charter">The charter of who joins.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="InvalidSettingException">The book is of another cluster, or the charters disagree.</exception>
    /// <exception cref="ClusterException">The server does not answer, or the book is of a newer version.</exception>
    public async Task JoinAsync(ClusterCharter charter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(charter);
        var made = await NatsBuckets.AskAsync(
            _link, "join the cluster",
            async () => await _store.TryCreateAsync(CharterKey, ClusterJson.Write(charter), cancellationToken: cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (!made.Success)
        {
            charter.Check(
                await CharterAsync(cancellationToken).ConfigureAwait(false) ?? throw new ClusterException($"{Location}: {made.Error.Message}", made.Error),
                _store.Bucket);
        }
    }

    /// <summary>Reads the charter; null where no node ever joined.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">The server does not answer, or what is there cannot be read.</exception>
    public async Task<ClusterCharter?> CharterAsync(CancellationToken cancellationToken = default) =>
        await ReadAsync(CharterKey, cancellationToken).ConfigureAwait(false) is { Value: { } text } ? ClusterJson.ReadCharter(text, Location) : null;

    /// <summary>Reads the series that the cluster is to carry; where nothing in the bucket changed since they were read, they are not read again.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ClusterException">The server does not answer, or what is there cannot be read.</exception>
    public Task<IReadOnlyList<ClusterSeries>> SeriesAsync(CancellationToken cancellationToken = default) =>
        NatsBuckets.AskAsync<IReadOnlyList<ClusterSeries>>(_link, "read the cluster's series", async () =>
        {
            var status = await _store.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (_read is { } read && read.LastSequence == status.Info.State.LastSeq)
            {
                return read.Series;
            }

            var found = new List<ClusterSeries>();
            foreach (var entry in await NatsBuckets.ReadAsync(_link, _store, SeriesKeys + ">", cancellationToken).ConfigureAwait(false))
            {
                var (exchange, market) = MarketOf(entry.Key);
                found.AddRange(ClusterJson.ReadSeries(entry.Value!, exchange, market, $"{entry.Key} in {Location}"));
            }

            _read = (status.Info.State.LastSeq, found); // what came while it was read is read again
            return found;
        }, cancellationToken);

    /// <summary>Adds series; those that are there stay.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The number that was new.</returns>
    /// <exception cref="ClusterException">The server does not answer, or what is there cannot be read.</exception>
    public Task<int> AddAsync(IEnumerable<ClusterSeries> series, CancellationToken cancellationToken = default) =>
        EditAsync(series, (there, wanted) => there.UnionWith(wanted), cancellationToken);

    /// <summary>Removes series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The number that was there.</returns>
    /// <exception cref="ClusterException">The server does not answer, or what is there cannot be read.</exception>
    public Task<int> RemoveAsync(IEnumerable<ClusterSeries> series, CancellationToken cancellationToken = default) =>
        EditAsync(series, (there, unwanted) => there.ExceptWith(unwanted), cancellationToken);

    /// <summary>Forgets the charter.</summary>
    internal Task ForgetCharterAsync(CancellationToken cancellationToken) => NatsBuckets.AskAsync(
        _link, "forget the charter",
        async () =>
        {
            await _store.DeleteAsync(CharterKey, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    private async Task<int> EditAsync(
        IEnumerable<ClusterSeries> series, Action<HashSet<string>, IEnumerable<string>> edit, CancellationToken cancellationToken)
    {
        var changed = 0;
        foreach (var market in series.Distinct().GroupBy(one => (one.Exchange, one.Market)))
        {
            var key = $"{SeriesKeys}{market.Key.Exchange}.{market.Key.Market.Name()}";
            changed += await EditAsync(key, there => edit(there, market.Select(ClusterJson.Name)), cancellationToken).ConfigureAwait(false);
        }

        return changed;
    }

    private async Task<int> EditAsync(string key, Action<HashSet<string>> edit, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var entry = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            var (text, changed) = ClusterJson.Edit(entry?.Value, edit, $"{key} in {Location}");
            if (changed == 0)
            {
                return 0;
            }

            var isDone = await NatsBuckets.AskAsync(
                _link, "change the cluster's series",
                async () => entry is { } there
                    ? (await _store.TryUpdateAsync(key, text, there.Revision, cancellationToken: cancellationToken).ConfigureAwait(false)).Success
                    : (await _store.TryCreateAsync(key, text, cancellationToken: cancellationToken).ConfigureAwait(false)).Success,
                cancellationToken).ConfigureAwait(false);
            if (isDone)
            {
                return changed;
            }
        }

        throw new ClusterException($"{key} in {Location} is changed by others all the time. Try again.");
    }

    private Task<NatsKVEntry<string>?> ReadAsync(string key, CancellationToken cancellationToken) =>
        NatsBuckets.AskAsync<NatsKVEntry<string>?>(_link, "read the cluster's book", async () =>
        {
            var read = await _store.TryGetEntryAsync<string>(key, cancellationToken: cancellationToken).ConfigureAwait(false);
            return read.Success ? read.Value : read.Error is NatsKVKeyNotFoundException or NatsKVKeyDeletedException ? null : throw read.Error;
        }, cancellationToken);

    private (string Exchange, Market Market) MarketOf(string key) => key.Split('.') is [_, var exchange, var name] && MarketNames.TryParse(name, out var market)
        ? (exchange, market)
        : throw new ClusterException($"The key '{key}' in {Location} names no market of an exchange. Give the cluster a bucket of its own.");

    /// <summary>Opens the bucket, or makes it.</summary>
    /// <exception cref="ClusterException">The server does not answer, or refuses.</exception>
    internal static Task<NatsClusterBook> OpenAsync(NatsLink link, string bucket, CancellationToken cancellationToken) =>
        NatsBuckets.AskAsync(
            link, "open the cluster's book",
            async () => new NatsClusterBook(link, await NatsBuckets.GetOrCreateAsync(
                link, new NatsKVConfig(bucket) { History = Kept, NumberOfReplicas = link.Options.Replicas ?? 1 }, cancellationToken).ConfigureAwait(false)),
            cancellationToken);
}
