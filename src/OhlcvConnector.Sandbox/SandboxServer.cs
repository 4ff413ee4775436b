using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox;
using OhlcvConnector.Sandbox.CoinGecko;
using OhlcvConnector.Sandbox.Replay;
using OhlcvConnector.Sandbox.Simulation;
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
    private readonly CancellationTokenSource _stop = new();
    private Task _script = Task.CompletedTask;
    private Task _replay = Task.CompletedTask;
    private int _isDisposed;

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

    /// <summary>Address at which the sandbox listens, such as <c>http://127.0.0.1:9700/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The market's clock, which runs <see cref="SandboxOptions.Speed"/> times as fast as the real one.</summary>
    public TimeProvider Clock => _world.Clock;

    /// <summary>The simulated markets with their addresses.</summary>
    public IReadOnlyList<SandboxVenueAddress> Venues { get; }

    /// <summary>Statistics of what was seen so far.</summary>
    public SandboxStatistics Statistics => _world.Statistics;

    /// <summary>Starts the venues.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static Task<SandboxServer> StartAsync(SandboxOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(options ?? new SandboxOptions(), SandboxVenues.All, cancellationToken);

    /// <summary>Starts other venues than the usual ones.</summary>
    internal static async Task<SandboxServer> StartAsync(
        SandboxOptions options, Func<World, IReadOnlyList<ISandboxVenue>> venuesOf, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var clock = new SandboxClock(options.TimeProvider, options.Recording?.Start ?? options.StartTime ?? options.TimeProvider.GetUtcNow(), options.Speed);
        var world = new World(options, clock);
        var venues = venuesOf(world);
        var replay = options.Recording is { } recording ? new ReplayPump(world, recording) : null;
        var books = venues.Select(venue => venue.Market(Market.Spot)).OfType<SimulatedMarket>().FirstOrDefault(); // a recording tells no prices of assets
        var prices = books is null ? null : new CoinGeckoTwin(world.Venue(CoinGeckoTwin.Name), books);
        foreach (var fault in options.Faults)
        {
            fault.Validate(world.Venues.Select(venue => venue.Exchange));
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>(); // the usual one would take Ctrl-C and SIGTERM from the program
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Use((context, next) => HttpFaults.PassAsync(context, world, () => next(context)));
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        application.UseRouting();
        SandboxServer? server = null;
        AdminRoutes.Map(application, world, () => server!);
        FaultRoutes.Map(application, world, fault => server!.Inject(fault), () => server!.ClearFaults());
        foreach (var venue in venues)
        {
            venue.Map(application);
        }

        prices?.Map(application);
        application.MapFallback(async context =>
        {
            if (venues.FirstOrDefault(venue => context.Request.Path.StartsWithSegments("/" + venue.Exchange, StringComparison.Ordinal)) is { } asked)
            {
                await asked.UnknownPathAsync(context).ConfigureAwait(false);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("The sandbox knows no such path.").ConfigureAwait(false);
        });
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        server = new SandboxServer(application, world, venues, new Uri(addresses.First().TrimEnd('/') + "/"));
        server.Schedule();
        server._replay = replay is null ? Task.CompletedTask : Task.Run(() => replay.RunAsync(server._stop.Token), CancellationToken.None);
        return server;
    }

    /// <summary>The candles of the books that have ended and open in <c>[from, to)</c>, quiet ones included: the truth.</summary>
    /// <exception cref="ArgumentException">There is no such market or symbol.</exception>
    public IReadOnlyList<SandboxCandle> Candles(string exchange, Market market, string venueSymbol, Interval interval, DateTimeOffset from, DateTimeOffset to)
    {
        var markets = _venues.FirstOrDefault(venue => venue.Exchange == exchange)?.Market(market)
            ?? throw new ArgumentException($"The sandbox has no market {exchange} {market.Name()}.", nameof(market));
        var listing = markets.Find(venueSymbol)
            ?? throw new ArgumentException($"{exchange} {market.Name()} lists no '{venueSymbol}' in the sandbox.", nameof(venueSymbol));
        var nowMs = _world.Venue(exchange).Clock.Latest.ToUnixTimeMilliseconds();
        return
        [
            .. markets.Candles(listing, interval, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds() - 1, int.MaxValue, newest: false, nowMs)
                .Where(candle => candle.CloseMs <= nowMs)
                .Select(candle => new SandboxCandle(
                    DateTimeOffset.FromUnixTimeMilliseconds(candle.OpenMs), candle.Open, candle.High, candle.Low, candle.Close, candle.BaseVolume,
                    candle.QuoteVolume, candle.Count)),
        ];
    }

    /// <summary>Makes something go wrong.</summary>
    /// <returns>The number of streams that were hit at once; 0 for a fault that lasts.</returns>
    /// <exception cref="ArgumentException">The fault is out of range, or names an exchange that there is not.</exception>
    public int Inject(SandboxFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        fault.Validate(_world.Venues.Select(venue => venue.Exchange));
        if (fault.IsMomentary)
        {
            var hits = Strike(fault);
            _world.Faults.Count(fault.Kind, hits);
            return hits;
        }

        if (fault.Kind == SandboxFaultKind.ClockSkew)
        {
            foreach (var venue in _world.Venues.Where(venue => fault.Concerns(venue.Exchange, null)))
            {
                venue.Clock.Skew(fault.AmountOrUsual, fault.Duration);
                _world.Faults.Count(fault.Kind, 1);
            }
        }

        _world.Faults.Begin(fault);
        return 0;
    }

    /// <summary>Ends the faults that last.</summary>
    public void ClearFaults()
    {
        _world.Faults.Clear();
        foreach (var venue in _world.Venues)
        {
            venue.Clock.SetRight();
        }
    }

    /// <summary>Number of times that each kind of fault has hit so far.</summary>
    public IReadOnlyDictionary<SandboxFaultKind, long> FaultHits => _world.Faults.Hits;

    /// <summary>Cuts all open streams without a word, of one venue or of all.</summary>
    /// <returns>The number of streams that were cut.</returns>
    public int DropConnections(string? exchange = null) => Inject(new SandboxFault(SandboxFaultKind.DropAll) { Exchange = exchange });

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
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _script.ConfigureAwait(false);
        await _replay.ConfigureAwait(false);
        ClearFaults();
        DropConnections();
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(2), _world.Options.TimeProvider);
        await _application.StopAsync(hurry.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Schedule() => _script = Task.Run(async () =>
    {
        try
        {
            foreach (var fault in _world.Options.Faults.OrderBy(fault => fault.At))
            {
                var wait = TimeSpan.FromTicks(fault.At.Ticks - _world.Clock.GetTimestamp());
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _world.Clock, _stop.Token).ConfigureAwait(false);
                Inject(fault);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the server stops before the script's end
        }
    });

    /// <summary>Makes a fault that happens at once hit the streams that are open. Returns the number of streams that it hit.</summary>
    private int Strike(SandboxFault fault)
    {
        var sessions = _world.Sessions(fault.Exchange);
        switch (fault.Kind)
        {
            case SandboxFaultKind.Drop when _world.Faults.Choose(sessions) is { } one:
                one.Cut();
                return 1;
            case SandboxFaultKind.DropAll:
                return Each(session => session.Cut());
            case SandboxFaultKind.Freeze:
                return Each(session => session.Freeze());
            case SandboxFaultKind.HalfOpen:
                return Each(session => session.Unplug());
            case SandboxFaultKind.Maintenance:
                return Each(session => _ = session.MaintainAsync(fault.AmountOrUsual));
            case SandboxFaultKind.Stall when (fault.Symbol ?? _world.Faults.Choose([.. sessions.SelectMany(session => session.Symbols())])) is { } symbol:
                return sessions.Sum(session => session.Stall(subscription => subscription.Listing?.Symbol == symbol));
            default:
                return 0;
        }

        int Each(Action<StreamSession> strike)
        {
            foreach (var session in sessions)
            {
                strike(session);
            }

            return sessions.Count;
        }
    }

    /// <summary>The server lives as long as its owner wants, and has no ear for signals.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
