using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices.Exchanges;

/// <summary>
/// Prices from the connector itself: an asset is a spot pair of an exchange, its price the newest of the pair's minutes, and what is said of the last day
/// comes from the minutes of that day, or is null while they are not whole. A pair is followed from the first question on until an hour after the last.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
public sealed class ExchangePrices : IPriceProvider, IAsyncDisposable
{
    /// <summary>Its name.</summary>
    public const string ProviderName = "exchanges";

    private static readonly TimeSpan KeptUnasked = TimeSpan.FromHours(1);
    private static readonly TimeSpan Past = TimeSpan.FromHours(25); // a day, and what a quiet market may lack at its beginning
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(1);

    private readonly IPriceFeedRepository _feeds;
    private readonly AssetIndex _index;
    private readonly ExchangePricesOptions _options;
    private readonly TimeProvider _clock;
    private readonly TimeProvider _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, FollowedPair> _pairs = [];
    private readonly Dictionary<(string Exchange, Market Market), IPriceFeed> _open = [];
    private readonly List<Task> _readings = [];
    private readonly HashSet<FollowedPair> _changed = [];
    private readonly SemaphoreSlim _isChanged = new(0, 1);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Creates the source; nothing is connected before somebody asks.</summary>
    /// <param name="instruments">The listings.</param>
    /// <param name="feeds">The live candles.</param>
    /// <param name="clock">The clock that candles are measured with.</param>
    /// <param name="options">Orders and limits; null for the usual ones.</param>
    /// <param name="timer">The clock that waits are measured with; null for the system's.</param>
    /// <param name="name">Its name in settings and answers, where it is about some exchanges alone.</param>
    public ExchangePrices(
        IInstrumentRepository instruments, IPriceFeedRepository feeds, TimeProvider clock, ExchangePricesOptions? options = null, TimeProvider? timer = null,
        string name = ProviderName)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        Name = name;
        (_feeds, _options, _clock, _timer) = (feeds, options ?? new ExchangePricesOptions(), clock, timer ?? TimeProvider.System);
        _index = new AssetIndex(name, instruments, _options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public PriceDelivery Delivery => PriceDelivery.Stream;

    /// <inheritdoc/>
    public PriceFields Gives => PriceFields.Day | PriceFields.Volume | PriceFields.Hours;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<PriceRequest, AssetPrice?>> ReadAsync(
        IReadOnlyCollection<PriceRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var found = new Dictionary<PriceRequest, AssetPrice?>();
        var waiting = new List<(PriceRequest Request, FollowedPair Pair)>();
        PriceProviderException? failure = null;
        foreach (var request in requests)
        {
            try
            {
                if (await _index.FindAsync(request, cancellationToken).ConfigureAwait(false) is { } instrument)
                {
                    waiting.Add((request, Follow(new Series(instrument, Interval.OneMinute))));
                }
                else
                {
                    found[request] = null;
                }
            }
            catch (PriceProviderException exception)
            {
                failure = exception;
            }
        }

        foreach (var (request, pair) in waiting)
        {
            try
            {
                await pair.First.WaitAsync(cancellationToken).ConfigureAwait(false);
                found[request] = pair.ToPrice(Name, _clock.GetUtcNow());
            }
            catch (PriceProviderException exception)
            {
                failure = exception;
            }
            catch (OperationCanceledException) when (pair.ToPrice(Name, _clock.GetUtcNow()) is not null)
            {
                found[request] = pair.ToPrice(Name, _clock.GetUtcNow()); // of a quiet market the past is all that there is for a while
            }
            catch (OperationCanceledException)
            {
                failure ??= new PriceProviderException(Name, $"{pair.Series}: no candle came in time.");
            }
        }

        return found.Count == 0 && failure is not null ? throw failure : found;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AssetPrice> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await _isChanged.WaitAsync(cancellationToken).ConfigureAwait(false);
            FollowedPair[] changed;
            lock (_gate)
            {
                changed = [.. _changed];
                _changed.Clear();
            }

            foreach (var pair in changed)
            {
                if (pair.ToPrice(Name, _clock.GetUtcNow()) is { } price)
                {
                    yield return price;
                }
            }

            await Task.Delay(BetweenChanges, _timer, cancellationToken).ConfigureAwait(false); // each at most once a second
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] readings;
        lock (_gate)
        {
            readings = [.. _readings];
        }

        await Task.WhenAll(readings).ConfigureAwait(false);
        _stop.Dispose();
        _isChanged.Dispose();
    }

    private FollowedPair Follow(Series series)
    {
        lock (_gate)
        {
            if (!_pairs.TryGetValue(series, out var pair))
            {
                LetGo();
                pair = new FollowedPair(series);
                Subscribe(series);
                _pairs.Add(series, pair);
            }

            pair.AskedAt = _timer.GetTimestamp();
            return pair;
        }
    }

    private void Subscribe(Series series)
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        var since = _clock.GetUtcNow() - Past;
        var key = (series.Exchange, series.Market);
        try
        {
            if (_open.TryGetValue(key, out var feed))
            {
                feed.Add(series, since);
                return;
            }

            feed = _feeds.Open([series], since);
            feed.OnStatus = OnStatus;
            _open.Add(key, feed);
            _readings.RemoveAll(reading => reading.IsCompleted);
            _readings.Add(Task.Run(() => ReadFeedAsync(key, feed)));
        }
        catch (OhlcvConnectorException exception)
        {
            throw new PriceProviderException(Name, exception.Message, innerException: exception);
        }
    }

    /// <summary>Lets go of what nobody has asked for an hour, and of one more where there would be too many.</summary>
    private void LetGo()
    {
        var idle = _pairs.Values.Where(pair => _timer.GetElapsedTime(pair.AskedAt) > KeptUnasked).ToList();
        if (_pairs.Count - idle.Count >= _options.MaxPairs)
        {
            idle.Add(_pairs.Values.Except(idle).MinBy(pair => pair.AskedAt)!);
        }

        foreach (var pair in idle)
        {
            Remove(pair.Series);
        }
    }

    private void Remove(Series series)
    {
        var key = (series.Exchange, series.Market);
        if (!_pairs.Remove(series) || !_open.TryGetValue(key, out var feed))
        {
            return;
        }

        if (_pairs.Keys.Any(other => (other.Exchange, other.Market) == key))
        {
            feed.Remove(series);
            return;
        }

        _open.Remove(key); // a feed of nothing
        _readings.Add(feed.DisposeAsync().AsTask());
    }

    private void OnStatus(SeriesStatus status)
    {
        if (status.Condition == SeriesCondition.Refused)
        {
            End(pair => pair.Series.Equals(status.Series), status.Reason);
        }
    }

    private void End(Func<FollowedPair, bool> which, string reason)
    {
        lock (_gate)
        {
            foreach (var pair in _pairs.Values.Where(which).ToList())
            {
                _pairs.Remove(pair.Series);
                pair.Fail(new PriceProviderException(Name, $"{pair.Series}: {reason}"));
            }
        }
    }

    private async Task ReadFeedAsync((string Exchange, Market Market) key, IPriceFeed feed)
    {
        var reason = "its stream ended.";
        try
        {
            await foreach (var quote in feed.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                Take(quote);
            }
        }
        catch (OperationCanceledException)
        {
            // the source is disposed of
        }
        catch (OhlcvConnectorException exception)
        {
            reason = exception.Message;
        }

        bool isCurrent;
        lock (_gate)
        {
            isCurrent = _open.GetValueOrDefault(key) == feed && _open.Remove(key);
        }

        if (isCurrent)
        {
            End(pair => (pair.Series.Exchange, pair.Series.Market) == key, reason); // who asks next begins anew
        }

        await feed.DisposeAsync().ConfigureAwait(false);
    }

    private void Take(in PriceQuote quote)
    {
        lock (_gate)
        {
            if (!_pairs.TryGetValue(quote.Series, out var pair))
            {
                return;
            }

            if (pair.Take(quote, _clock.GetUtcNow().ToUnixTimeMilliseconds()) && _changed.Add(pair) && _isChanged.CurrentCount == 0)
            {
                _isChanged.Release();
            }
        }
    }
}
