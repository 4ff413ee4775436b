using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// The one upstream subscription of a market, however many clients there are: reads its feed, publishes each quote to its series' channel, and has it sent once
/// for all that came together. Opens the feed again, where it left off, should it ever fail.
/// </summary>
internal sealed partial class MarketPump : IAsyncDisposable
{
    private const int MaxBeforeFlush = 512;
    private const int PartOfCapacity = 4;
    private static readonly TimeSpan ReopenAfter = TimeSpan.FromSeconds(1);

    private readonly IPriceFeedRepository _feeds;
    private readonly TimeProvider _clock;
    private readonly TimeProvider _marketClock;
    private readonly ILogger _logger;
    private readonly Action<SeriesChannel> _refused;
    private readonly MarketLatency _latency;
    private readonly ServerCounters _counters;
    private readonly int _maxBeforeFlush;
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, SeriesChannel> _channels = [];
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPriceFeed? _feed;
    private Task? _running;

    /// <summary>Prepares the subscription; nothing is connected before a series is added.</summary>
    /// <param name="feeds">The venues.</param>
    /// <param name="clock">The clock of waits.</param>
    /// <param name="marketClock">The clock of candles.</param>
    /// <param name="logger">The log of the subscription.</param>
    /// <param name="counters">The counters of the server.</param>
    /// <param name="latency">The histograms that take the latencies.</param>
    /// <param name="capacity">
    /// Closed candles that may wait for a client: a small part of them alone may come between two flushes, for they are no client's fault.
    /// </param>
    /// <param name="refused">Is told of a series that the exchange refuses.</param>
    public MarketPump(
        IPriceFeedRepository feeds, TimeProvider clock, TimeProvider marketClock, ILogger logger, ServerCounters counters, MarketLatency latency, int capacity,
        Action<SeriesChannel> refused)
    {
        _maxBeforeFlush = Math.Clamp(capacity / PartOfCapacity, 1, MaxBeforeFlush);
        _feeds = feeds;
        _clock = clock;
        _marketClock = marketClock;
        _logger = logger;
        _counters = counters;
        _latency = latency;
        _refused = refused;
        Broadcast = new Broadcast(counters, Senders.ForThisMachine());
    }

    /// <summary>Sends to the clients.</summary>
    public Broadcast Broadcast { get; }

    /// <summary>Reason why the feed failed last; null while it runs.</summary>
    public string? Failure { get; private set; }

    /// <summary>The series that it follows.</summary>
    public SeriesChannel[] Channels
    {
        get
        {
            lock (_gate)
            {
                return [.. _channels.Values];
            }
        }
    }

    /// <summary>Follows a series from now on.</summary>
    /// <exception cref="SubscriptionLimitException">The exchange allows no more; nothing has changed.</exception>
    public void Add(SeriesChannel channel)
    {
        lock (_gate)
        {
            _feed?.Add(channel.Series);
            _channels.Add(channel.Series, channel);
            _running ??= Task.Run(() => RunAsync(_stop.Token));
            _work.TrySetResult();
        }
    }

    /// <summary>Follows a series no longer.</summary>
    /// <returns>The feed, when this was its last series: dispose it, which ends the connection. Else null.</returns>
    public IPriceFeed? Remove(SeriesChannel channel)
    {
        lock (_gate)
        {
            if (_channels.GetValueOrDefault(channel.Series) != channel)
            {
                return null;
            }

            _channels.Remove(channel.Series);
            _feed?.Remove(channel.Series);
            if (_channels.Count > 0)
            {
                return null;
            }

            var ended = _feed;
            _feed = null;
            _work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return ended;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        IPriceFeed? feed;
        Task? running;
        lock (_gate)
        {
            (feed, _feed) = (_feed, null);
            running = _running;
        }

        if (feed is not null)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }

        if (running is not null)
        {
            await running.ConfigureAwait(false);
        }

        Broadcast.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(cancellationToken).ConfigureAwait(false);
                Failure = null;
                await ReadAsync(Open(), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (SubscriptionRejectedException exception)
            {
                Refuse(exception.Series, exception.VenueMessage);
            }
            catch (Exception exception) // the feed ends, whatever it is; clients are told by their series' status, and it is tried again
            {
                Failure = exception.Message;
                LogFailed(_logger, exception);
                await WaitAsync(ReopenAfter, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task WorkAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _work.Task.WaitAsync(cancellationToken);
        }
    }

    private async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(time, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the loop sees it
        }
    }

    private void Publish(in PriceQuote quote, SeriesNumber? number, Dictionary<Series, SeriesChannel> byIdentity)
    {
        if (!byIdentity.TryGetValue(quote.Series, out var channel))
        {
            lock (_gate)
            {
                if (!_channels.TryGetValue(quote.Series, out channel))
                {
                    return; // it was removed while this was on its way
                }

                if (byIdentity.Count > 2 * _channels.Count)
                {
                    byIdentity.Clear(); // series that came and went
                }
            }

            byIdentity.Add(quote.Series, channel);
        }

        var now = _marketClock.GetUtcNow();
        _latency.Record(quote, now);
        if (quote.GapBefore is not null)
        {
            _counters.GapAnnounced();
        }

        var isFirst = channel.LastQuoteMs == 0;
        Broadcast.Publish(channel, quote, now, number);
        if (isFirst)
        {
            Broadcast.ChangeStatus(channel, SeriesState.Live, "", now);
        }
    }

    private void OnStatus(SeriesStatus status)
    {
        if (status.Condition == SeriesCondition.Refused)
        {
            Refuse(status.Series, status.Reason);
            return;
        }

        lock (_gate)
        {
            if (_channels.TryGetValue(status.Series, out var channel))
            {
                channel.NotTrading = status.Condition == SeriesCondition.Trading ? null : status.Reason;
            }
        }
    }

    private void Refuse(Series series, string reason)
    {
        SeriesChannel? channel;
        lock (_gate)
        {
            if (_channels.Remove(series, out channel) && _channels.Count == 0)
            {
                _work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (channel is not null)
        {
            LogRefused(_logger, series, reason);
            channel.Refuse(reason);
            _refused(channel);
        }
    }

    [LoggerMessage(ServerEventIds.FeedFailed, LogLevel.Error, "The upstream feed failed, and is opened again where it left off")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(ServerEventIds.SeriesRefused, LogLevel.Warning, "The exchange refuses {Series}: {Reason}")]
    private static partial void LogRefused(ILogger logger, Series series, string reason);
}
