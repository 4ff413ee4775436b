using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Publishing;

/// <summary>
/// Publishes live series to a bus. Each begins where the bus ends, from the exchange's history first and live then, without a seam: so no stop leaves a hole,
/// and no cursor but the bus itself is kept. While the bus is down candles wait in memory, up to a bound; what is more is read again from history, out of an
/// archive where the history has one, once the bus is back.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither holds a handle unless asked for one.")]
public sealed partial class PublishQuotes
{
    private readonly IPriceFeedRepository _feeds;
    private readonly IQuoteSink _sink;
    private readonly TimeProvider _timer;
    private readonly ConcurrentDictionary<Series, PublishedSeries> _series = [];
    private readonly Dictionary<(string Exchange, Market Market), IPriceFeed> _open = [];
    private readonly List<Task> _readers = [];
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly PublishingTally _tally = new();

    /// <summary>Creates the use case; nothing is read before a series is followed.</summary>
    /// <param name="feeds">The live candles, with their past.</param>
    /// <param name="sink">The bus. It stays the caller's.</param>
    /// <param name="timer">The clock that waits between attempts are measured with; null for this machine's.</param>
    public PublishQuotes(IPriceFeedRepository feeds, IQuoteSink sink, TimeProvider? timer = null)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        ArgumentNullException.ThrowIfNull(sink);
        (_feeds, _sink, _timer) = (feeds, sink, timer ?? TimeProvider.System);
    }

    /// <summary>Is told in words what goes wrong, and when it is well again. Called by whatever thread learns of it; it must not block. Set it before
    /// running.</summary>
    public Action<string>? OnTrouble { get; set; }

    /// <summary>Is told of a status of a series that the bus was told, too. Set it before running.</summary>
    public Action<SeriesStatus>? OnStatus { get; set; }

    /// <summary>Is given each closed candle that is stored, by this publisher, on the thread that stored it; it must not block. Set it before running.</summary>
    public Action<PriceQuote>? OnPublished { get; set; }

    /// <summary>What was done so far.</summary>
    public PublishingCounts Counts => _tally.Of(_series.Values);

    /// <summary>Publishes until it is cancelled; what waits then is read again by whoever publishes next.</summary>
    /// <param name="series">The series, of any exchanges; more can be added by <see cref="Follow"/>.</param>
    /// <param name="begin">Where those begin of which the bus has nothing, UTC; null for now.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SinkException">The bus cannot be used, and trying again would not help.</exception>
    /// <exception cref="SubscriptionRejectedException">The exchange refused all series of a market.</exception>
    /// <exception cref="ExchangeUnavailableException">An exchange could not be reached within the attempts that the settings allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(IReadOnlyCollection<Series> series, DateTimeOffset? begin = null, CancellationToken cancellationToken = default)
    {
        using var stop = cancellationToken.Register(() => _stop.Cancel());
        try
        {
            Follow(series, begin);
            await _failed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_series.Values.Select(one => one.Working)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Task[] readers;
            lock (_gate)
            {
                readers = [.. _readers];
            }

            await Task.WhenAll(readers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Publishes more series, also while it runs; nothing happens for those that are published already.</summary>
    /// <param name="series">The series.</param>
    /// <param name="begin">Where those begin of which the bus has nothing, UTC; null for now.</param>
    public void Follow(IReadOnlyCollection<Series> series, DateTimeOffset? begin = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        foreach (var one in series)
        {
            var published = new PublishedSeries(one, begin);
            if (_series.TryAdd(one, published))
            {
                published.Working = Task.Run(() => WorkAsync(published));
            }
        }
    }

    /// <summary>Publishes series no longer, so that another may; nothing happens for those that are not published.</summary>
    /// <param name="series">The series.</param>
    /// <returns>Completes when nothing more of them is written.</returns>
    public async Task LeaveAsync(IReadOnlyCollection<Series> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var left = new List<Task>();
        foreach (var one in series)
        {
            if (_series.TryRemove(one, out var published))
            {
                await published.Stop.CancelAsync().ConfigureAwait(false);
                left.Add(published.Working);
            }
        }

        await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseUnusedAsync().ConfigureAwait(false);
    }

    private async Task CloseUnusedAsync()
    {
        List<IPriceFeed> unused = [];
        lock (_gate)
        {
            foreach (var key in _open.Keys.Where(key => !_series.Keys.Any(one => (one.Exchange, one.Market) == key)).ToList())
            {
                unused.Add(_open[key]);
                _open.Remove(key);
            }
        }

        foreach (var feed in unused)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(IPriceFeed feed)
    {
        try
        {
            await using (feed.ConfigureAwait(false))
            {
                await foreach (var quote in feed.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                {
                    Take(quote);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // it was told to end
        }
        catch (Exception exception)
        {
            _failed.TrySetException(exception);
        }
    }

    private void Take(in PriceQuote quote)
    {
        if (!_series.TryGetValue(quote.Series, out var published) || published.Lane is not { } lane || published.IsOfEarlier(quote))
        {
            return;
        }

        if (!lane.TryAdd(quote, out var replaced))
        {
            _tally.ReadAgain(lane.End() + 1);
        }

        if (replaced)
        {
            _tally.SkipUpdate();
        }
    }

    private void Tell(string words) => OnTrouble?.Invoke(words);
}
