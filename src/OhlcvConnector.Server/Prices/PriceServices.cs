using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;
using OhlcvConnector.Prices;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Prices;

/// <summary>The sources of prices by the settings, the tracker over them, and what answers from it.</summary>
internal static partial class PriceServices
{
    /// <summary>Adds them.</summary>
    public static void AddTo(IServiceCollection services, ServerOptions options)
    {
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true; // nothing in the answers is secret, nor chosen by somebody else
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.AddSingleton(provider => new HubFeeds(provider.GetRequiredService<Hub>(), provider.GetRequiredService<IPriceHistoryRepository>()));
        foreach (var source in PriceSources.Of(options))
        {
            services.AddSingleton(provider => PriceProviders.Create(
                source, options, provider.GetRequiredService<IInstrumentRepository>(),
                provider.GetRequiredService<HubFeeds>(),
                provider.GetRequiredService<MarketClock>().Clock, provider.GetService<IOptions<ConnectorOptions>>()?.Value.Sandbox));
        }

        services.AddSingleton(provider =>
        {
            var logger = provider.GetRequiredService<ILogger<PriceTracker>>();
            var settings = new PriceTrackerOptions
            {
                CacheTtl = options.CacheTtl,
                UpdateInterval = options.UpdateInterval,
                Patience = options.RequestTimeout,
                MaxDisagreement = options.PriceDisagreement,
                OnTrouble = words => LogTrouble(logger, words),
            };
            foreach (var symbol in options.PriceSymbols)
            {
                settings.Symbols.Add(symbol);
            }

            var table = options.PriceTable is { } path
                ? PriceTables.Open(path, provider.GetRequiredService<ServerIdentity>().IsSandbox, options.TimeProvider)
                : null;
            return new PriceTracker(
                [.. provider.GetServices<IPriceProvider>()], settings, provider.GetRequiredService<MarketClock>().Clock, options.TimeProvider, table);
        });
        services.AddSingleton<PriceEndpoint>();
        services.AddSingleton<PriceMetrics>();
    }

    /// <summary>Has answers compressed for those who understand it.</summary>
    public static void Use(WebApplication application) =>
        application.UseWhen(context => context.Request.Path.StartsWithSegments(RestRoute.AssetPrices.Path), prices => prices.UseResponseCompression());

    [LoggerMessage(ServerEventIds.PricesTroubled, LogLevel.Warning, "Prices: {Words}")]
    private static partial void LogTrouble(ILogger logger, string words);
}
