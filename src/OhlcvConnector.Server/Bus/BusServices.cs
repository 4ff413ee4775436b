using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Bus;

/// <summary>The bus that the server publishes to, or reads from.</summary>
internal static class BusServices
{
    /// <summary>Adds what publishes, if something is to be published.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The settings.</param>
    /// <param name="configure">Settings of the connector to the exchanges: candles of a test network are simulated, too.</param>
    public static void AddTo(IServiceCollection services, ServerOptions options, Action<ConnectorOptions> configure)
    {
        if (options.Bus is not null || options.Cluster is not null)
        {
            services.AddSingleton<BusMetrics>();
        }

        if (options.Bus is null)
        {
            return;
        }

        var upstream = new ConnectorOptions();
        configure(upstream);
        services.AddSingleton(provider => new BusPublishing(
            options, provider.GetRequiredService<Connector>(), provider.GetRequiredService<ServerIdentity>().IsSandbox || upstream.UseTestnet,
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<BusPublishing>());
    }

    /// <summary>Adds a bus in place of the exchanges: several servers that read from it serve one numbering, the publisher's.</summary>
    public static void AddUpstream(IServiceCollection services, ServerOptions options)
    {
        var bus = BusAddress.Source(nameof(options.Upstream), options.Upstream!);
        services.AddSingleton(provider => new NatsQuoteSource(bus, options.TimeProvider, provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IInstrumentRepository>(provider => provider.GetRequiredService<NatsQuoteSource>());
        services.AddSingleton<IPriceHistoryRepository>(provider => provider.GetRequiredService<NatsQuoteSource>());
        services.AddSingleton<IPriceFeedRepository>(provider => provider.GetRequiredService<NatsQuoteSource>());
        services.AddSingleton(provider =>
        {
            var source = provider.GetRequiredService<NatsQuoteSource>();
            return new Connector(source, source, source, source.MarketClock, () => UpstreamDiagnostics.Of(source));
        });
        services.AddSingleton(provider => new ServerIdentity(provider.GetRequiredService<NatsQuoteSource>().IsSandbox));
        services.AddSingleton(provider => new MarketClock(provider.GetRequiredService<NatsQuoteSource>().MarketClock, 1));
    }
}
