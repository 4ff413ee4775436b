using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The door to the library with dependency injection.</summary>
public static class OhlcvConnectorServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="Connector"/> and its three ports, as singletons. Calling it again changes nothing that is registered.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the defaults; null for none.</param>
    public static IServiceCollection AddOhlcvConnector(this IServiceCollection services, Action<ConnectorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider =>
        {
            var options = new ConnectorOptions();
            configure?.Invoke(options);
            return new VenueRepositories(Venues.All, options, provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
        });
        services.TryAddSingleton<IInstrumentRepository>(provider => provider.GetRequiredService<VenueRepositories>());
        services.TryAddSingleton<IPriceHistoryRepository>(provider => provider.GetRequiredService<VenueRepositories>());
        services.TryAddSingleton<IPriceFeedRepository>(provider => provider.GetRequiredService<VenueRepositories>());
        services.TryAddSingleton(provider => new Connector(provider.GetRequiredService<VenueRepositories>(), owned: null));
        return services;
    }
}
