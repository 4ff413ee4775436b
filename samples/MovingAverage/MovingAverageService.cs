using Microsoft.Extensions.Hosting;
using OhlcvConnector;
using OhlcvConnector.Application;

namespace MovingAverage;

/// <summary>What the service averages.</summary>
public sealed record MovingAverageSettings(string Exchange, string Symbol, int Length, int Stop);

/// <summary>Averages the last closes; the past comes from history, so that the first candle already has its average.</summary>
public sealed class MovingAverageService(
    Connector connector, MovingAverageSettings settings, TimeProvider clock, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var request = new StreamRequest
        {
            Exchange = settings.Exchange,
            Symbols = [settings.Symbol],
            ClosedOnly = true,
            Since = clock.GetUtcNow() - TimeSpan.FromMinutes(settings.Length),
        };
        var closes = new Queue<decimal>();
        var written = 0;
        await foreach (var candle in connector.StreamAsync(request, stoppingToken))
        {
            closes.Enqueue(candle.Close);
            if (closes.Count < settings.Length)
            {
                continue;
            }

            Console.WriteLine($"{candle.OpenTime:HH:mm} close {candle.Close} average of {settings.Length} {closes.Average():0.00}");
            closes.Dequeue();
            if (++written == settings.Stop)
            {
                lifetime.StopApplication();
                return;
            }
        }
    }
}
