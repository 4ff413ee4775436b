using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>Reads again what came while nothing could be written, and was too much to wait in memory.</summary>
internal sealed class KeepingRepair(KeepingQueue queue, IPriceHistoryRepository history, ICandleArchive archive, TimeProvider clock, TimeProvider timer,
    Action<string> tell)
{
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    /// <summary>Looks every second, less often while it cannot be read, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = MinPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(pause, timer, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var (series, keptToMs) in queue.IsFailing ? [] : queue.Behind())
            {
                try
                {
                    await ReadAsync(series, keptToMs, cancellationToken).ConfigureAwait(false);
                    pause = MinPause;
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
                catch (OhlcvConnectorException exception)
                {
                    tell($"{series} is behind since {DateTimeOffset.FromUnixTimeMilliseconds(keptToMs):u}, and could not be read again yet: {exception.Message}");
                    pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
                    break;
                }
            }
        }
    }

    private async Task ReadAsync(Series series, long fromMs, CancellationToken cancellationToken)
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(fromMs);
        var read = new HistoryToArchive(history, archive, clock);
        await read.ReadAsync(series, from, clock.GetUtcNow(), (counts, reachedMs) => queue.CatchUp(series, reachedMs, counts),
            cancellationToken).ConfigureAwait(false);
        tell($"{series} was behind since {from:u}, and was read again.");
    }
}
