using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Parquet;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks.Archiving;

/// <summary>What a year of minutes takes to be written as Parquet and read back, beside reading it out of the archive and doing nothing with it.</summary>
internal static class ParquetRounds
{
    public static async Task RunAsync(ICandleArchive archive, Series series, string folder)
    {
        var (floor, _) = await Measuring.MeasureAsync(() => CountAsync(archive.ReadAsync(series, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue)))
            .ConfigureAwait(false);
        for (var round = 0; round < 2; round++) // the last one counts
        {
            var export = new ParquetExport(archive, folder);
            var written = 0L;
            var (write, _) = await Measuring.MeasureAsync(async () => written = await export.WriteAsync(series).ConfigureAwait(false)).ConfigureAwait(false);
            var files = Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories);
            var (read, _) = await Measuring.MeasureAsync(async () =>
            {
                foreach (var path in files)
                {
                    await using var file = await ParquetCandleFile.OpenAsync(path).ConfigureAwait(false);
                    await CountAsync(file.ReadAsync()).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
            if (round == 1)
            {
                var bytes = files.Sum(file => new FileInfo(file).Length);
                Measuring.Say($"Parquet, {written} candles: export {write * 1000:F0} ms, read back {read * 1000:F0} ms, {bytes / (double)written:F1} bytes a candle; reading the archive alone {floor * 1000:F0} ms");
            }
        }
    }

    private static async Task CountAsync(IAsyncEnumerable<PriceQuote> candles)
    {
        await foreach (var _ in candles.ConfigureAwait(false))
        {
            // counted by nobody
        }
    }
}
