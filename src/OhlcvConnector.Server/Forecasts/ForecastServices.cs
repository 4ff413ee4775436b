using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>What forecasts series, and answers for it; nothing where the settings name no folder of models.</summary>
internal static class ForecastServices
{
    /// <summary>Adds it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="InvalidSettingException">Series are to be forecast, and there are no models.</exception>
    public static void AddTo(IServiceCollection services, ServerOptions options)
    {
        if (options.ForecastModels is null)
        {
            if (options.Forecasts.Count > 0)
            {
                throw new InvalidSettingException($"{nameof(options.Forecasts)} names series, and {nameof(options.ForecastModels)} no folder of models that forecast them.");
            }

            return;
        }

        services.AddSingleton<IForecastStore>(provider => (options.ForecastStore ?? options.Archive) is { } named && options.Forecasts.Count > 0
            ? ForecastStores.Open(named, provider.GetRequiredService<ServerIdentity>().IsSandbox, provider.GetRequiredService<MarketClock>().Clock)
            : new MemoryForecastStore(provider.GetRequiredService<MarketClock>().Clock));
        services.AddSingleton<ModelShelf>();
        services.AddSingleton<KnownForecasts>();
        services.AddSingleton<ForecastFeed>();
        services.AddSingleton<ForecastMetrics>();
        services.AddSingleton<ForecastMaker>();
        services.AddSingleton<ForecastMonitor>();
        services.AddSingleton<ForecastEndpoint>();
        services.AddHostedService(provider => provider.GetRequiredService<ForecastMonitor>());
    }
}
