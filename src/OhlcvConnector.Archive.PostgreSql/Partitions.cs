using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>The months of the table of candles. Each is attached, which waits for nobody who reads.</summary>
internal sealed class Partitions
{
    private readonly ConcurrentDictionary<DateTime, bool> _known = [];

    /// <summary>Forgets which there are: somebody may have removed one.</summary>
    public void Forget() => _known.Clear();

    /// <summary>Makes those that candles need and that are not there.</summary>
    public async Task EnsureAsync(NpgsqlConnection connection, IReadOnlyList<PriceQuote> candles, CancellationToken cancellationToken)
    {
        var (beginMs, endMs) = (0L, 0L);
        foreach (var candle in candles)
        {
            if (candle.OpenMs < beginMs || candle.OpenMs >= endMs)
            {
                var month = MonthOf(candle.OpenTime.UtcDateTime);
                (beginMs, endMs) = (Ms(month), Ms(month.AddMonths(1)));
                if (!_known.ContainsKey(month))
                {
                    await EnsureAsync(connection, month, cancellationToken).ConfigureAwait(false);
                    _known.TryAdd(month, true);
                }
            }
        }
    }

    /// <summary>All that there are.</summary>
    public static Task<List<string>> NamesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.With("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'ohlcv.candle'::regclass ORDER BY 1")
            .ListAsync(row => row.GetString(0), cancellationToken);

    private static async Task EnsureAsync(NpgsqlConnection connection, DateTime month, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"candle_{month:yyyy_MM}");
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await connection.RunAsync(Schema.Lock, cancellationToken).ConfigureAwait(false);
            if (await connection.With("SELECT count(*) FROM pg_tables WHERE schemaname = 'ohlcv' AND tablename = $1", name)
                .AskAsync<long>(cancellationToken).ConfigureAwait(false) == 0)
            {
                await connection.RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
                    CREATE TABLE ohlcv.{name} (LIKE ohlcv.candle INCLUDING ALL);
                    ALTER TABLE ohlcv.candle ATTACH PARTITION ohlcv.{name}
                    FOR VALUES FROM ('{month:yyyy-MM-dd} 00:00Z') TO ('{month.AddMonths(1):yyyy-MM-dd} 00:00Z')
                    """), cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static DateTime MonthOf(DateTime time) => new(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Utc);

    private static long Ms(DateTime time) => new DateTimeOffset(time).ToUnixTimeMilliseconds();
}
