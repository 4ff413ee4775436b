using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Hosting;

/// <summary>The server's archive: what is followed is kept in it, and the past comes out of it.</summary>
internal static partial class ServerArchive
{
    /// <summary>Adds the archive to the services.</summary>
    /// <param name="services">The services.</param>
    /// <param name="named">Its file, or its address.</param>
    /// <param name="upstream">The settings of the connector to the exchanges: of a sandbox or a test network, the file keeps simulated candles.</param>
    /// <exception cref="ArchiveException">It cannot be used.</exception>
    public static void AddTo(IServiceCollection services, string named, ConnectorOptions upstream)
    {
        var clock = upstream.MarketClock ?? upstream.TimeProvider;
        var archive = CandleArchives.Open(named, upstream.Sandbox is not null || upstream.UseTestnet, clock: clock);
        services.AddSingleton<ICandleArchive>(_ => archive); // so that it is disposed of with the server, after what writes to it
        services.AddSingleton(provider =>
        {
            var exchanges = provider.GetRequiredKeyedService<IPriceFeedRepository>(OhlcvConnectorServiceCollectionExtensions.ExchangesKey);
            var logger = provider.GetRequiredService<ILogger<KeepingFeeds>>();
            return new KeepingFeeds(
                exchanges, provider.GetRequiredService<IPriceHistoryRepository>(), provider.GetRequiredService<ICandleArchive>(), clock, upstream.TimeProvider,
                words => LogTrouble(logger, words));
        });
        services.AddSingleton<IPriceFeedRepository>(provider => provider.GetRequiredService<KeepingFeeds>());
    }

    [LoggerMessage(ServerEventIds.ArchiveTroubled, LogLevel.Warning, "Archive: {Words}")]
    private static partial void LogTrouble(ILogger logger, string words);
}
