using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>Reads the past of a series up to what its channel remembers.</summary>
internal static class WholePast
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Reads it, again and again where the exchange has not all of it yet.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="asker">In whose name.</param>
    /// <param name="channel">The channel of the series.</param>
    /// <param name="fromMs">Open time of the first candle, Unix epoch milliseconds UTC.</param>
    /// <param name="clock">The clock of waits.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Closed candles, ascending, and why some are missing; null where none is.</returns>
    public static async Task<(List<PriceQuote> Candles, string? Missing)> ReadWholeAsync(
        this Hub hub, object asker, SeriesChannel channel, long fromMs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (candles, nextMs) = (new List<PriceQuote>(), fromMs);
        for (var attempt = 1; ; attempt++)
        {
            var past = await hub.Past.ReadAsync(asker, channel, nextMs, CancellationToken.None, cancellationToken).ConfigureAwait(false);
            candles.AddRange(past.Candles.Select(candle => candle.Quote));
            nextMs = past.NextMs;
            var remembered = channel.Remembered;
            var isWhole = past.Missing is null && (channel.CoveredFromMs is not { } covered || covered <= nextMs);
            if (isWhole || attempt >= Attempts)
            {
                candles.AddRange(remembered.Where(quote => quote.OpenMs >= nextMs));
                return (candles, past.Missing?.Reason);
            }

            await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
