using Microsoft.Extensions.Hosting;

namespace OhlcvConnector.Server.Connections;

/// <summary>Ticks all clients every second, after a look at the keys that they have.</summary>
/// <param name="clients">The clients.</param>
/// <param name="gate">Checks the keys of the clients.</param>
/// <param name="options">The settings, for the clock.</param>
internal sealed class ClientTicks(ClientRegistry clients, ConnectionGate gate, ServerOptions options) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, options.TimeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            gate.OnTick();
            clients.Tick();
        }
    }
}
