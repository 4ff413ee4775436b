using Microsoft.Extensions.Logging;
using OhlcvConnector.Client;
using OhlcvConnector.ConformanceTests.Delivery;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Hosting;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Client;

/// <summary>Some servers in this process, all on the same simulated exchanges, and clients of theirs.</summary>
internal sealed class ClientStage : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private readonly List<ConnectorServer?> _servers = [];
    private readonly List<(int Stream, int Health)> _ports = [];
    private readonly Action<ServerOptions>? _configure;

    private ClientStage(SandboxServer sandbox, Action<ServerOptions>? configure) => (Sandbox, _configure) = (sandbox, configure);

    public SandboxServer Sandbox { get; }

    public LogRecorder Log { get; } = new();

    public static async Task<ClientStage> SetAsync(
        int servers = 1, double speed = 60, Action<ServerOptions>? configure = null, Action<SandboxServer>? faults = null)
    {
        var stage = new ClientStage(await SandboxServer.StartAsync(new SandboxOptions { Speed = speed, SymbolCount = 20, StartTime = Start }), configure);
        faults?.Invoke(stage.Sandbox);
        for (var i = 0; i < servers; i++)
        {
            stage._servers.Add(null);
            stage._ports.Add((LoopbackPort.Reserve(), LoopbackPort.Reserve()));
            await stage.StartAsync(i);
        }

        return stage;
    }

    public ConnectorServer Server(int index = 0) => _servers[index]!;

    /// <summary>The servers' addresses as one setting says them.</summary>
    public string Streams => string.Join(',', _ports.Select(port => $"ws://127.0.0.1:{port.Stream}"));

    /// <summary>Where their REST is, likewise.</summary>
    public string Rests => string.Join(',', _ports.Select(port => $"http://127.0.0.1:{port.Health}"));

    /// <summary>Starts a server, each time on the same ports.</summary>
    public async Task StartAsync(int index)
    {
        var options = new ServerOptions { Port = _ports[index].Stream, HealthPort = _ports[index].Health, UnsubscribeDelay = TimeSpan.FromSeconds(1) };
        _configure?.Invoke(options);
        _servers[index] = await ConnectorServer.StartAsync(
            options,
            connector =>
            {
                connector.Sandbox = Sandbox.BaseAddress;
                connector.MarketClock = Sandbox.Clock;
                connector.ReconnectDelay = TimeSpan.FromMilliseconds(20);
            },
            logging => logging.ClearProviders());
    }

    public async Task StopAsync(int index)
    {
        await Server(index).DisposeAsync();
        _servers[index] = null;
    }

    public ConnectorClient Connect(Action<ConnectorClientOptions>? configure = null) => ConnectorClient.Create(
        options =>
        {
            options.AddServers(Streams);
            options.AddRestServers(Rests);
            options.ReconnectDelay = TimeSpan.FromMilliseconds(20);
            options.ReconnectDelayMax = TimeSpan.FromMilliseconds(200);
            configure?.Invoke(options);
        },
        Log);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.OfType<ConnectorServer>())
        {
            await server.DisposeAsync();
        }

        await Sandbox.DisposeAsync();
        Log.Dispose();
    }
}

/// <summary>Holds what a client delivers against the promise, one checker a series.</summary>
internal sealed class ClientReading(bool omitsQuietCandles = false)
{
    public Dictionary<Series, SeriesChecker> Checkers { get; } = [];

    public bool HasClosed(int series, int candles) => Checkers.Count == series && Checkers.Values.All(checker => checker.Closed.Count >= candles);

    public void Read(in PriceQuote quote)
    {
        quote.Series.Instrument.IsSandbox.ShouldBeTrue("what a sandbox simulates is labelled");
        if (!Checkers.TryGetValue(quote.Series, out var checker))
        {
            Checkers.Add(quote.Series, checker = new SeriesChecker(quote.Series.ToString(), omitsQuietCandles));
        }

        checker.Read(quote);
    }

    /// <summary>Compares with the sandbox's own books.</summary>
    public void CompareWith(SandboxServer sandbox)
    {
        foreach (var checker in Checkers.Values)
        {
            checker.CompareWith(sandbox);
        }
    }
}
