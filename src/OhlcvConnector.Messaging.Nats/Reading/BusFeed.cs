using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>
/// A running subscription to series of one market on the bus: one reading of all that is stored of the market, whatever the number of series, and one
/// subscription to what is not stored. The past of a series is read apart, up to where it meets the other.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
internal sealed partial class BusFeed : IPriceFeed
{
    private const int Capacity = 1_000; // what waits beyond that waits in JetStream

    private readonly BusStore _store;
    private readonly TimeProvider _clock;
    private readonly BusClock _market;
    private readonly Action<string> _trouble;
    private readonly string _prefix;
    private readonly (string Exchange, Market Market) _of;
    private readonly ConcurrentDictionary<string, BusSeries> _bySubject = [];
    private readonly ConcurrentQueue<BusSeries> _joining = []; // their past is to be read
    private readonly ConcurrentQueue<BusSeries> _open = [];
    private readonly ConcurrentQueue<SeriesStatus> _statuses = [];
    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _stop = new();
    private int _isRead;

    /// <summary>Prepares a feed; nothing is connected before it is read.</summary>
    /// <param name="store">The stream.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market.</param>
    /// <param name="clock">The clock that waits are measured with.</param>
    /// <param name="marketClock">Is told how far candles are.</param>
    /// <param name="trouble">Is told in words what goes wrong.</param>
    public BusFeed(BusStore store, string exchange, Market market, TimeProvider clock, BusClock marketClock, Action<string> trouble)
    {
        (_store, _of, _clock, _market, _trouble) = (store, (exchange, market), clock, marketClock, trouble);
        _prefix = store.Link.Options.Prefix;
    }

    /// <inheritdoc/>
    public Action<SeriesStatus>? OnStatus { get; set; }

    /// <inheritdoc/>
    public SeriesNumber? Number { get; private set; }

    /// <inheritdoc/>
    public void Add(Series series, DateTimeOffset? since = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        if ((series.Exchange, series.Market) != _of)
        {
            throw new ArgumentException($"This feed carries {_of.Exchange} {_of.Market.Name()}: {series} needs another.", nameof(series));
        }

        var subject = BusSubject.Of(_prefix, series);
        var joining = new BusSeries(series, subject, since);
        if (_bySubject.TryAdd(subject, joining))
        {
            _joining.Enqueue(joining);
            _signal.Release();
        }
    }

    /// <inheritdoc/>
    public void Remove(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        _bySubject.TryRemove(BusSubject.Of(_prefix, series), out _);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRead, 1) == 1)
        {
            throw new InvalidOperationException("A feed has one reader at a time.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var reading = ReadOnceAsync(either).GetAsyncEnumerator(either.Token);
                await using (reading.ConfigureAwait(false))
                {
                    while (await MoveAsync(reading, cancellationToken).ConfigureAwait(false))
                    {
                        yield return reading.Current;
                    }
                }

                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Volatile.Write(ref _isRead, 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _signal.Release();
    }

    /// <summary>A reader's own cancellation is thrown, the end of the feed is not.</summary>
    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<PriceQuote> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Reads until the stream loses what was read, or the end.</summary>
    private async IAsyncEnumerable<PriceQuote> ReadOnceAsync(CancellationTokenSource either)
    {
        var stored = Channel.CreateBounded<BusRecord>(Capacity);
        var last = await PersistAsync(() => _store.LastSequenceAsync(either.Token), either.Token).ConfigureAwait(false); // before any past is read: no seam
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
        var pumps = Task.WhenAll(PumpStoredAsync(last, stored.Writer, ending.Token), PumpUnstoredAsync(ending.Token));
        try
        {
            while (!either.IsCancellationRequested)
            {
                for (var left = _joining.Count; left > 0 && _joining.TryDequeue(out var one); left--)
                {
                    if (one.IsLive || !IsFollowed(one))
                    {
                        continue;
                    }

                    await foreach (var quote in CatchUpAsync(one, either.Token).ConfigureAwait(false))
                    {
                        yield return quote;
                    }

                    if (!one.IsLive)
                    {
                        _joining.Enqueue(one);
                    }
                }

                while (_statuses.TryDequeue(out var status))
                {
                    OnStatus?.Invoke(status);
                }

                if (stored.Reader.TryRead(out var record))
                {
                    if (Deliver(record) is { } quote)
                    {
                        yield return quote;
                    }
                }
                else if (stored.Reader.Completion.IsCompleted)
                {
                    await stored.Reader.Completion.ConfigureAwait(false);
                    break; // it was set back: anew from where each series stands
                }
                else if (_open.TryDequeue(out var changed))
                {
                    if (changed.TakeOpen(out var number) is { } quote && IsFollowed(changed))
                    {
                        Number = number;
                        yield return quote;
                    }
                }
                else
                {
                    await WaitAsync(either.Token).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await pumps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var one in _bySubject.Values)
            {
                one.BeginAnew();
                _joining.Enqueue(one);
            }
        }
    }

    /// <summary>False for one that was removed, also when its series was added again.</summary>
    private bool IsFollowed(BusSeries one) => _bySubject.GetValueOrDefault(one.Subject) == one;

    private PriceQuote? Deliver(BusRecord record)
    {
        if (!_bySubject.TryGetValue(record.Subject, out var series) || !series.IsLive)
        {
            return null; // it is not wanted, or comes with its past
        }

        var quote = _store.Take(series, record);
        Number = series.Number;
        _open.Enqueue(series); // an open candle may have waited for this close
        _market.Reach(record.Tail.EndMs);
        return quote;
    }

    /// <summary>The past of a series, up to the newest message that there is now: what is newer comes with all else.</summary>
    private async IAsyncEnumerable<PriceQuote> CatchUpAsync(BusSeries series, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = await PersistAsync(() => _store.NewestAsync(series.Subject, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (series.GoOnMs is not { } fromMs || newest is null)
        {
            if (series.GoOnMs is null)
            {
                series.Begin(newest?.Tail);
            }

            series.GoLive();
            yield break;
        }

        if (newest.Tail.EndMs > fromMs)
        {
            var from = await PersistAsync(
                () => _store.FindAsync(series.Subject, fromMs, newest.Tail, cancellationToken), cancellationToken).ConfigureAwait(false);
            var reading = new OrderedReading(_store, series.Subject, from, _clock) { OnTrouble = _trouble };
            await using (reading.ConfigureAwait(false))
            {
                while (await reading.NextAsync(cancellationToken).ConfigureAwait(false) is { } record)
                {
                    if (_store.Take(series, record) is { } quote)
                    {
                        Number = series.Number;
                        yield return quote;
                    }

                    if (record.Tail.StreamSequence >= newest.Tail.StreamSequence)
                    {
                        break;
                    }
                }

                if (series.ReadTo < newest.Tail.StreamSequence)
                {
                    yield break; // the stream was set back meanwhile: once more
                }
            }
        }

        _market.Reach(newest.Tail.EndMs);
        series.GoLive();
    }
}
