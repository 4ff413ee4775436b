using System.Diagnostics.CodeAnalysis;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>
/// Reads the messages under one subject, wildcards included, from a number of the stream on: each once and in order, through lost connections and restarts of
/// NATS. What JetStream forgets, or leaves out, is asked for again from where this stands. It never ends by itself.
/// </summary>
/// <param name="store">The stream.</param>
/// <param name="subject">The subject; one, for servers before 2.10 silently ignore several.</param>
/// <param name="from">The first number that is wanted.</param>
/// <param name="clock">The clock that waits are measured with.</param>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
internal sealed class OrderedReading(BusStore store, string subject, ulong from, TimeProvider clock) : IAsyncDisposable
{
    private const int MaxMessages = 500;
    private static readonly TimeSpan Expires = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Rounding = TimeSpan.FromMicroseconds(1); // the same moment comes in two spellings
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(2);

    private INatsJSConsumer? _consumer;
    private IAsyncEnumerator<INatsJSMsg<byte[]>>? _batch;
    private CancellationTokenSource? _ending; // of the batch
    private CancellationToken _lost;
    private ulong _next = from;
    private ulong _expected; // the consumer's own count
    private DateTimeOffset? _lastStoredAt;
    private bool _hasRead;
    private TimeSpan _pause = MinPause;

    /// <summary>Is told in words that it does not go on, once each time.</summary>
    public Action<string>? OnTrouble { get; init; }

    /// <summary>
    /// The next message. Null when the stream has lost what was read: it was set back to an older state, so that what comes under the numbers that follow is
    /// not what follows. Then this is of no use any more.
    /// </summary>
    public async ValueTask<BusRecord?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_consumer is null && !await BeginAsync(cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }

                if (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
                {
                    _pause = MinPause;
                    return message;
                }
            }
            catch (Exception exception) when (exception is SinkException { MayPass: true } || NatsErrors.IsOfNats(exception, cancellationToken))
            {
                var trouble = NatsErrors.OfAsking(store.Link, $"read {subject}", exception);
                if (!trouble.MayPass)
                {
                    throw trouble;
                }

                if (_pause == MinPause)
                {
                    OnTrouble?.Invoke(trouble.Message);
                }

                await ForgetAsync().ConfigureAwait(false);
                await Task.Delay(_pause, clock, cancellationToken).ConfigureAwait(false);
                _pause = _pause * 2 < MaxPause ? _pause * 2 : MaxPause;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await ForgetAsync().ConfigureAwait(false);

    /// <summary>Makes a consumer from where this stands; false when the stream is not the one that was read.</summary>
    private async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        var state = (await store.InfoAsync(null, cancellationToken).ConfigureAwait(false)).State;
        if (state.LastSeq + 1 < _next || (_hasRead && state.FirstSeq < _next && await IsAnotherAsync(cancellationToken).ConfigureAwait(false)))
        {
            return false;
        }

        var context = await store.Link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        _lost = store.Link.Lost;
        _consumer = await context.CreateOrUpdateConsumerAsync(
            store.Link.Options.Stream,
            new ConsumerConfig($"ohlcv-{Guid.NewGuid():N}") // of its own, for without a name no filter is taken by servers before 2.10
            {
                DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence,
                OptStartSeq = Math.Max(1, _next),
                FilterSubject = subject,
                AckPolicy = ConsumerConfigAckPolicy.None,
                InactiveThreshold = Forgotten,
                MemStorage = true,
                NumReplicas = 1,
            },
            cancellationToken).ConfigureAwait(false);
        _expected = 1;
        return true;
    }

    /// <summary>Whether the message that was read last is another one now.</summary>
    private async Task<bool> IsAnotherAsync(CancellationToken cancellationToken) =>
        await store.StoredAtAsync(_next - 1, cancellationToken).ConfigureAwait(false) - _lastStoredAt is { } apart && apart.Duration() > Rounding;

    /// <summary>The next message of the batch; null when it ended.</summary>
    private async Task<BusRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_batch is null)
        {
            _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lost);
            _batch = _consumer!.FetchAsync<byte[]>(
                new NatsJSFetchOpts { MaxMsgs = MaxMessages, Expires = Expires, IdleHeartbeat = Heartbeat }, cancellationToken: _ending.Token)
                .GetAsyncEnumerator(_ending.Token);
        }

        if (!await _batch.MoveNextAsync().ConfigureAwait(false))
        {
            await EndBatchAsync().ConfigureAwait(false);
            await CheckAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }

        var message = _batch.Current;
        if (message.Metadata is not { } its || its.Sequence.Consumer != _expected)
        {
            await ForgetAsync().ConfigureAwait(false);
            return null; // something was left out: asked for again
        }

        _expected++;
        (_next, _lastStoredAt, _hasRead) = (its.Sequence.Stream + 1, its.Timestamp, true);
        return Read(message, its.Sequence.Stream);
    }

    private BusRecord Read(INatsJSMsg<byte[]> message, ulong sequence)
    {
        try
        {
            return BusRecord.Read(message.Subject, sequence, message.Headers, message.Data);
        }
        catch (FormatException exception)
        {
            throw store.Unreadable(exception);
        }
    }

    /// <summary>
    /// A batch can end because JetStream has forgotten the consumer, as it does when it starts again, or because nothing was heard for a while: then what was
    /// on its way came too late, and is asked for again.
    /// </summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _consumer!.RefreshAsync(cancellationToken).ConfigureAwait(false);
            _consumer = _consumer.Info.Delivered.ConsumerSeq < _expected ? _consumer : null;
        }
        catch (NatsJSApiException exception) when (exception.Error.Code == NatsErrors.NotFound)
        {
            _consumer = null;
        }
    }

    private async Task EndBatchAsync()
    {
        if (_batch is { } batch)
        {
            _batch = null;
            await batch.DisposeAsync().ConfigureAwait(false);
            _ending?.Dispose();
        }
    }

    private async Task ForgetAsync()
    {
        _consumer = null; // JetStream forgets it by itself
        try
        {
            await EndBatchAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (NatsErrors.IsOfNats(exception, CancellationToken.None))
        {
            // it ended before
        }
    }
}
