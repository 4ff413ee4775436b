using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;
using OhlcvConnector.Client;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Server.Bus;
using OhlcvConnector.Server.Cluster;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Sending;
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

/// <summary>The composition root: all that the server is made of, and what of it runs in the background.</summary>
internal static class ServerServices
{
    /// <summary>Adds the services.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="options">The settings.</param>
    /// <param name="configure">Settings of the connector to the exchanges.</param>
    /// <exception cref="Domain.InvalidSettingException">A setting is wrong; the message names it.</exception>
    public static void AddTo(IServiceCollection services, ServerOptions options, Action<ConnectorOptions> configure)
    {
        services.AddRoutingCore();
        CrossOrigin.Check(options);
        CrossOrigin.AddTo(services);
        OpenApi.AddTo(services);
        services.AddSingleton(options);
        if (BusAddress.IsNats(options.Upstream))
        {
            BusServices.AddUpstream(services, options);
        }
        else if (options.Upstream is not null)
        {
            AddUpstream(services, options);
        }
        else
        {
            AddExchanges(services, options, configure);
        }

        var registry = Prometheus.Metrics.NewCustomRegistry();
        services.AddSingleton(registry);
        services.AddSingleton<Prometheus.IMetricFactory>(Prometheus.Metrics.WithCustomRegistry(registry));
        services.AddSingleton<LatencyMetrics>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<ServerCounters>();
        services.AddSingleton<HistoryDesk>();
        services.AddSingleton<Hub>();
        services.AddSingleton<Quotas>();
        services.AddSingleton<TrustedProxies>();
        services.AddSingleton<ConnectionDoor>();
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<StreamEndpoint>();
        services.AddSingleton<HealthEndpoint>();
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<PriceLimits>();
        PriceServices.AddTo(services, options);
        NoticeServices.AddTo(services);
        PaperServices.AddTo(services, options);
        SignalServices.AddTo(services, options);
        ForecastServices.AddTo(services, options);
        BusServices.AddTo(services, options, configure);
        ChartingRoutes.AddTo(services);
        services.AddSingleton<LatestPrices>();
        services.AddSingleton<WriteGuard>();
        services.AddSingleton<RestGuard>();
        services.AddSingleton<RestEndpoint>();
        services.AddSingleton<Preloads>();
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddHostedService(provider => provider.GetRequiredService<Preloads>());
        services.AddHostedService<HubUpkeep>();
        services.AddHostedService<ClientTicks>();
        services.AddHostedService<ServiceManagerNotice>();
    }

    /// <summary>Connects to what is read from in place of the exchanges: all else is made of what it says.</summary>
    /// <returns>What it is, for people; null where the exchanges are read.</returns>
    public static async Task<string?> ConnectUpstreamAsync(IServiceProvider services, ServerOptions options, CancellationToken cancellationToken)
    {
        if (services.GetService<NatsQuoteSource>() is { } bus)
        {
            await bus.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return bus.Location;
        }

        if (services.GetService<ConnectorClient>() is not { } client)
        {
            return null;
        }

        await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return options.Upstream;
    }

    private static void AddExchanges(IServiceCollection services, ServerOptions server, Action<ConnectorOptions> configure)
    {
        var options = new ConnectorOptions();
        configure(options);
        if (server.Archive is { } archive)
        {
            ServerArchive.AddTo(services, archive, options);
        }

        services.AddOhlcvConnector(connector =>
        {
            configure(connector);
            connector.SharesHistory = true;
            connector.Dispatch = Dispatch.Inline; // the reader only wakes the fan-out, which has a thread of its own
        });
        services.AddSingleton(new ServerIdentity(options.Sandbox is not null));
        ClusterServices.AddTo(services, server, options);
        services.AddSingleton(
            new MarketClock(options.MarketClock ?? options.TimeProvider, options.MarketClock is SandboxClock { Speed: var speed } ? speed : 1));
    }

    /// <summary>Adds another server in place of the exchanges. It says what it serves, and whether that is simulated, before anything else is made.</summary>
    private static void AddUpstream(IServiceCollection services, ServerOptions options)
    {
        services.AddOhlcvConnectorClient(options.Apply);
        services.AddSingleton(provider =>
        {
            var client = provider.GetRequiredService<ConnectorClient>();
            return new Connector(client, client, client, client.MarketClock, () => UpstreamDiagnostics.Of(client));
        });
        services.AddSingleton(provider => new ServerIdentity(provider.GetRequiredService<ConnectorClient>().IsSandbox));
        services.AddSingleton(provider =>
        {
            var client = provider.GetRequiredService<ConnectorClient>();
            return new MarketClock(client.MarketClock, client.MarketClockSpeed);
        });
    }
}
