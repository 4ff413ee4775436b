using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>
/// The client of a connector server, or of several that stand in for each other: candles as from the exchanges themselves, live and historic, every closed one
/// of a series exactly once and in order, over breaks, restarts and a change of the server. It is the three ports of the domain; a program needs one.
/// </summary>
public sealed class ConnectorClient : IInstrumentRepository, IPriceHistoryRepository, IPriceFeedRepository, IAsyncDisposable
{
    private readonly ConnectorClientOptions _options;
    private readonly ServerLabel _label = new();
    private readonly ServerClock _clock;
    private readonly ServerRest _rest;
    private readonly ServerListing _listing;
    private readonly ServerHistory _history;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly List<ServerFeed> _feeds = [];
    private readonly Dictionary<(string Exchange, Market Market), FeedCounters> _counters = [];
    private readonly Dictionary<ServerFeed, (string Exchange, Market Market)> _markets = [];
    private readonly Lazy<StreamPrices> _stream;
    private readonly Lazy<FetchHistory> _past;

    private ConnectorClient(ConnectorClientOptions options, ILoggerFactory loggers)
    {
        options.Validate();
        _options = options;
        _logger = loggers.CreateLogger<ConnectorClient>();
        _clock = new ServerClock(options.TimeProvider);
        _rest = new ServerRest(options, _label, _logger);
        _listing = new ServerListing(_rest, _label, _clock, options.TimeProvider);
        _history = new ServerHistory(_rest, _clock, options.TimeProvider);
        _stream = new Lazy<StreamPrices>(() => new StreamPrices(this, this, KnownClock()), LazyThreadSafetyMode.PublicationOnly);
        _past = new Lazy<FetchHistory>(() => new FetchHistory(this, this, KnownClock()), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>
    /// The exchanges that the server serves, with markets and intervals. Read from the server when it is asked for the first time, which holds the thread;
    /// <see cref="ConnectAsync"/> reads it without.
    /// </summary>
    /// <exception cref="ExchangeUnavailableException">No server answered usably.</exception>
    /// <exception cref="InvalidSettingException">The server refuses the key.</exception>
    public IReadOnlyList<ExchangeProfile> Exchanges =>
        _listing.Exchanges ?? Task.Run(() => _listing.ReadExchangesAsync(CancellationToken.None)).GetAwaiter().GetResult();

    /// <summary>
    /// True when the server's exchanges are simulated, so that none of its candles is real; false before it has answered. Instruments say it, too.
    /// </summary>
    public bool IsSandbox => _label.IsSandbox;

    /// <summary>The clock that candles are measured with: this machine's, or the server's where its exchanges are simulated.</summary>
    public TimeProvider MarketClock => _clock;

    /// <summary>The market's time per real time: 1, but where a sandbox runs faster or slower.</summary>
    public double MarketClockSpeed => _clock.Speed;

    /// <summary>Creates a client. Nothing is connected before something is read.</summary>
    /// <param name="configure">Names the servers, and changes defaults.</param>
    /// <param name="loggerFactory">The factory of loggers; null for no log.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public static ConnectorClient Create(Action<ConnectorClientOptions> configure, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ConnectorClientOptions();
        configure(options);
        return new ConnectorClient(options, loggerFactory ?? NullLoggerFactory.Instance);
    }

    /// <summary>Creates a client: <c>ConnectorClient.Create("ws://127.0.0.1:8765")</c>.</summary>
    /// <param name="servers">The servers' WebSocket addresses, with commas between them.</param>
    /// <param name="loggerFactory">The factory of loggers; null for no log.</param>
    /// <exception cref="InvalidSettingException">The text is no address of a server.</exception>
    public static ConnectorClient Create(string servers, ILoggerFactory? loggerFactory = null) => Create(options => options.AddServers(servers), loggerFactory);

    /// <summary>Asks the server what it serves, so that a wrong address or key is found now; nothing else needs it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ExchangeUnavailableException">No server answered usably.</exception>
    /// <exception cref="InvalidSettingException">The server refuses the key.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _listing.ReadExchangesAsync(cancellationToken);

    /// <summary>Streams candles: <c>await foreach (var quote in client.StreamAsync("binance", "BTCUSDT"))</c>.</summary>
    /// <param name="exchange">The exchange, such as <c>binance</c>.</param>
    /// <param name="symbols">The symbols, in the exchange's spelling or a common one.</param>
    public IAsyncEnumerable<PriceQuote> StreamAsync(string exchange, params IReadOnlyList<string> symbols) =>
        StreamAsync(new StreamRequest { Exchange = exchange, Symbols = symbols });

    /// <inheritdoc cref="StreamPrices.StreamAsync(StreamRequest, CancellationToken)"/>
    public IAsyncEnumerable<PriceQuote> StreamAsync(StreamRequest request, CancellationToken cancellationToken = default) =>
        _stream.Value.StreamAsync(request, cancellationToken);

    /// <inheritdoc cref="StreamPrices.StreamAsync(IReadOnlyList{StreamRequest}, CancellationToken)"/>
    public IAsyncEnumerable<PriceQuote> StreamAsync(IReadOnlyList<StreamRequest> requests, CancellationToken cancellationToken = default) =>
        _stream.Value.StreamAsync(requests, cancellationToken);

    /// <inheritdoc cref="FetchHistory.ReadAsync"/>
    public IAsyncEnumerable<PriceQuote> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken = default) =>
        _past.Value.ReadAsync(request, cancellationToken);

    /// <inheritdoc cref="ListInstruments.ListAsync"/>
    public Task<IReadOnlyList<Instrument>> InstrumentsAsync(
        string exchange, Market? market = null, string? filter = null, CancellationToken cancellationToken = default) =>
        new ListInstruments(this).ListAsync(exchange, market, filter, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        _listing.ListAsync(exchange, market, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        _listing.ListAgainAsync(exchange, market, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        return _history.ReadAsync(series, from, to, includeOpen, missing, waitForLate, cancellationToken);
    }

    /// <inheritdoc/>
    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        var first = series.FirstOrDefault() ?? throw new ArgumentException("Name at least one series: it says of which market the feed is.", nameof(series));
        var key = (first.Exchange, first.Market);
        ServerFeed feed;
        lock (_gate)
        {
            if (!_counters.TryGetValue(key, out var counters))
            {
                _counters.Add(key, counters = new FeedCounters());
            }

            feed = new ServerFeed(new FeedSurroundings(_options, _history, _listing, _label, _clock, counters, _logger), first.Exchange, first.Market, Forget);
            foreach (var one in series)
            {
                feed.Add(one, since);
            }

            _feeds.Add(feed);
            _markets.Add(feed, key);
        }

        return feed;
    }

    /// <summary>
    /// Returns what the feeds of each market did since the client was made, for health pages and metrics; markets that were never read are not there.
    /// </summary>
    public IReadOnlyList<ClientDiagnostics> Diagnose()
    {
        lock (_gate)
        {
            return [.. _counters.Select(entry => Diagnose(entry.Key, entry.Value))];
        }
    }

    private ClientDiagnostics Diagnose((string Exchange, Market Market) key, FeedCounters counters)
    {
        var feeds = _feeds.FindAll(feed => _markets[feed] == key);
        return counters.Of(
            key.Exchange, key.Market, feeds.Sum(feed => feed.SeriesCount), feeds.Sum(feed => feed.DisturbedCount), feeds.Sum(feed => feed.QueueDepth));
    }

    /// <summary>Ends everything that is still being read.</summary>
    public async ValueTask DisposeAsync()
    {
        ServerFeed[] feeds;
        lock (_gate)
        {
            feeds = [.. _feeds];
        }

        foreach (var feed in feeds)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }

        _rest.Dispose();
    }

    /// <summary>The clock, after the server has said what time it is there: the use cases measure from when they are made.</summary>
    private ServerClock KnownClock()
    {
        _ = Exchanges;
        return _clock;
    }

    private void Forget(ServerFeed feed)
    {
        lock (_gate)
        {
            _feeds.Remove(feed);
            _markets.Remove(feed);
        }
    }
}
