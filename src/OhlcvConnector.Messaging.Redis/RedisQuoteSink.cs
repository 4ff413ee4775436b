using System.Collections.Concurrent;
using System.Globalization;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using StackExchange.Redis;

namespace OhlcvConnector.Messaging.Redis;

/// <summary>
/// Streams of Redis that candles are published to, one a series: <c>ohlcv:candles:{exchange:market:symbol:interval}</c>, the open time as the id of an entry,
/// so that Redis itself refuses a second one and an older one. It appends only behind what it believes to be the newest entry. The newest state of each series,
/// open candles included, stands in the hash <c>ohlcv:latest</c>.
/// </summary>
public sealed class RedisQuoteSink : IQuoteSink
{
    /// <summary>
    /// Appends an entry if the newest one is the one that is expected: 1, else 0. Redis takes no id below the highest that a stream ever had, not even when
    /// somebody deleted what had it: then the highest is set back to the newest entry that is left.
    /// </summary>
    private const string AppendBehind = """
        local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        local id = newest[1] and newest[1][1] or ''
        if id ~= ARGV[1] then
            return 0
        end
        local entry = {'version', '1', 'kind', ARGV[4], 'seq', ARGV[5], 'epoch', ARGV[6], 'end', ARGV[7], 'label', ARGV[8], 'json', ARGV[9]}
        local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], ARGV[3], unpack(entry))
        if added.err then
            if not string.find(added.err, 'equal or smaller') then
                return added
            end
            if id == '' then
                redis.call('DEL', KEYS[1])
            else
                redis.call('XSETID', KEYS[1], id)
            end
            redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], ARGV[3], unpack(entry))
        end
        return 1
        """;

    private readonly RedisLink _link;
    private readonly BusPayload _payload;
    private readonly string _prefix;
    private readonly string _latest;
    private readonly int _mostInSeries;
    private readonly ConcurrentDictionary<Series, Place> _places = [];

    /// <summary>Creates it; it is connected to when there is something to do.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="isSandbox">True for simulated candles: their keys begin with <c>sandbox:</c>, so that they are never mixed with live ones.</param>
    /// <param name="mostInSeries">About how many candles a series keeps.</param>
    public RedisQuoteSink(RedisAddress address, bool isSandbox = false, int mostInSeries = 100_000)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostInSeries);
        (_link, _payload, _mostInSeries) = (new RedisLink(address), new BusPayload(isSandbox), mostInSeries);
        _prefix = isSandbox ? "sandbox:ohlcv:" : "ohlcv:";
        _latest = $"{_prefix}latest";
    }

    /// <inheritdoc/>
    public string Location => _link.Address.Shown;

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> EndAsync(Series series, CancellationToken cancellationToken = default)
    {
        var place = PlaceOf(series);
        place.Tail = null;
        var tail = await TailAsync(place, cancellationToken).ConfigureAwait(false);
        return tail.Id.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(tail.EndMs);
    }

    /// <inheritdoc/>
    public async ValueTask<SinkOutcome> AppendAsync(PriceQuote closed, CancellationToken cancellationToken = default)
    {
        BusPayload.CheckClosed(closed);
        var place = PlaceOf(closed.Series);
        var tail = place.Tail ?? await TailAsync(place, cancellationToken).ConfigureAwait(false);
        if (closed.IsRevision)
        {
            var fingerprint = BusPayload.Fingerprint(closed);
            return place.LastRevision == fingerprint
                ? SinkOutcome.AlreadyThere
                : await StoreAsync(
                    place, tail, tail with { Id = Next(tail.Id) }, "revision", _payload.Quote(closed, tail.Sequence, tail.Epoch), cancellationToken,
                    fingerprint).ConfigureAwait(false);
        }

        if (closed.GapBefore is { } gap && gap.To.ToUnixTimeMilliseconds() is var toMs && toMs > tail.EndMs && closed.OpenMs >= tail.EndMs)
        {
            var told = await StoreAsync(
                place, tail, tail with { Id = Id(toMs - 1), EndMs = toMs }, "gap", _payload.Gap(closed.Series, gap), cancellationToken).ConfigureAwait(false);
            if (told == SinkOutcome.Fenced)
            {
                return told;
            }

            tail = place.Tail ?? await TailAsync(place, cancellationToken).ConfigureAwait(false);
        }

        if (closed.OpenMs < tail.EndMs)
        {
            return SinkOutcome.AlreadyThere; // whoever told the gap may have stored its candle, too
        }

        var next = new RedisTail(Id(closed.OpenMs), closed.CloseMs, tail.Sequence + 1, tail.Epoch);
        var json = _payload.Quote(closed, next.Sequence, next.Epoch);
        var outcome = await StoreAsync(place, tail, next, "candle", json, cancellationToken).ConfigureAwait(false);
        if (outcome == SinkOutcome.Stored)
        {
            await TellAsync(place, json, channel: null, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public async ValueTask UpdateAsync(PriceQuote open, CancellationToken cancellationToken = default)
    {
        var place = PlaceOf(open.Series);
        if (place.Tail is { } tail)
        {
            await TellAsync(place, _payload.Quote(open, tail.Sequence + 1, tail.Epoch), place.OpenChannel, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask TellAsync(SeriesStatus status, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        var place = PlaceOf(status.Series);
        await AskAsync(
            database => database.PublishAsync(RedisChannel.Literal($"{_prefix}status:{place.Name}"), _payload.Status(status)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private Place PlaceOf(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return _places.GetOrAdd(series, static (one, prefix) =>
        {
            var name = BusPayload.Key(one);
            return new Place(name, $"{prefix}candles:{{{name}}}", $"{prefix}open:{name}");
        }, _prefix);
    }

    private async ValueTask<SinkOutcome> StoreAsync(
        Place place, RedisTail tail, RedisTail next, string kind, byte[] json, CancellationToken cancellationToken, string? revision = null)
    {
        place.Tail = null; // whatever goes wrong from here on, it is not known what is there
        var isStored = (int)await AskAsync(
            database => database.ScriptEvaluateAsync(
                AppendBehind, [place.Key],
                [tail.Id, _mostInSeries, next.Id, kind, next.Sequence, next.Epoch, next.EndMs, _payload.Label, json]),
            cancellationToken).ConfigureAwait(false);
        if (isStored == 1)
        {
            place.Tail = next;
            place.LastRevision = revision;
            return SinkOutcome.Stored;
        }

        var now = await TailAsync(place, cancellationToken).ConfigureAwait(false);
        return kind != "revision" && now.EndMs >= next.EndMs ? SinkOutcome.AlreadyThere : SinkOutcome.Fenced;
    }

    private async Task<RedisTail> TailAsync(Place place, CancellationToken cancellationToken)
    {
        var newest = await AskAsync(
            database => database.StreamRangeAsync(place.Key, "-", "+", count: 1, messageOrder: Order.Descending), cancellationToken).ConfigureAwait(false);
        place.LastRevision = null;
        if (newest.Length == 0)
        {
            return place.Tail = new RedisTail("", 0, 0, BusPayload.NewEpoch());
        }

        var entry = newest[0];
        return entry["version"] == "1" && (string?)entry["epoch"] is { } epoch
            ? place.Tail = new RedisTail((string)entry.Id!, (long)entry["end"], (long)entry["seq"], epoch)
            : throw new SinkException(
                SinkTrouble.Unfit, $"The stream {place.Key} of {Location} has an entry that is none of this version's. Remove the key, or name another database.");
    }

    /// <summary>Puts the newest state into the hash, and tells it to whoever listens.</summary>
    private async Task TellAsync(Place place, byte[] json, string? channel, CancellationToken cancellationToken) => await AskAsync(
        async database =>
        {
            var set = database.HashSetAsync(_latest, place.Name, json);
            var told = channel is null ? Task.FromResult(0L) : database.PublishAsync(RedisChannel.Literal(channel), json);
            await set.ConfigureAwait(false);
            return await told.ConfigureAwait(false);
        },
        cancellationToken).ConfigureAwait(false);

    private async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            var database = await _link.DatabaseAsync(cancellationToken).ConfigureAwait(false);
            return await ask(database).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (RedisLink.IsOfRedis(exception))
        {
            throw Of(exception);
        }
    }

    private SinkException Of(Exception exception)
    {
        var words = RedisLink.FirstLine(exception.Message);
        return words.Contains("OOM", StringComparison.Ordinal)
            ? new SinkException(SinkTrouble.Full, $"Redis at {Location} has no memory left ({words}). Raise maxmemory, or let it keep less.", exception)
            : words.Contains("NOAUTH", StringComparison.Ordinal) || words.Contains("WRONGPASS", StringComparison.Ordinal) || words.Contains("NOPERM", StringComparison.Ordinal)
                || words.Contains("AuthenticationFailure", StringComparison.OrdinalIgnoreCase)
                ? new SinkException(SinkTrouble.Refused, $"Redis at {Location} does not know us, or does not let us: {words}. Check user and password in the address.", exception)
                : new SinkException(SinkTrouble.Unreachable, $"Redis at {Location} did not do it: {words}", exception);
    }

    private static string Id(long ms) => string.Create(CultureInfo.InvariantCulture, $"{ms}-0");

    /// <summary>The id behind another, of the same millisecond.</summary>
    private static string Next(string id)
    {
        var parts = id.Split('-');
        return parts.Length == 2
            ? string.Create(CultureInfo.InvariantCulture, $"{parts[0]}-{long.Parse(parts[1], CultureInfo.InvariantCulture) + 1}")
            : "0-1";
    }

    /// <summary>The newest entry of a series.</summary>
    private sealed record RedisTail(string Id, long EndMs, long Sequence, string Epoch);

    /// <summary>Place of a series in Redis; one writer at a time.</summary>
    private sealed class Place(string name, string key, string openChannel)
    {
        private volatile RedisTail? _tail;

        public string Name { get; } = name;

        public string Key { get; } = key;

        public string OpenChannel { get; } = openChannel;

        public RedisTail? Tail
        {
            get => _tail;
            set => _tail = value;
        }

        /// <summary>What tells the newest entry from other revisions, where it is one of ours.</summary>
        public string? LastRevision { get; set; }
    }
}
