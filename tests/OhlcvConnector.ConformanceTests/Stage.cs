using OhlcvConnector.ConformanceTests.Toy;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Sandbox;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ConformanceTests;

/// <summary>A sandbox and a connector to it, for one market of one venue, both on the market's clock.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly CancellationTokenSource _patience = new(Patience);

    private Stage(SandboxServer sandbox, LogRecorder log, string exchange, Market market, Action<ConnectorOptions>? configure)
    {
        Sandbox = sandbox;
        Log = log;
        Exchange = exchange;
        Market = market;
        var options = new ConnectorOptions
        {
            Sandbox = sandbox.BaseAddress,
            MarketClock = sandbox.Clock,
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            ReconnectDelayMax = TimeSpan.FromMilliseconds(200),
            RestAttempts = 2,
            Seed = 1,
        };
        configure?.Invoke(options);
        Repositories = new VenueRepositories(Venues, options, log);
        Connector = new Connector(Repositories);
    }

    /// <summary>All venues, and one that does not exist, which is added as docs/adding-a-venue.md says.</summary>
    public static IReadOnlyList<IVenue> Venues { get; } = [.. Infrastructure.Venues.All, new ToyVenue()];

    public SandboxServer Sandbox { get; }

    public LogRecorder Log { get; }

    public string Exchange { get; }

    public Market Market { get; }

    public VenueRepositories Repositories { get; }

    public Connector Connector { get; }

    public CancellationToken Token => _patience.Token;

    public VenueAccess Access => Repositories.Accesses.Single(access => access.Venue.Name == Exchange && access.Market.Market == Market);

    public static async Task<Stage> SetAsync(
        string exchange, Market market, double speed = 300, Action<ConnectorOptions>? configure = null, Action<SandboxOptions>? sandbox = null)
    {
        var options = new SandboxOptions { Speed = speed, SymbolCount = 8 };
        sandbox?.Invoke(options);
        return new Stage(await SandboxServer.StartAsync(
            options, world => [.. SandboxVenues.All(world), new ToySandbox(world.Venue("toy"))]), new LogRecorder(), exchange, market, configure);
    }

    public async Task<IReadOnlyList<Instrument>> InstrumentsAsync() => await Connector.InstrumentsAsync(Exchange, Market, cancellationToken: Token);

    public async Task<List<Series>> SeriesAsync(int count) =>
        [.. (await InstrumentsAsync()).Where(instrument => instrument.IsTrading).Take(count)
            .Select(instrument => new Series(instrument, Interval.OneMinute, instrument.VenueSymbol))];

    /// <summary>How many subscriptions series of different symbols take: a flagless market's are two each, candles and trades.</summary>
    public int SubscriptionsOf(int series) => Access.Market.Trades is null ? series : 2 * series;

    public IReadOnlyList<SandboxCandle> Books(Series series, DateTimeOffset from, DateTimeOffset to) =>
        Sandbox.Candles(Exchange, Market, series.VenueSymbol, series.Interval, from, to);

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        await Sandbox.DisposeAsync();
        _patience.Dispose();
        Log.Dispose();
    }
}
