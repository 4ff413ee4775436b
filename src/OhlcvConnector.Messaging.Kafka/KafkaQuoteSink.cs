using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Kafka;

/// <summary>
/// Topics of Kafka that candles are published to, the series as key: <c>ohlcv</c> has closed candles and gaps in order, <c>ohlcv-latest</c>, which is to be
/// compacted, the newest close of each series, and <c>ohlcv-open</c> what changes meanwhile. The producer is idempotent, so that Kafka stores each message of
/// one run once; of two runs one candle a series can come twice, and of two publishers all, for Kafka compares nothing: consumers leave out what they have by
/// series and open time.
/// </summary>
public sealed class KafkaQuoteSink : IQuoteSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly KafkaAddress _address;
    private readonly BusPayload _payload;
    private readonly string _topic;
    private readonly ConcurrentDictionary<string, KafkaTail> _tails = [];
    private readonly Lazy<IProducer<string, byte[]>> _producer;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private bool _hasRead;

    /// <summary>Creates it; it is connected to when there is something to do.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="isSandbox">True for simulated candles: their topics begin with <c>sandbox-</c>, so that they are never mixed with live ones.</param>
    public KafkaQuoteSink(KafkaAddress address, bool isSandbox = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        (_address, _payload, _topic) = (address, new BusPayload(isSandbox), isSandbox ? "sandbox-ohlcv" : "ohlcv");
        _producer = new(() => new ProducerBuilder<string, byte[]>(address.To(new ProducerConfig
        {
            EnableIdempotence = true,
            LingerMs = 0, // of a series one message is on its way at a time: waiting for more would be waiting for nothing
            MessageTimeoutMs = (int)Patience.TotalMilliseconds,
        })).SetLogHandler((_, _) => { }).Build());
    }

    /// <inheritdoc/>
    public string Location => $"{_address.Shown} topic {_topic}";

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> EndAsync(Series series, CancellationToken cancellationToken = default)
    {
        var key = Key(series);
        await ReadLatestAsync(cancellationToken).ConfigureAwait(false);
        return _tails.TryGetValue(key, out var tail) ? DateTimeOffset.FromUnixTimeMilliseconds(tail.EndMs) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<SinkOutcome> AppendAsync(PriceQuote closed, CancellationToken cancellationToken = default)
    {
        BusPayload.CheckClosed(closed);
        await ReadLatestAsync(cancellationToken).ConfigureAwait(false);
        var key = Key(closed.Series);
        var tail = _tails.GetValueOrDefault(key) ?? new KafkaTail(0, 0, BusPayload.NewEpoch());
        if (closed.IsRevision)
        {
            await SendAsync(_topic, key, "revision", tail, _payload.Quote(closed, tail.Sequence, tail.Epoch), cancellationToken).ConfigureAwait(false);
            return SinkOutcome.Stored;
        }

        if (closed.OpenMs < tail.EndMs)
        {
            return SinkOutcome.AlreadyThere;
        }

        if (closed.GapBefore is { } gap && gap.To.ToUnixTimeMilliseconds() is var toMs && toMs > tail.EndMs)
        {
            tail = tail with { EndMs = toMs };
            await SendAsync(_topic, key, "gap", tail, _payload.Gap(closed.Series, gap), cancellationToken).ConfigureAwait(false);
            _tails[key] = tail;
        }

        var next = new KafkaTail(closed.CloseMs, tail.Sequence + 1, tail.Epoch);
        var json = _payload.Quote(closed, next.Sequence, next.Epoch);
        await SendAsync(_topic, key, "candle", next, json, cancellationToken).ConfigureAwait(false);
        await SendAsync($"{_topic}-latest", key, "candle", next, json, cancellationToken).ConfigureAwait(false);
        _tails[key] = next;
        return SinkOutcome.Stored;
    }

    /// <inheritdoc/>
    public async ValueTask UpdateAsync(PriceQuote open, CancellationToken cancellationToken = default)
    {
        var key = Key(open.Series);
        if (_tails.GetValueOrDefault(key) is { } tail)
        {
            var next = tail with { Sequence = tail.Sequence + 1 };
            await SendAsync($"{_topic}-open", key, "open", next, _payload.Quote(open, next.Sequence, next.Epoch), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask TellAsync(SeriesStatus status, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        var key = Key(status.Series);
        await SendAsync(
            $"{_topic}-open", key, "status", _tails.GetValueOrDefault(key) ?? new KafkaTail(0, 0, ""), _payload.Status(status), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_producer.IsValueCreated)
        {
            _producer.Value.Dispose();
        }

        _reading.Dispose();
        return default;
    }

    private static string Key(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return BusPayload.Key(series);
    }

    private async Task SendAsync(string topic, string key, string kind, KafkaTail tail, byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            await _producer.Value.ProduceAsync(
                topic,
                new Message<string, byte[]>
                {
                    Key = key,
                    Value = json,
                    Headers =
                    [
                        Header("ohlcv-version", "1"), Header("ohlcv-kind", kind), Header("ohlcv-seq", tail.Sequence.ToString(CultureInfo.InvariantCulture)),
                        Header("ohlcv-epoch", tail.Epoch), Header("ohlcv-end", tail.EndMs.ToString(CultureInfo.InvariantCulture)),
                        Header("ohlcv-label", _payload.Label),
                    ],
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception)
        {
            throw Of(exception);
        }
    }

    /// <summary>Reads where each series ends, out of the topic of the newest, up to what there is now; once.</summary>
    private async Task ReadLatestAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _hasRead))
        {
            return;
        }

        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_hasRead)
            {
                await Task.Run(() => ReadLatest(cancellationToken), cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _hasRead, true);
            }
        }
        catch (KafkaException exception)
        {
            throw Of(exception);
        }
        catch (Exception exception) when (exception is DllNotFoundException or { InnerException: DllNotFoundException } or InvalidOperationException)
        {
            throw new SinkException(
                SinkTrouble.Unfit,
                $"Kafka's native library (librdkafka) is not in this program for {RuntimeInformation.RuntimeIdentifier}, or does not load here: {exception.Message.TrimEnd('.')}. Publish to NATS or Redis, or from Linux (glibc, x64 or arm64), macOS on arm64 or Windows on x64; a program of yours references the package librdkafka.redist.",
                exception);
        }
        finally
        {
            _reading.Release();
        }
    }

    private void ReadLatest(CancellationToken cancellationToken)
    {
        var topic = $"{_topic}-latest";
        using var consumer = new ConsumerBuilder<string, byte[]>(_address.To(new ConsumerConfig { GroupId = "OhlcvConnector", EnableAutoCommit = false }))
            .SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        foreach (var partition in admin.GetMetadata(topic, Patience).Topics[0].Partitions)
        {
            var place = new TopicPartition(topic, partition.PartitionId);
            var marks = consumer.QueryWatermarkOffsets(place, Patience);
            consumer.Assign(new TopicPartitionOffset(place, marks.Low));
            while (marks.Low < marks.High && consumer.Consume(cancellationToken) is { } result)
            {
                var headers = result.Message.Headers.ToDictionary(
                    header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes()), StringComparer.Ordinal);
                _tails[result.Message.Key] = headers.GetValueOrDefault("ohlcv-version") == "1"
                    ? new KafkaTail(
                        long.Parse(headers["ohlcv-end"], CultureInfo.InvariantCulture), long.Parse(headers["ohlcv-seq"], CultureInfo.InvariantCulture),
                        headers["ohlcv-epoch"])
                    : throw new SinkException(SinkTrouble.Unfit, $"The topic {topic} of {_address} has a message that is none of this version's. Name another cluster, or remove it.");
                if (result.Offset >= marks.High - 1)
                {
                    break;
                }
            }
        }
    }

    private SinkException Of(KafkaException exception)
    {
        var words = exception.Error.Reason;
        return exception.Error.Code switch
        {
            ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.TopicAuthorizationFailed
                or ErrorCode.ClusterAuthorizationFailed =>
                new SinkException(SinkTrouble.Refused, $"Kafka at {_address} does not know us, or does not let us: {words}. Check user and password in the address.", exception),
            ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic => new SinkException(
                SinkTrouble.Unfit,
                $"Kafka at {_address} lacks one of the topics {_topic}, {_topic}-latest (cleanup.policy=compact) and {_topic}-open, and makes none by itself: {words}. Make them with kafka-topics.",
                exception),
            _ => new SinkException(SinkTrouble.Unreachable, $"Kafka at {_address} did not take it: {words}", exception),
        };
    }

    private static Header Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Where a series ends.</summary>
    private sealed record KafkaTail(long EndMs, long Sequence, string Epoch);
}
