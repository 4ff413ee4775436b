using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Hosting;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ServerTests;

/// <summary>The whole server on free loopback ports, on simulated exchanges in the same process.</summary>
internal sealed class ServerStage : IAsyncDisposable
{
    private readonly ManualTimeProvider? _clock;

    private ServerStage(SandboxServer sandbox, ConnectorServer server, LogRecorder log, ManualTimeProvider? clock)
    {
        _clock = clock;
        Sandbox = sandbox;
        Server = server;
        Log = log;
    }

    public SandboxServer Sandbox { get; }

    public ConnectorServer Server { get; }

    public LogRecorder Log { get; }

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Has the server do all that it can, so that it measures all that it can; the bus is not there.</summary>
    public static void NameAll(ServerOptions options, string folder)
    {
        options.ForecastModels = folder;
        options.PaperLedger = Path.Combine(folder, "paper.db");
        options.Bus = "nats://127.0.0.1:1";
        options.BusSeries.Add("binance:spot:1m:BTCUSDT");
    }

    public static async Task<ServerStage> SetAsync(
        double speed = 60, Action<ServerOptions>? configure = null, Action<SandboxOptions>? sandbox = null, Action<SandboxServer>? faults = null,
        Action<ConnectorOptions>? upstream = null)
    {
        var venues = new SandboxOptions { Speed = speed, SymbolCount = 20 };
        sandbox?.Invoke(venues);
        var running = await SandboxServer.StartAsync(venues);
        faults?.Invoke(running);
        var options = new ServerOptions { Port = 0, HealthPort = 0 };
        configure?.Invoke(options);
        var log = new LogRecorder();
        try
        {
            var server = await ConnectorServer.StartAsync(
                options,
                connector =>
                {
                    connector.Sandbox = running.BaseAddress;
                    connector.MarketClock = running.Clock;
                    connector.ReconnectDelay = TimeSpan.FromMilliseconds(20);
                    connector.ReconnectDelayMax = TimeSpan.FromMilliseconds(200);
                    connector.RestAttempts = 2;
                    connector.Seed = 1;
                    upstream?.Invoke(connector);
                },
                logging => logging.AddProvider(new Recording(log)));
            return new ServerStage(running, server, log, options.TimeProvider as ManualTimeProvider);
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    public Task<TestClient> ConnectAsync(Action<ClientWebSocket>? configure = null, string query = "") =>
        TestClient.ConnectAsync(new Uri(Server.StreamAddress, query), configure);

    public Task<string> GetAsync(string path) => Http.GetStringAsync(new Uri(Server.HealthAddress!, path));

    /// <summary>An exchange is gone, and stays gone.</summary>
    public void TakeDown(string exchange)
    {
        Sandbox.Inject(new SandboxFault(SandboxFaultKind.ServerError) { Exchange = exchange });
        Sandbox.Inject(new SandboxFault(SandboxFaultKind.Refuse) { Exchange = exchange });
        Sandbox.DropConnections(exchange);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        var stopping = Server.DisposeAsync().AsTask();
        if (_clock is { } clock) // what it waits for at the stop would never come
        {
            await Eventually.TrueAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromMilliseconds(20));
                    return stopping.IsCompleted;
                },
                "the server stops");
        }

        await stopping;
        await Sandbox.DisposeAsync();
        Log.Dispose();
    }

    private sealed class Recording(LogRecorder log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
            // nothing is held
        }
    }
}
