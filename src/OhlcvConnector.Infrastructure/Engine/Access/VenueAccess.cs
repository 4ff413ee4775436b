using System.Globalization;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;

namespace OhlcvConnector.Infrastructure.Engine.Access;

/// <summary>The shared state of everything that talks to one market of a venue: addresses, limits, circuit breakers, clock and counters.</summary>
internal sealed class VenueAccess
{
    private static readonly TimeSpan MaxBeat = TimeSpan.FromSeconds(5);

    /// <summary>Resolves the market's addresses by the settings.</summary>
    public VenueAccess(IVenue venue, VenueMarket market, ConnectorOptions options, ILoggerFactory loggers, AddressLimits address, RateWindow weight)
    {
        Venue = venue;
        Market = market.Key is null ? market : market with { Key = Key(market, options) };
        Options = options;
        Loggers = loggers;
        Address = address;
        Weight = weight;
        (Stream, Rest) = Addresses(venue, market, options);
        MarketClock = options.MarketClock ?? options.TimeProvider;
        Clock = new VenueClock(MarketClock);
        Heart = new Heart(options.TimeProvider, BeatEvery(market, options));
        StreamCircuitBreaker = new StreamCircuitBreaker(options, $"{venue.Name} {Domain.MarketNames.Name(market.Market)} stream", loggers);
        RestCircuitBreaker = new CircuitBreaker(options, $"{venue.Name} {Domain.MarketNames.Name(market.Market)} REST", loggers);
    }

    /// <summary>The venue.</summary>
    public IVenue Venue { get; }

    /// <summary>The market's facts.</summary>
    public VenueMarket Market { get; }

    /// <summary>Settings of the connector, all of them.</summary>
    public ConnectorOptions Options { get; }

    /// <summary>Factory of the loggers.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>The stream's address.</summary>
    public Uri Stream { get; }

    /// <summary>The REST address that requests' paths are appended to; no slash at the end.</summary>
    public string Rest { get; }

    /// <summary>Clock of ours that candles are measured with.</summary>
    public TimeProvider MarketClock { get; }

    /// <summary>The heartbeat of its connections.</summary>
    public Heart Heart { get; }

    /// <summary>The venue's clock.</summary>
    public VenueClock Clock { get; }

    /// <summary>Limits that the venue counts per address over all connections; markets at one stream address share them.</summary>
    public AddressLimits Address { get; }

    /// <summary>REST weight; markets at one REST address share it.</summary>
    public RateWindow Weight { get; }

    /// <summary>The circuit of the stream's connections.</summary>
    public StreamCircuitBreaker StreamCircuitBreaker { get; }

    /// <summary>The circuit of REST requests.</summary>
    public CircuitBreaker RestCircuitBreaker { get; }

    /// <summary>Headers that the venue wants with every request and with the handshake of every stream, its key among them.</summary>
    public IEnumerable<(string Name, string Value)> Headers =>
        Market.Key is { Value: { } value } key ? Market.Headers.Append((key.Header, value)) : Market.Headers;

    /// <summary>The same text with the venue's key masked, should it stand in it.</summary>
    public string Mask(string text) => Market.Key?.Mask(text) ?? text;

    /// <summary>Counters of what happened in this market.</summary>
    public FeedCounters Counters { get; } = new();

    /// <summary>Name of the market for messages: <c>binance spot</c>.</summary>
    public string Name => $"{Venue.Name} {Domain.MarketNames.Name(Market.Market)}";

    /// <summary>The key of a market by the settings; null where it wants none. A sandbox takes any, so it is given one of its own where none is set.</summary>
    public static VenueKey? Key(VenueMarket market, ConnectorOptions options) =>
        market.Key is { } key ? key with { Value = Set(key.Setting, options) ?? (options.Sandbox is null ? null : "sandbox") } : null;

    /// <summary>The addresses of a market by the settings.</summary>
    public static (Uri StreamAddress, string RestAddress) Addresses(IVenue venue, VenueMarket market, ConnectorOptions options)
    {
        if (options.Sandbox is { } sandbox)
        {
            var root = sandbox.AbsoluteUri.TrimEnd('/') + market.SandboxPath;
            return (StreamUnder(root, market.Stream), root);
        }

        var stream = options.UseTestnet && market.TestnetStream is not null ? market.TestnetStream : market.Stream;
        var rest = options.UseTestnet && market.TestnetRest is not null ? market.TestnetRest : market.Rest;
        var over = Override(venue, market, options);
        var under = over?.Base?.AbsoluteUri.TrimEnd('/');
        return (
            over?.Stream ?? (under is null ? stream : StreamUnder(under, stream)),
            over?.Rest?.AbsoluteUri.TrimEnd('/') ?? under ?? rest.AbsoluteUri.TrimEnd('/'));
    }

    private static string? Set(string setting, ConnectorOptions options) =>
        setting == nameof(options.CoinApiKey) && !string.IsNullOrWhiteSpace(options.CoinApiKey) ? options.CoinApiKey.Trim() : null;

    /// <summary>A quarter of the shortest deadline that a heartbeat watches; not more often than that needs.</summary>
    private static TimeSpan BeatEvery(VenueMarket market, ConnectorOptions options)
    {
        var shortest = new[]
        {
            options.AcknowledgeTimeout,
            options.PingTimeout,
            options.InactivityTimeout ?? market.Heartbeat.Silence,
            options.PingInterval > TimeSpan.Zero ? options.PingInterval : TimeSpan.MaxValue,
            market.Heartbeat.Every ?? TimeSpan.MaxValue,
        }.Min();
        return shortest / 4 < MaxBeat ? shortest / 4 : MaxBeat;
    }

    private static EndpointOverride? Override(IVenue venue, VenueMarket market, ConnectorOptions options) =>
        options.Endpoints.TryGetValue($"{venue.Name}/{Domain.MarketNames.Name(market.Market)}", out var exact) ? exact
        : options.Endpoints.TryGetValue(venue.Name, out var whole) ? whole
        : null;

    private static Uri StreamUnder(string root, Uri stream)
    {
        var scheme = root.StartsWith("https", StringComparison.OrdinalIgnoreCase) || root.StartsWith("wss", StringComparison.OrdinalIgnoreCase) ? "wss" : "ws";
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{scheme}{root[root.IndexOf(':', StringComparison.Ordinal)..]}{stream.PathAndQuery}"));
    }
}
