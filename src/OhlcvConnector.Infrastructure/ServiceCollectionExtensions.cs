using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OhlcvConnector;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Infrastructure.Settings;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the connector with dependency injection.</summary>
public static partial class OhlcvConnectorServiceCollectionExtensions
{
    /// <summary>Key of the port <see cref="IPriceFeedRepository"/> on the exchanges themselves, for a port in its place that reads from it.</summary>
    public const string ExchangesKey = "exchanges";

    private const string Section = "OhlcvConnector";

    /// <summary>
    /// Registers one <see cref="Connector"/> and its three ports, as singletons, and the check <see cref="ExchangesHealthCheck"/>. A port that is registered
    /// otherwise, before or after, is the one that the connector reads from. Where an <see cref="ICandleArchive"/> is registered, the past comes out of it, and
    /// what the exchanges answer, listings included, is kept there. Called again it adds to the settings. Wrong settings are found when the host starts.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the defaults; null for none.</param>
    public static IServiceCollection AddOhlcvConnector(this IServiceCollection services, Action<ConnectorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<ConnectorOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ConnectorOptions>, ConnectorOptionsValidator>());
        services.TryAddSingleton(provider => new VenueRepositories(
            Venues.All, provider.GetRequiredService<IOptions<ConnectorOptions>>().Value, provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            provider.GetService<IMeterFactory>()));
        services.TryAddKeyedSingleton<IPriceFeedRepository>(ExchangesKey, (provider, _) => provider.GetRequiredService<VenueRepositories>());
        services.TryAddSingleton(provider => ListingsOf(provider));
        services.TryAddSingleton(provider => HistoryOf(provider));
        services.TryAddSingleton<IPriceFeedRepository>(provider => provider.GetRequiredService<VenueRepositories>());
        services.TryAddSingleton(provider =>
        {
            var venues = provider.GetRequiredService<VenueRepositories>();
            return new Connector(
                provider.GetRequiredService<IInstrumentRepository>(),
                provider.GetRequiredService<IPriceHistoryRepository>(),
                provider.GetRequiredService<IPriceFeedRepository>(),
                venues.MarketClock,
                venues.Diagnose);
        });
        services.TryAddSingleton<ExchangesHealthCheck>();
        return services;
    }

    /// <summary>The exchanges' past, through the archive if there is one.</summary>
    private static IPriceHistoryRepository HistoryOf(IServiceProvider provider)
    {
        var venues = provider.GetRequiredService<VenueRepositories>();
        if (provider.GetService<ICandleArchive>() is not { } archive)
        {
            return venues;
        }

        var logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<ArchivedHistory>();
        return new ArchivedHistory(archive, venues, venues.MarketClock, exception => LogArchive(logger, exception.Message));
    }

    /// <summary>The exchanges' listings, kept in the archive if there is one.</summary>
    private static IInstrumentRepository ListingsOf(IServiceProvider provider)
    {
        var venues = provider.GetRequiredService<VenueRepositories>();
        if (provider.GetService<ICandleArchive>() is not { } archive)
        {
            return venues;
        }

        var logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<ListingsToArchive>();
        return new ListingsToArchive(archive, venues, venues.MarketClock, exception => LogArchive(logger, exception.Message));
    }

    [LoggerMessage(ConnectorEventIds.ArchiveUnusable, LogLevel.Warning, "{Words} The exchange answers meanwhile")]
    private static partial void LogArchive(ILogger logger, string words);

    /// <summary>Registers the connector with settings of a configuration: by the names of <see cref="ConnectorOptions"/>, times in seconds.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section of the settings; or the whole configuration, whose section <c>OhlcvConnector</c> is meant.</param>
    /// <exception cref="InvalidSettingException">
    /// When the host starts, or the connector is made: a name is unknown, or a value is wrong; the message names it and its range.
    /// </exception>
    public static IServiceCollection AddOhlcvConnector(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddOhlcvConnector(options =>
            SettingSection.Apply(
                configuration as IConfigurationSection ?? configuration.GetSection(Section),
                ConnectorSettings.Table,
                options,
                _ => { })); // no setting has a former name
    }
}
