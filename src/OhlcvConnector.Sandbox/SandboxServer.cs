using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector;

/// <summary>
/// The exchanges, simulated on 127.0.0.1: <c>await using var sandbox = await SandboxServer.StartAsync();</c>. All share one port, each under its own path,
/// the venue's own paths after it, so that a client needs only another base address. Every HTTP answer says <c>X-Sandbox: true</c>.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly World _world;
    private readonly IReadOnlyList<ISandboxVenue> _venues;

    private SandboxServer(WebApplication application, World world, IReadOnlyList<ISandboxVenue> venues, Uri address)
    {
        _application = application;
        _world = world;
        _venues = venues;
        BaseAddress = address;
        var stream = new UriBuilder(address) { Scheme = "ws" }.Uri;
        Venues =
        [
            .. venues.SelectMany(venue => venue.Paths, (venue, path) =>
                new SandboxVenueAddress(venue.Exchange, path.Market, new Uri(stream, path.StreamPath), new Uri(address, path.RestPath))),
        ];
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:9700/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The market's clock, which runs <see cref="SandboxOptions.Speed"/> times as fast as the real one.</summary>
    public TimeProvider Clock => _world.Clock;

    /// <summary>The simulated markets with their addresses.</summary>
    public IReadOnlyList<SandboxVenueAddress> Venues { get; }

    /// <summary>What was seen so far.</summary>
    public SandboxStatistics Statistics => _world.Statistics;

    /// <summary>Starts the venues.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SandboxOptions();
        options.Validate();
        var clock = new SandboxClock(options.TimeProvider, options.StartTime ?? options.TimeProvider.GetUtcNow(), options.Speed);
        var world = new World(options, clock);
        var venues = SandboxVenues.All(world);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Use(async (context, next) =>
        {
            context.Response.Headers["X-Sandbox"] = "true";
            context.Response.Headers.Date = clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
            await next(context).ConfigureAwait(false);
        });
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        application.UseRouting();
        AdminRoutes.Map(application, world);
        foreach (var venue in venues)
        {
            venue.Map(application);
        }

        application.MapFallback(async context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("The sandbox knows no such path.").ConfigureAwait(false);
        });
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new SandboxServer(application, world, venues, new Uri(addresses.First().TrimEnd('/') + "/"));
    }

    /// <summary>The candles of the books that have ended and open in <c>[from, to)</c>, quiet ones included: the truth.</summary>
    /// <exception cref="ArgumentException">There is no such market or symbol.</exception>
    public IReadOnlyList<SandboxCandle> Candles(string exchange, Market market, string venueSymbol, Interval interval, DateTimeOffset from, DateTimeOffset to)
    {
        var books = _venues.FirstOrDefault(venue => venue.Exchange == exchange)?.Market(market)
            ?? throw new ArgumentException($"The sandbox has no market {exchange} {market.Name()}.", nameof(market));
        var listing = books.Find(venueSymbol) ?? throw new ArgumentException($"{exchange} {market.Name()} lists no '{venueSymbol}' in the sandbox.", nameof(venueSymbol));
        var nowMs = _world.NowMs;
        return
        [
            .. books.Candles(listing, interval, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds() - 1, int.MaxValue, newest: false, nowMs)
                .Where(candle => candle.CloseMs <= nowMs)
                .Select(candle => new SandboxCandle(
                    DateTimeOffset.FromUnixTimeMilliseconds(candle.OpenMs), candle.Open, candle.High, candle.Low, candle.Close, candle.BaseVolume, candle.QuoteVolume, candle.Count)),
        ];
    }

    /// <summary>Cuts all open streams without a word, of one venue or of all.</summary>
    /// <returns>How many there were.</returns>
    public int DropConnections(string? exchange = null)
    {
        var sessions = _world.Sessions(exchange);
        foreach (var session in sessions)
        {
            session.Cut();
        }

        return sessions.Count;
    }

    /// <summary>Makes all open streams of a venue silent, though their sockets stay open and answer WebSocket pings: the silent stall.</summary>
    internal int Freeze(string exchange)
    {
        var sessions = _world.Sessions(exchange);
        foreach (var session in sessions)
        {
            session.IsFrozen = true;
        }

        return sessions.Count;
    }

    /// <summary>Sends a frame as it is on all open streams of a venue.</summary>
    internal async Task InjectAsync(string exchange, ReadOnlyMemory<byte> frame, bool isBinary = false)
    {
        foreach (var session in _world.Sessions(exchange))
        {
            await session.SendAsync(frame, isBinary).ConfigureAwait(false);
        }
    }

    /// <summary>Stops the venues and cuts all streams.</summary>
    public async ValueTask DisposeAsync()
    {
        DropConnections();
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(2), _world.Options.TimeProvider);
        await _application.StopAsync(hurry.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
