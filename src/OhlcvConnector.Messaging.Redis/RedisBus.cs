using OhlcvConnector.Application.Notifications;
using StackExchange.Redis;

namespace OhlcvConnector.Messaging.Redis;

/// <summary>
/// A Redis server that is told of signals: each is added once to the stream <c>{prefix}signals</c> and published under the same name; a second with its id
/// changes nothing, whoever sends it. The newest prices stand in the hash <c>{prefix}prices</c>. It is connected to when it is there, and again after it was
/// gone.
/// </summary>
public sealed class RedisBus : INoticeChannel, IAsyncDisposable
{
    /// <summary>Its name among the channels.</summary>
    public const string ChannelName = "redis";

    private const int Batch = 500;

    /// <summary>Both or neither: known ids are remembered beside the stream, for one that was trimmed off it is still no new one.</summary>
    private const string AddOnce = """
        if redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[1]) then
            redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'id', ARGV[3], 'kind', ARGV[4], 'label', ARGV[5], 'json', ARGV[6])
            redis.call('PUBLISH', KEYS[1], ARGV[6])
            return 1
        end
        return 0
        """;

    private readonly RedisLink _link;
    private readonly string _prefix;
    private readonly int _mostInStream;
    private readonly TimeSpan _keepFor;

    /// <summary>Creates it; it is connected to when there is something to say.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="prefix">What all keys begin with, such as <c>ohlcv:</c>; in a cluster with braces, as <c>{ohlcv}:</c>, so that they lie together.</param>
    /// <param name="mostInStream">About how many signals the stream keeps.</param>
    /// <param name="keepFor">How long an id is known.</param>
    public RedisBus(RedisAddress address, string prefix = "ohlcv:", int mostInStream = 10_000, TimeSpan? keepFor = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        (_link, _prefix, _mostInStream, _keepFor) = (new RedisLink(address), prefix, mostInStream, keepFor ?? TimeSpan.FromDays(30));
    }

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <inheritdoc/>
    public int MostAtOnce => Batch;

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <inheritdoc/>
    public Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default) => TryAsync(
        database => Task.WhenAll(notices.Select(notice => database.ScriptEvaluateAsync(
            AddOnce,
            [_prefix + "signals", $"{_prefix}signals:id:{notice.Id}"],
            [
                (long)_keepFor.TotalSeconds, _mostInStream, notice.Id, NoticeJson.Name(notice.Kind), notice.Label ?? "",
                notice.Json ?? NoticeJson.Of(notice),
            ]))),
        cancellationToken);

    /// <summary>Puts the newest prices into the hash, and publishes them under the hash's name.</summary>
    /// <param name="prices">By the field of the hash, such as <c>BTC</c>: the price as JSON.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<NoticeDelivery> SetPricesAsync(IReadOnlyDictionary<string, string> prices, CancellationToken cancellationToken = default) => TryAsync(
        database => Task.WhenAll([
            database.HashSetAsync(_prefix + "prices", [.. prices.Select(price => new HashEntry(price.Key, price.Value))]),
            .. prices.Values.Select(price => (Task)database.PublishAsync(RedisChannel.Literal(_prefix + "prices"), price)),
        ]),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<NoticeDelivery> TryAsync(Func<IDatabase, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            var database = await _link.DatabaseAsync(cancellationToken).ConfigureAwait(false);
            await work(database).WaitAsync(cancellationToken).ConfigureAwait(false);
            return NoticeDelivery.Done;
        }
        catch (Exception exception) when (RedisLink.IsOfRedis(exception))
        {
            return new NoticeDelivery(NoticeOutcome.Failed, $"{_link.Address}: {RedisLink.FirstLine(exception.Message)}");
        }
    }
}
