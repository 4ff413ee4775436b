using System.Net;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Feed;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Infrastructure;

/// <summary>The three ports over all venues, and what they share: one HTTP client, one budget an address, one listing a market.</summary>
internal sealed class VenueRepositories : IInstrumentRepository, IPriceHistoryRepository, IPriceFeedRepository, IAsyncDisposable, IDisposable
{
    private readonly Dictionary<(string Exchange, Market Market), Entry> _entries = [];
    private readonly Dictionary<string, RateWindow> _weights = [];
    private readonly Dictionary<string, AddressLimits> _addresses = [];
    private readonly Dictionary<string, SemaphoreSlim> _lines = [];
    private readonly List<VenueFeed> _feeds = [];
    private readonly ConnectorMeter _meter;
    private readonly HttpClient _http;
    private readonly Random _random;
    private readonly Lock _gate = new();

    /// <summary>Builds everything; connects nothing.</summary>
    /// <exception cref="InvalidSettingException">A setting is out of range.</exception>
    public VenueRepositories(
        IReadOnlyList<IVenue> venues, ConnectorOptions options, ILoggerFactory loggers, System.Diagnostics.Metrics.IMeterFactory? meters = null)
    {
        ConnectorOptionsValidator.Validate(options);
        EndpointText.Check(options, venues);
        var proxy = ProxyOf(options);
        MarketClock = options.MarketClock ?? options.TimeProvider;
        _random = options.Seed is { } seed ? new Random(seed) : new Random();
        _http = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.RestConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that a venue's change of address is followed
            UseProxy = proxy is not null,
            Proxy = proxy,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own, on our clock
            MaxResponseContentBufferSize = VenueRest.MaxBodyBytes,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("OhlcvConnector");
        foreach (var venue in venues)
        {
            foreach (var market in venue.Markets)
            {
                _entries.Add((venue.Name, market.Market), NewEntry(venue, market, options, loggers));
            }
        }

        Exchanges = [.. venues.Select(SupportedExchanges.Profile)];
        _meter = new ConnectorMeter(meters, Diagnose);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ExchangeProfile> Exchanges { get; }

    /// <summary>The clock that candles are measured with.</summary>
    public TimeProvider MarketClock { get; }

    /// <summary>Access of each market: what everything that talks to it shares, for those who watch.</summary>
    public IEnumerable<VenueAccess> Accesses => _entries.Values.Select(entry => entry.Access);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        Find(exchange, market).Instruments.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        Find(exchange, market).Instruments.ListAgainAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Instrument?> FindAsync(string exchange, Market market, string venueSymbol, CancellationToken cancellationToken = default) =>
        Find(exchange, market).Instruments.FindAsync(venueSymbol, VenueInstruments.Kept, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
        CancellationToken cancellationToken = default) =>
        Find(series.Exchange, series.Market).History.ReadAsync(series, from, to, includeOpen, missing, waitForLate, cancellationToken);

    /// <inheritdoc/>
    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null) => Open(series, since, fromTrades: false);

    /// <inheritdoc/>
    public IPriceFeed OpenFromTrades(IReadOnlyCollection<Series> series) => Open(series, since: null, fromTrades: true);

    private VenueFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since, bool fromTrades)
    {
        var first = series.FirstOrDefault() ?? throw new ArgumentException("Name at least one series: it says of which market the feed is.", nameof(series));
        if (series.FirstOrDefault(one => one.Exchange != first.Exchange || one.Market != first.Market) is { } stranger)
        {
            throw new ArgumentException($"One feed carries one market: {first} and {stranger} need two.", nameof(series));
        }

        var entry = Find(first.Exchange, first.Market);
        if (fromTrades && entry.Access.Market.Trades is null)
        {
            throw new NotSupportedException($"The trades of {first.Exchange} {first.Market.Name()} are not read: its candles cannot be built from them.");
        }

        var feed = new VenueFeed(entry.Access, entry.History, entry.Instruments, NextRandom, fromTrades);
        try
        {
            foreach (var one in series)
            {
                feed.Add(one, since);
            }
        }
        catch
        {
            feed.Release();
            throw;
        }

        lock (_gate)
        {
            _feeds.RemoveAll(other => other.IsDisposed);
            _feeds.Add(feed);
        }

        return feed;
    }

    /// <summary>Returns what each market did so far, in the order of the exchanges.</summary>
    public IReadOnlyList<MarketDiagnostics> Diagnose()
    {
        VenueFeed[] feeds;
        lock (_gate)
        {
            feeds = [.. _feeds];
        }

        return [.. Accesses.Select(access => access.Diagnose(feeds.Where(feed => feed.IsOf(access))))];
    }

    /// <summary>Ends all feeds, and waits for it.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Ends all feeds.</summary>
    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        VenueFeed[] feeds;
        lock (_gate)
        {
            feeds = [.. _feeds];
            _feeds.Clear();
        }

        foreach (var feed in feeds)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var entry in _entries.Values)
        {
            entry.Instruments.Dispose();
        }

        foreach (var shared in _weights.Values.Concat<IDisposable>(_addresses.Values).Concat(_lines.Values))
        {
            shared.Dispose();
        }

        _http.Dispose();
    }

    /// <summary>The proxy by the settings, else the environment's; null for none, and for a sandbox.</summary>
    public static IWebProxy? ProxyOf(ConnectorOptions options) =>
        options.Proxy is { } set ? Proxy(set) : options.Sandbox is null ? EnvironmentProxy.Find(options.Variable) : null;

    /// <summary>A proxy by its address, with its user's name and password where it has them.</summary>
    public static WebProxy Proxy(Uri address)
    {
        var proxy = new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri);
        if (address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
        {
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), rest.Length > 0 ? Uri.UnescapeDataString(rest[0]) : "");
        }

        return proxy;
    }

    private Entry NewEntry(IVenue venue, VenueMarket market, ConnectorOptions options, ILoggerFactory loggers)
    {
        var (stream, rest) = VenueAccess.Addresses(venue, market, options);
        var budget = $"{venue.Name} {market.SharedWeight ?? rest}";
        if (!_weights.TryGetValue(budget, out var weight))
        {
            _weights.Add(budget, weight = new RateWindow(market.Limits.Weight, MarketClock));
        }

        var host = $"{venue.Name} {stream.Authority}";
        if (!_addresses.TryGetValue(host, out var address))
        {
            _addresses.Add(host, address = new AddressLimits(venue.Name, market.Limits, MarketClock));
        }

        var access = new VenueAccess(venue, market, options, loggers, address, weight);
        var requests = new VenueRest(access, _http, NextRandom, LinesTo(access, options));
        return new Entry(access, new VenueHistory(access, requests), new VenueInstruments(access, requests));
    }

    private SemaphoreSlim LinesTo(VenueAccess access, ConnectorOptions options)
    {
        var host = new Uri(access.Rest).Authority;
        if (!_lines.TryGetValue(host, out var lines))
        {
            _lines.Add(host, lines = new SemaphoreSlim(options.RestConnections));
        }

        return lines;
    }

    private Entry Find(string exchange, Market market)
    {
        if (!_entries.TryGetValue((exchange, market), out var entry))
        {
            throw new UnsupportedMarketException(exchange, market.Name(), _entries.Keys.Where(key => key.Exchange == exchange).Select(key => key.Market));
        }

        MissingKey.Check(exchange, entry.Access.Market.Key);
        return entry;
    }

    private double NextRandom()
    {
        lock (_random)
        {
            return _random.NextDouble();
        }
    }

    private sealed record Entry(VenueAccess Access, VenueHistory History, VenueInstruments Instruments);
}
