using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Writes series of an archive into files.</summary>
/// <param name="archive">The archive.</param>
/// <param name="folder">Where the files go.</param>
/// <param name="format">csv, json or parquet.</param>
/// <param name="terminal">Told what is missing.</param>
internal sealed class ArchiveExport(ICandleArchive archive, string folder, string format, CliTerminal terminal)
{
    private readonly ArchiveReading _reading = new(archive, terminal.Clock.GetUtcNow(), terminal.Error.WriteLine);

    /// <summary>Whether candles were missing that should exist.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Writes a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="from">The first open time; null for the first that is kept.</param>
    /// <param name="to">The exclusive end; null for that of what is kept.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Series series, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        if (format == "parquet")
        {
            await ParquetFiles.ExportAsync(archive, folder, series, from, to, cancellationToken).ConfigureAwait(false);
            var state = await ArchiveState.ReadAsync(archive, series, from, to, cancellationToken).ConfigureAwait(false);
            foreach (var hole in state.Holes)
            {
                var reason = hole.Reason ?? ArchivedHistory.NeverAsked;
                terminal.Error.WriteLine(QuoteFields.Words(new MissingCandles(series, hole.From, hole.To, reason, MissingKind.Gap)));
                IsIncomplete = true;
            }

            return;
        }

        var path = Path.Combine(folder, new SeriesTarget(series.Exchange, series.Market, series.VenueSymbol).FileName(series.Interval, format));
        using (var file = File.Create(path + ".part"))
        {
            var writer = QuoteWriters.Create(format, file, archive.IsSimulated, [], isOfArchive: true);
            var before = _reading.Written;
            writer.WriteHeader();
            await _reading.WriteAsync(series, series.Interval, from, to, isFlat: false, writer, cancellationToken).ConfigureAwait(false);
            writer.Flush();
            await WriteCoverageAsync(file, series, from, to, _reading.Written - before, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".part", path, overwrite: true);
        IsIncomplete |= _reading.IsIncomplete;
    }

    private async Task WriteCoverageAsync(
        Stream file, Series series, DateTimeOffset? from, DateTimeOffset? to, long candles, CancellationToken cancellationToken)
    {
        var holdings = await archive.HoldingsAsync(series, cancellationToken).ConfigureAwait(false);
        if (holdings.Coverage.Count > 0)
        {
            var known = await archive.CoverageAsync(series, from ?? holdings.Coverage[0].From, to ?? holdings.Coverage[^1].To, cancellationToken)
                .ConfigureAwait(false);
            if (known.Any(range => range.Coverage is Coverage.Missing or Coverage.BeforeListing)
                || known.Where(range => range.Coverage == Coverage.Complete).Sum(range => ArchiveState.Count(series, range)) != candles)
            {
                CoverageLines.Write(file, format, series, known, archive.IsSimulated); // else the candles say as much
            }
        }
    }
}
