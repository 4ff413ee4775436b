using System.Globalization;
using Npgsql;
using OhlcvConnector.Archive.PostgreSql;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks.Archiving;

/// <summary>What keeping candles in PostgreSQL takes, beside plain COPY of the same rows into a bare table with the same key, as often committed.</summary>
internal static class PostgreSqlRounds
{
    public static async Task RunAsync(string address, PriceQuote[] candles, int batchSize)
    {
        await using var connection = new NpgsqlConnection(PostgreSqlAddress.Parse(address).ConnectionString);
        await connection.OpenAsync().ConfigureAwait(false);
        await connection.RunAsync("DROP SCHEMA IF EXISTS ohlcv CASCADE; DROP TABLE IF EXISTS bare", CancellationToken.None).ConfigureAwait(false);
        await connection.RunAsync("""
            CREATE TABLE bare (
                series bigint NOT NULL, open_time timestamptz NOT NULL, open numeric NOT NULL, high numeric NOT NULL, low numeric NOT NULL,
                    close numeric NOT NULL,
                volume numeric, quote_volume numeric, buy_volume numeric, trades bigint, source smallint NOT NULL, event_time timestamptz,
                received_at timestamptz NOT NULL, PRIMARY KEY (series, open_time))
            """, CancellationToken.None).ConfigureAwait(false);
        await using var archive = PostgreSqlCandleArchive.Open(address, isSimulated: true);
        var (floor, _) = await Measuring.MeasureAsync(() => CopyAsync(connection, candles, batchSize)).ConfigureAwait(false);
        var (ours, cpu) = await Measuring.MeasureAsync(() => Measuring.KeepAsync(archive, candles, batchSize)).ConfigureAwait(false);
        var (again, _) = await Measuring.MeasureAsync(() => Measuring.KeepAsync(archive, candles, batchSize)).ConfigureAwait(false);
        Measuring.Say($"PostgreSQL, append of {candles.Length} candles: {ours:F2} s ({cpu:F2} s of this process's processor); plain COPY {floor:F2} s; {ours / floor:F2} x; again {again:F2} s");
        var size = await archive.SizeAsync().ConfigureAwait(false);
        Measuring.Say($"PostgreSQL, size: {size / (double)candles.Length:F1} bytes a candle");
        var series = candles[0].Series;
        var count = 0;
        var (read, _) = await Measuring.MeasureAsync(async () =>
        {
            await foreach (var candle in archive.ReadAsync(series, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue).ConfigureAwait(false))
            {
                count += candle.IsClosed ? 1 : 0;
            }
        }).ConfigureAwait(false);
        Measuring.Say($"PostgreSQL, {count} candles of a series read: {read * 1000:F0} ms");
        await connection.RunAsync("DROP SCHEMA ohlcv CASCADE; DROP TABLE bare", CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, PriceQuote[] candles, int batchSize)
    {
        var ids = candles.Select(candle => candle.Series).Distinct().Select((series, index) => (series, index)).ToDictionary(pair => pair.series, pair =>
            (long)pair.index);
        for (var at = 0; at < candles.Length; at += batchSize)
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                string.Create(CultureInfo.InvariantCulture, $"COPY bare (series, {CandleRow.Columns}) FROM STDIN (FORMAT BINARY)")).ConfigureAwait(false);
            foreach (var candle in candles.AsSpan(at, Math.Min(batchSize, candles.Length - at)).ToArray())
            {
                copy.StartRow();
                CandleRow.Write(copy, ids[candle.Series], candle);
            }

            await copy.CompleteAsync().ConfigureAwait(false);
        }
    }
}
