using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Paper;

/// <summary>Paper trading by the settings.</summary>
internal static class PaperServices
{
    /// <summary>Adds it, where they name a ledger.</summary>
    public static void AddTo(IServiceCollection services, ServerOptions options)
    {
        if (options.PaperLedger is null)
        {
            return;
        }

        services.AddSingleton(provider => new PaperMarkets(
            provider.GetRequiredService<IInstrumentRepository>(), provider.GetRequiredService<Connector>(), provider.GetRequiredService<MarketClock>().Clock));
        services.AddSingleton<PaperCandles>();
        services.AddSingleton<PaperService>();
        services.AddSingleton<PaperChannel>(provider =>
        {
            var paper = provider.GetRequiredService<PaperService>();
            return (accounts, say) => PaperFeed.Begin(paper, accounts, say);
        });
        services.AddSingleton<PaperEndpoint>();
        services.AddSingleton<PaperMetrics>();
        services.AddHostedService<PaperTelling>(); // before anything happens that it tells of
        services.AddHostedService(provider => provider.GetRequiredService<PaperService>());
        services.AddSingleton<PaperSection>();
        services.AddHostedService(provider => provider.GetRequiredService<PaperSection>());
    }
}
