using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>Tends the series of the hub every second.</summary>
/// <param name="hub">The hub.</param>
/// <param name="options">The settings, for the clock.</param>
/// <param name="logger">The log of the upkeep.</param>
internal sealed partial class HubUpkeep(Hub hub, ServerOptions options, ILogger<HubUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, options.TimeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await hub.TendAsync().ConfigureAwait(false);
            }
            catch (Exception exception) // one turn that fails must not end all later ones
            {
                LogFailed(logger, exception);
            }
        }
    }

    [LoggerMessage(ServerEventIds.UpkeepFailed, LogLevel.Error, "The upkeep of series failed; the next turn comes")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
