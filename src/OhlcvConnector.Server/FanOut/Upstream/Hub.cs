using Microsoft.Extensions.Logging;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// Hub of all series that are followed: one upstream subscription each, which begins with the first who wants it and ends a grace time after the last.
/// </summary>
internal sealed partial class Hub : IAsyncDisposable
{
    private readonly IPriceFeedRepository _feeds;
    private readonly BuiltFeeds _built;
    private readonly StreamPrices _resolver;
    private readonly Connector _connector;
    private readonly ServerOptions _options;
    private readonly TimeProvider _marketClock;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, SeriesChannel> _channels = [];
    private readonly Dictionary<(string Exchange, Market Market, bool IsBuilt), MarketPump> _pumps = [];
    private readonly LatencyMetrics _latency;

    /// <summary>Creates the hub; nothing is connected before a series is wanted.</summary>
    public Hub(
        Connector connector, IInstrumentRepository instruments, IPriceFeedRepository feeds, HistoryDesk history,
        ServerOptions options, MarketClock marketClock, ServerCounters counters, LatencyMetrics latency, ILogger<Hub> logger)
    {
        _feeds = feeds;
        _built = new BuiltFeeds(feeds, connector.Exchanges, marketClock.Clock);
        _resolver = new StreamPrices(instruments, feeds, marketClock.Clock);
        _connector = connector;
        _options = options;
        _marketClock = marketClock.Clock;
        _logger = logger;
        Counters = counters;
        _latency = latency;
        Past = new ReplayReader(client => new BuiltHistory(history.For(client), instruments, _marketClock), _marketClock, OmitsQuiet);
        WarmUp = new IndicatorWarmUp(Past, options.TimeProvider, _marketClock, OmitsQuiet);
    }

    /// <summary>Counters of what the server did.</summary>
    public ServerCounters Counters { get; }

    /// <summary>The past of series.</summary>
    public ReplayReader Past { get; }

    /// <summary>Leads indicators up to the present.</summary>
    public IndicatorWarmUp WarmUp { get; }

    /// <summary>Handler that is told that the exchange refused a series for good: its subscribers are to be told.</summary>
    public Action<SeriesChannel>? Refused { get; set; }

    /// <summary>Handler that is told of a series that is to be watched for signals.</summary>
    public Action<SeriesChannel>? Watched { get; set; }

    /// <summary>Told of each series that is to be forecast.</summary>
    public Action<SeriesChannel>? Forecast { get; set; }

    /// <summary>The exchanges, with markets and intervals.</summary>
    public IReadOnlyList<ExchangeProfile> Exchanges => _connector.Exchanges;

    /// <summary>Time in the market, UTC.</summary>
    public DateTimeOffset Now => _marketClock.GetUtcNow();

    /// <summary>The series that are followed.</summary>
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

    /// <summary>Returns the diagnostics of every market.</summary>
    public IReadOnlyList<MarketDiagnostics> Diagnose() => _connector.Diagnose();

    /// <summary>Returns what each market did of which a series was ever followed.</summary>
    public IReadOnlyList<MarketDiagnostics> DiagnoseFollowed()
    {
        lock (_gate)
        {
            return [.. Diagnose().Where(market => _pumps.Keys.Any(key => key.Exchange == market.Exchange && key.Market == market.Market))];
        }
    }

    /// <inheritdoc cref="StreamPrices.ResolveAsync"/>
    public Task<IReadOnlyList<Series>> ResolveAsync(StreamRequest request, CancellationToken cancellationToken) =>
        _resolver.ResolveAsync(request, cancellationToken);

    /// <summary>The channel of a series, followed from now on. Each call needs its <see cref="Release"/>.</summary>
    /// <exception cref="SubscriptionLimitException">The exchange allows no more series from one address.</exception>
    public SeriesChannel Acquire(Series series)
    {
        lock (_gate)
        {
            if (!_channels.TryGetValue(series, out var channel))
            {
                var pump = PumpOf(series);
                channel = new SeriesChannel(series, _options.CandlesKept, pump.Broadcast.Changes);
                try
                {
                    pump.Add(channel);
                }
                catch (SubscriptionLimitException) when (RemoveUnused(pump)) // what is only kept in case somebody comes back gives way
                {
                    pump.Add(channel);
                }

                _channels.Add(series, channel);
                LogStarted(_logger, series);
            }

            channel.Use = (channel.Use.References + 1, null);
            return channel;
        }
    }

    /// <summary>Gives a channel back; the last one starts its grace time.</summary>
    public void Release(SeriesChannel channel)
    {
        lock (_gate)
        {
            var left = channel.Use.References - 1;
            channel.Use = (left, left == 0 ? _options.TimeProvider.GetTimestamp() : null);
        }
    }

    /// <summary>The channel of a series, if it is followed.</summary>
    public SeriesChannel? Find(Series series)
    {
        lock (_gate)
        {
            return _channels.GetValueOrDefault(series);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        MarketPump[] pumps;
        lock (_gate)
        {
            pumps = [.. _pumps.Values];
            _pumps.Clear();
            _channels.Clear();
        }

        foreach (var pump in pumps)
        {
            await pump.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends what nobody wanted for the grace time, looks how each series is, and has clients that came or went while nothing was sent put in order. Called
    /// every second; public for tests with their own clock.
    /// </summary>
    public async Task TendAsync()
    {
        await EndUnusedAsync().ConfigureAwait(false);
        UpdateStatus();
        MarketPump[] pumps;
        lock (_gate)
        {
            pumps = [.. _pumps.Values];
        }

        foreach (var pump in pumps)
        {
            pump.Broadcast.Flush();
        }
    }

    /// <summary>Ends what nobody wants of a market before its grace time is over; whether there was any.</summary>
    private bool RemoveUnused(MarketPump pump)
    {
        var unused = pump.Channels.Where(channel => channel.Use.UnusedSince is not null).ToList();
        foreach (var channel in unused.SkipLast(pump.Channels.Length == unused.Count ? 1 : 0)) // without any the feed itself would end
        {
            _channels.Remove(channel.Series);
            pump.Remove(channel);
            LogEnded(_logger, channel.Series);
        }

        return unused.Count > 0;
    }

    private async Task EndUnusedAsync()
    {
        List<IPriceFeed> ended = [];
        lock (_gate)
        {
            var unused = _channels.Values.Where(channel =>
                channel.Use.UnusedSince is { } since
                    && (_options.TimeProvider.GetElapsedTime(since) >= _options.UnsubscribeDelay || channel.Refusal is not null)).ToList();
            foreach (var channel in unused)
            {
                _channels.Remove(channel.Series);
                if (PumpOf(channel.Series).Remove(channel) is { } feed)
                {
                    ended.Add(feed);
                }

                LogEnded(_logger, channel.Series);
            }
        }

        foreach (var feed in ended)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void UpdateStatus()
    {
        var now = Now;
        var markets = Diagnose().ToDictionary(market => (market.Exchange, market.Market));
        foreach (var channel in Channels)
        {
            var market = markets[(channel.Series.Exchange, channel.Series.Market)];
            var pump = RunningPumpOf(channel);
            var (state, reason) = ChannelStatus.Of(channel, market, pump.Failure, now, _options.StaleAfter);
            if (pump.Broadcast.ChangeStatus(channel, state, reason, now))
            {
                LogStatus(_logger, channel.Series, state, reason);
            }
        }
    }

    private MarketPump RunningPumpOf(SeriesChannel channel)
    {
        lock (_gate)
        {
            return PumpOf(channel.Series);
        }
    }

    /// <summary>The pump of a series' market; what is built from shorter candles has one of its own, for the others need not know of it.</summary>
    private MarketPump PumpOf(Series series)
    {
        var isBuilt = !BuiltFeeds.PartOf(series, Exchanges).Equals(series);
        var key = (series.Exchange, series.Market, isBuilt);
        if (!_pumps.TryGetValue(key, out var pump))
        {
            var latency = _latency.For(series.Exchange, series.Market);
            pump = new MarketPump(
                isBuilt ? _built : _feeds,
                _options.TimeProvider,
                _marketClock,
                _logger,
                Counters,
                latency,
                _options.ClosedQueueCapacity,
                channel => Refused?.Invoke(channel));
            _pumps.Add(key, pump);
        }

        return pump;
    }

    /// <summary>Returns true when a series' exchange publishes nothing for a candle without trades.</summary>
    public bool OmitsQuiet(Series series) =>
        Diagnose().Any(market => market.Exchange == series.Exchange && market.Market == series.Market && market.OmitsQuietCandles);

    [LoggerMessage(ServerEventIds.SeriesStarted, LogLevel.Debug, "{Series} is followed")]
    private static partial void LogStarted(ILogger logger, Series series);

    [LoggerMessage(ServerEventIds.SeriesEnded, LogLevel.Debug, "{Series} is followed no longer")]
    private static partial void LogEnded(ILogger logger, Series series);

    [LoggerMessage(ServerEventIds.StatusChanged, LogLevel.Information, "{Series} is {State} {Reason}")]
    private static partial void LogStatus(ILogger logger, Series series, SeriesState state, string reason);
}
