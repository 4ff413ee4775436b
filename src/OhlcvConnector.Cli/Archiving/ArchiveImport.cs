using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Keeps the candles of files that this program wrote.</summary>
internal sealed class ArchiveImport(Session session, SqliteCandleArchive archive, Action<string> say)
{
    private const int BatchSize = 2_000;
    private const int MaxNamed = 10; // of a file

    private readonly Dictionary<(string Exchange, string Market, string Symbol, Interval Interval), Series> _series = [];

    /// <summary>What became of the candles.</summary>
    public AppendCounts Counts { get; private set; }

    /// <summary>How many rows were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Whether a file of a directory looks like one of candles.</summary>
    public static bool IsCandles(string path) => Path.GetExtension(path) is ".csv" or ".json" or ".jsonl";

    /// <summary>Imports a file.</summary>
    public async Task RunAsync(string path, CancellationToken cancellationToken)
    {
        var candles = new List<PriceQuote>(BatchSize);
        var covered = new List<SeriesCoverage>();
        var refusedBefore = Refused;
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith(QuoteFields.Names[0] + ",", StringComparison.Ordinal)))
            {
                continue;
            }

            try
            {
                await TakeAsync(line, candles, covered, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (
                exception is InvalidQuoteException or UsageException or UnknownSymbolException or UnknownExchangeException
                    or UnsupportedMarketException or FormatException)
            {
                Refused++;
                Name(Refused - refusedBefore, $"{path}: line {number}: {exception.Message}");
            }

            if (candles.Count >= BatchSize)
            {
                await WriteAsync(candles, covered, cancellationToken).ConfigureAwait(false);
            }
        }

        await WriteAsync(candles, covered, cancellationToken).ConfigureAwait(false);
        if (Refused - refusedBefore > MaxNamed)
        {
            say(FormattableString.Invariant($"{path}: {Refused - refusedBefore - MaxNamed} more rows were refused."));
        }
    }

    private async Task TakeAsync(string line, List<PriceQuote> candles, List<SeriesCoverage> covered, CancellationToken cancellationToken)
    {
        var row = HistoryRow.Read(line[0] == '{' ? "json" : "csv", line) ?? throw new UsageException("this is no row of candles that this program wrote.");
        if (row.IsSandbox != archive.IsSimulated)
        {
            throw new UsageException(row.IsSandbox ? "it is simulated; give --sandbox to keep it with its like."
                : "it is of a real market, and the archive keeps simulated candles.");
        }

        if (row is { IsCandle: true, IsClosed: false })
        {
            return; // an open candle will come again
        }

        var series = await SeriesAsync(row, cancellationToken).ConfigureAwait(false);
        if (row.IsCandle)
        {
            candles.Add(row.ToQuote(series));
        }

        if (row.GapBefore is { } gap)
        {
            covered.Add(new SeriesCoverage(series,
                new CoverageRange(gap.From.ToUnixTimeMilliseconds(), gap.To.ToUnixTimeMilliseconds(), Coverage.Missing, gap.Reason)));
        }
    }

    /// <summary>The series of a row: as the archive has it, else as the exchange lists it.</summary>
    private async Task<Series> SeriesAsync(HistoryRow row, CancellationToken cancellationToken)
    {
        var key = (row.Exchange, row.Market, row.Symbol, row.Interval);
        if (!_series.TryGetValue(key, out var series))
        {
            var market = MarketNames.Parse(row.Market);
            var target = new SeriesTarget(row.Exchange, market, row.Symbol);
            var known = await archive.ListAsync(cancellationToken).ConfigureAwait(false);
            if (known.FirstOrDefault(one => one.Exchange == row.Exchange && one.Market == market && target.IsOf(one)) is { } kept)
            {
                series = new Series(kept.Instrument, row.Interval);
            }
            else
            {
                var profile = new ListInstruments(session.Instruments).Exchange(row.Exchange);
                series = new Series(await new SymbolResolver(session.Instruments).ResolveAsync(profile, market, row.Symbol,
                    cancellationToken).ConfigureAwait(false), row.Interval);
            }

            _series.Add(key, series);
        }

        return series;
    }

    private async Task WriteAsync(List<PriceQuote> candles, List<SeriesCoverage> covered, CancellationToken cancellationToken)
    {
        Counts += await archive.AppendAsync(candles, covered, cancellationToken).ConfigureAwait(false);
        candles.Clear();
        covered.Clear();
    }

    private void Name(long count, string words)
    {
        if (count <= MaxNamed)
        {
            say(words);
        }
    }
}
