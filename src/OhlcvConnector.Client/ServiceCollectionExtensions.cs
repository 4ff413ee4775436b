using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The door to the client with dependency injection.</summary>
public static class ConnectorClientServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="ConnectorClient"/>, and it as the three ports, as singletons: what is built on the ports, such as the use cases of
    /// <c>OhlcvConnector.Application</c>, or the <c>Connector</c> of <c>AddOhlcvConnector</c>, reads from the server. Call it before whatever else would
    /// register the ports.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Names the servers, and changes defaults.</param>
    /// <exception cref="InvalidSettingException">When the client is made: a setting is wrong; the message names it.</exception>
    public static IServiceCollection AddOhlcvConnectorClient(this IServiceCollection services, Action<ConnectorClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(provider => ConnectorClient.Create(configure, provider.GetService<ILoggerFactory>()));
        services.TryAddSingleton<IInstrumentRepository>(provider => provider.GetRequiredService<ConnectorClient>());
        services.TryAddSingleton<IPriceHistoryRepository>(provider => provider.GetRequiredService<ConnectorClient>());
        services.TryAddSingleton<IPriceFeedRepository>(provider => provider.GetRequiredService<ConnectorClient>());
        return services;
    }
}
