using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>Reads a stretch of the past into an archive, some thousand candles at a time, with what is known of it. What was written stays when it ends
/// early.</summary>
/// <param name="history">The past.</param>
/// <param name="archive">The archive.</param>
/// <param name="clock">The clock that candles are measured with.</param>
public sealed class HistoryToArchive(IPriceHistoryRepository history, ICandleArchive archive, TimeProvider clock)
{
    /// <summary>Reads the candles that open in <c>[from, to)</c> and have closed. What the exchange does not give is kept as missing, with its
    /// reason.</summary>
    /// <param name="series">The series.</param>
    /// <param name="from">The first open time.</param>
    /// <param name="to">The exclusive end of open times.</param>
    /// <param name="written">Told of each write: what it was, and up to which moment all is known now, Unix epoch milliseconds UTC.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It could not be written.</exception>
    /// <exception cref="ExchangeUnavailableException">The exchange did not answer usably.</exception>
    public async Task ReadAsync(Series series, DateTimeOffset from, DateTimeOffset to, Action<AppendCounts, long> written,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(written);
        var settledMs = Settled.UntilMs(series.Interval, clock);
        var batch = new ArchiveBatch(archive, series, from.ToUnixTimeMilliseconds());
        await foreach (var candle in history.ReadAsync(series, from, to, includeOpen: false, batch.Miss, waitForLate: true,
            cancellationToken).ConfigureAwait(false))
        {
            batch.Take(candle);
            if (batch.IsFull)
            {
                await WriteAsync().ConfigureAwait(false);
            }
        }

        batch.Reach(Math.Min(settledMs, to.ToUnixTimeMilliseconds()));
        await WriteAsync().ConfigureAwait(false);

        async Task WriteAsync() => written(await batch.WriteAsync(cancellationToken).ConfigureAwait(false), batch.AtMs);
    }
}

/// <summary>What a reading of the past that waits for late candles surely had, so that what did not come had no trades.</summary>
internal static class Settled
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(2);

    /// <summary>The end of it, Unix epoch milliseconds UTC, when the reading begins now.</summary>
    public static long UntilMs(Interval interval, TimeProvider clock) =>
        interval.FloorMs((clock.GetUtcNow() - interval.ApproximateLength - Late).ToUnixTimeMilliseconds());
}
