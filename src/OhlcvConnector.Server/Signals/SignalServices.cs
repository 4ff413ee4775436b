using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Signals;

/// <summary>What watches series for signals, and answers for them.</summary>
internal static class SignalServices
{
    /// <summary>Adds them.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The settings.</param>
    public static void AddTo(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<ISignalStore>(provider => (options.SignalStore ?? options.Archive) is { } named && options.Signals.Count > 0
            ? SignalStores.Open(named, provider.GetRequiredService<ServerIdentity>().IsSandbox, provider.GetRequiredService<MarketClock>().Clock)
            : new MemorySignalStore(provider.GetRequiredService<MarketClock>().Clock));
        services.AddSingleton(provider =>
        {
            var file = new SignalRuleFile(options.SignalRules, provider.GetRequiredService<ILogger<SignalRuleFile>>());
            return file.Config.PaperAccounts.Count == 0 || options.PaperLedger is not null ? file
                : throw new InvalidSettingException(
                    $"{nameof(options.SignalRules)} is '{options.SignalRules}', which has paper accounts: set {nameof(options.PaperLedger)}, the file that they are kept in.");
        });
        services.AddSingleton<SignalRuleDesk>();
        services.AddSingleton<SignalFeed>();
        services.AddSingleton<SignalMetrics>();
        services.AddSingleton<SignalMonitor>();
        services.AddSingleton<SignalEndpoint>();
        services.AddHostedService(provider => provider.GetRequiredService<SignalMonitor>());
    }
}
