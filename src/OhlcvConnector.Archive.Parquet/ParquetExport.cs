using System.Globalization;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Parquet;

/// <summary>
/// Writes series of an archive into folders that DuckDB, polars and pandas read as one table:
/// <c>exchange=binance/market=spot/interval=1m/symbol=BTCUSDT/year=2026/candles.parquet</c>. Each file is written beside the one that is there, and put in its
/// place when it is whole.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="directory">The directory of the folders.</param>
public sealed class ParquetExport(ICandleArchive archive, string directory)
{
    private const string Name = "candles.parquet";

    /// <summary>Writes a series, a file a year. Years without a candle of it stay as they are.</summary>
    /// <param name="series">The series.</param>
    /// <param name="from">The first open time; null for the first that is kept.</param>
    /// <param name="to">The exclusive end; null for that of what is kept.</param>
    /// <param name="cancellationToken">Ends it between two candles; the file that is being written is not there then.</param>
    /// <returns>How many candles were written.</returns>
    /// <exception cref="ArchiveException">The archive could not be read, or a number has more digits than a decimal of the file.</exception>
    /// <exception cref="IOException">A file could not be written.</exception>
    public async Task<long> WriteAsync(Series series, DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        if ((await archive.HoldingsAsync(series, cancellationToken).ConfigureAwait(false)) is not { FirstOpen: { } first, LastOpen: { } last } holdings)
        {
            return 0;
        }

        var start = from ?? DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(holdings.Coverage[0].FromMs, first.ToUnixTimeMilliseconds()));
        var end = to ?? DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(holdings.Coverage[^1].ToMs, series.Interval.NextMs(last.ToUnixTimeMilliseconds())));
        var count = 0L;
        for (var year = Math.Max(first.Year, start.UtcDateTime.Year); year <= last.Year; year++)
        {
            var (begin, next) = (new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero));
            count += await WriteYearAsync(series, year, begin > start ? begin : start, next < end ? next : end, cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private async Task<long> WriteYearAsync(Series series, int year, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        ParquetCandleWriter? writer = null;
        FileStream? file = null;
        var path = PathOf(series, year);
        var partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Name}.part"); // no reader takes it for a part of the table
        try
        {
            await foreach (var candle in archive.ReadAsync(series, from, to, cancellationToken).ConfigureAwait(false))
            {
                if (writer is null)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    file = File.Create(partial);
                    writer = await ParquetCandleWriter.CreateAsync(file, archive.IsSimulated, series).ConfigureAwait(false);
                }

                await writer.WriteAsync(candle).ConfigureAwait(false);
            }

            if (writer is not null)
            {
                await writer.CompleteAsync(await archive.CoverageAsync(series, from, to, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                await writer.DisposeAsync().ConfigureAwait(false);
                file!.Flush(flushToDisk: true);
                file.Dispose();
                File.Move(partial, path, overwrite: true);
            }

            return writer?.Count ?? 0;
        }
        catch
        {
            file?.Dispose();
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>A month is <c>1mo</c>, for where case does not count <c>1M</c> would be the minute's.</summary>
    private string PathOf(Series series, int year) => Path.Combine(
        directory,
        $"exchange={series.Exchange}",
        $"market={series.Market.Name()}",
        $"interval={(series.Interval.Unit == IntervalUnit.Month ? string.Create(CultureInfo.InvariantCulture, $"{series.Interval.Count}mo") : series.Interval)}",
        $"symbol={Uri.EscapeDataString(series.VenueSymbol)}",
        string.Create(CultureInfo.InvariantCulture, $"year={year}"),
        Name);
}
