using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Dashboard;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Health;
using OhlcvConnector.Server.Metrics;
using OhlcvConnector.Server.Notifications;
using OhlcvConnector.Server.Forecasts;
using OhlcvConnector.Server.Paper;
using OhlcvConnector.Server.Prices;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Server.Signals;

namespace OhlcvConnector.Server.Hosting;

/// <summary>The running server: WebSocket on one port; health, metrics and REST on another.</summary>
internal sealed partial class ConnectorServer : IAsyncDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _application;
    private readonly ServerOptions _options;
    private readonly ClientRegistry _clients;
    private readonly ILogger _logger;
    private bool _stopped;

    private ConnectorServer(WebApplication application, ServerOptions options, ILogger logger)
    {
        _application = application;
        _options = options;
        _logger = logger;
        _clients = application.Services.GetRequiredService<ClientRegistry>();
        var addresses =
            application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))
            .ToList();
        StreamAddress = new UriBuilder(addresses[0]) { Scheme = options.CertificatePath is null ? "ws" : "wss" }.Uri;
        HealthAddress = addresses.Count > 1 ? addresses[1] : null;
    }

    /// <summary>Address for WebSocket clients, such as <c>ws://127.0.0.1:8765/</c>.</summary>
    public Uri StreamAddress { get; }

    /// <summary>Address of health, metrics and REST, such as <c>http://127.0.0.1:8766/</c>; null when they are switched off.</summary>
    public Uri? HealthAddress { get; }

    /// <summary>Preloads: the series that are followed whether anybody wants them or not; for tests.</summary>
    public Preloads Preloads => _application.Services.GetRequiredService<Preloads>();

    /// <summary>Whom notices are given to; for tests.</summary>
    public NoticeDesk Notifier => _application.Services.GetRequiredService<NoticeDesk>();

    /// <summary>The series; for tests.</summary>
    public Hub Hub => _application.Services.GetRequiredService<Hub>();

    /// <summary>Starts the server, and follows what is to be preloaded.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="configure">Settings of the connector to the exchanges.</param>
    /// <param name="logging">Adds the loggers.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<ConnectorServer> StartAsync(
        ServerOptions options, Action<ConnectorOptions> configure, Action<ILoggingBuilder> logging, CancellationToken cancellationToken = default)
    {
        ServerSettings.Check(options);
        NoticeDesk.Check(options);
        Preloads.Check(options); // what is wrong in itself is one line, before anything runs
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // what goes wrong at the start is thrown, too, and said in one line
        builder.WebHost.UseKestrelCore();
        if (options.CertificatePath is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel => Listening.Configure(kestrel, options));
        ServerServices.AddTo(builder.Services, options, configure);
        var application = builder.Build();
        try
        {
            return await StartAsync(application, options, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.StopAsync(CancellationToken.None).ConfigureAwait(false); // services that were started
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Takes no more clients, lets those that there are have what waits for them, closes them with 1001, and leaves the exchanges. Takes at most
    /// <see cref="ServerOptions.StopTimeout"/> and a little.
    /// </summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        LogStopping(_logger, _clients.Count);
        using var patience = new CancellationTokenSource(_options.StopTimeout, _options.TimeProvider);
        _clients.Stop();
        var closing = _application.StopAsync(patience.Token); // no more connections; waits for those that there are
        await ClientsGoneAsync(patience.Token).ConfigureAwait(false);
        await patience.CancelAsync().ConfigureAwait(false);
        await closing.ConfigureAwait(false);
        await _application.Services.GetRequiredService<ConnectionGate>().WriteUseAsync().ConfigureAwait(false);
        LogStopped(_logger);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ConnectorServer> StartAsync(WebApplication application, ServerOptions options, CancellationToken cancellationToken)
    {
        var logger = application.Services.GetRequiredService<ILogger<ConnectorServer>>();
        if (await ServerServices.ConnectUpstreamAsync(application.Services, options, cancellationToken).ConfigureAwait(false) is { } upstream)
        {
            LogUpstream(logger, upstream);
        }

        var hub = application.Services.GetRequiredService<Hub>();
        hub.Refused = application.Services.GetRequiredService<ClientRegistry>().OnRefused;
        hub.Watched = application.Services.GetRequiredService<SignalMonitor>().Watch;
        application.Services.GetService<ForecastMonitor>()?.Join(hub, application.Services.GetRequiredService<SignalMonitor>());
        Map(application, options);
        if (!Listening.IsLoopback(options.Host) && options.KeysPath is null)
        {
            LogExposed(logger, options.Host);
        }

        if (application.Services.GetRequiredService<ServerIdentity>().IsSandbox)
        {
            LogSandbox(logger);
        }

        await ListenAsync(application, options, cancellationToken).ConfigureAwait(false);
        var server = new ConnectorServer(application, options, logger);
        LogListening(logger, server.StreamAddress, server.HealthAddress);
        if (server.HealthAddress is { } page)
        {
            LogDashboard(logger, page);
        }

        return server;
    }

    private static async Task ListenAsync(WebApplication application, ServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            throw new InvalidSettingException($"{nameof(ServerOptions.Host)} is '{options.Host}'; this machine has no such address. 127.0.0.1 is for itself alone, 0.0.0.0 and :: for all that it has.");
        }
        catch (SocketException exception)
        {
            throw new IOException($"Could not listen on {options.Host}, ports {options.Port} and {options.HealthPort}: {exception.Message}", exception);
        }
    }

    private static void Map(WebApplication application, ServerOptions options)
    {
        var stream = application.Services.GetRequiredService<StreamEndpoint>();
        application.Services.GetRequiredService<TrustedProxies>().Use(application);
        application.Use((context, next) =>
        {
            var port = context.Features.GetRequiredFeature<PortFeature>();
            port.HasSpoken = true;
            return port.Role == PortRole.Stream ? stream.AcceptAsync(context) : next(context);
        });
        CrossOrigin.Use(application, options);
        PriceServices.Use(application);
        ReadingMethods.Use(application);
        application.Services.GetRequiredService<RestGuard>().UseForUnknownPaths(application);
        application.Services.GetRequiredService<HealthEndpoint>().Map(application);
        application.Services.GetRequiredService<MetricsEndpoint>().Map(application);
        application.Services.GetRequiredService<RestEndpoint>().Map(application);
        application.Services.GetRequiredService<PriceEndpoint>().Map(application);
        application.Services.GetRequiredService<NoticeEndpoint>().Map(application);
        application.Services.GetService<PaperEndpoint>()?.Map(application);
        application.Services.GetRequiredService<SignalEndpoint>().Map(application);
        application.Services.GetService<ForecastEndpoint>()?.Map(application);
        ChartingRoutes.Map(application);
        OpenApi.Map(application);
        application.MapGet(StreamEndpoint.PagePath, (RequestDelegate)stream.AcceptPageAsync);
        DashboardEndpoint.Map(application);
    }

    private async Task ClientsGoneAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_clients.Count > 0)
            {
                await Task.Delay(PollEvery, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // those that are left are cut
        }
    }

    [LoggerMessage(ServerEventIds.Exposed, LogLevel.Warning, "LISTENING ON {Host} WITHOUT API KEYS: whoever reaches this machine can read everything. Set a key file (connector-cli keys add), or listen on 127.0.0.1")]
    private static partial void LogExposed(ILogger logger, string host);

    [LoggerMessage(ServerEventIds.SandboxRuns, LogLevel.Warning, "SANDBOX: simulated exchanges, none of this is real; every message says so")]
    private static partial void LogSandbox(ILogger logger);

    [LoggerMessage(ServerEventIds.Listening, LogLevel.Information, "WebSocket at {Stream}; health, metrics and REST at {Health}")]
    private static partial void LogListening(ILogger logger, Uri stream, Uri? health);

    [LoggerMessage(ServerEventIds.Dashboard, LogLevel.Information, "Dashboard, for a browser: {Page}")]
    private static partial void LogDashboard(ILogger logger, Uri page);

    [LoggerMessage(ServerEventIds.UpstreamConnected, LogLevel.Information, "Reads from {Upstream} instead of the exchanges")]
    private static partial void LogUpstream(ILogger logger, string upstream);

    [LoggerMessage(ServerEventIds.Stopping, LogLevel.Information, "Stopping; {Clients} clients get what waits for them")]
    private static partial void LogStopping(ILogger logger, int clients);

    [LoggerMessage(ServerEventIds.Stopped, LogLevel.Information, "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
