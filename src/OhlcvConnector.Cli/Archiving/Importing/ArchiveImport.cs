using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>Keeps the candles of files: of this program's own, of Binance's public ones, of freqtrade's and ccxt's.</summary>
/// <param name="session">The connector, whose listings say what symbols mean.</param>
/// <param name="archive">The archive.</param>
/// <param name="said">What the command line says of files that do not say it themselves.</param>
/// <param name="say">Told in words what is refused.</param>
internal sealed class ArchiveImport(Session session, ICandleArchive archive, FileSeries said, Action<string> say)
{
    private const int BatchSize = 2_000;
    private const int MaxNamed = 10; // of a file

    private static readonly string[] Endings = [".csv", ".json", ".jsonl", ".parquet", ".zip"];

    private readonly ImportedSeries _series = new(session, archive, say);
    private readonly List<PriceQuote> _candles = new(BatchSize);
    private readonly List<SeriesCoverage> _covered = [];
    private long _refusedOfFile;

    /// <summary>What became of the candles.</summary>
    public AppendCounts Counts { get; private set; }

    /// <summary>How many rows were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>How many candles were still open when their file was written, and are left out.</summary>
    public long Open { get; private set; }

    /// <summary>How many files were refused as a whole.</summary>
    public long RefusedFiles { get; private set; }

    /// <summary>The files of a directory, and of those in it, that look like files of candles.</summary>
    public static IEnumerable<string> Files(string directory) => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        .Where(path => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);

    /// <summary>Imports a file. One that is not what it should be is named, and others go on.</summary>
    public async Task RunAsync(string path, CancellationToken cancellationToken)
    {
        _refusedOfFile = 0;
        try
        {
            await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException || IsOfFile(exception))
        {
            RefusedFiles++;
            say($"{path}: {exception.Message.TrimEnd('.')}. {(_candles.Count == 0 ? "Nothing of it was kept." : "What was read before is kept.")}");
        }

        await WriteAsync(cancellationToken).ConfigureAwait(false);
        if (_refusedOfFile > MaxNamed)
        {
            say(FormattableString.Invariant($"{path}: {_refusedOfFile - MaxNamed} more rows were refused."));
        }
    }

    /// <summary>By what is in it, for endings are often wrong.</summary>
    private async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (FileStart.IsZip(path))
        {
            await KlineZip.VerifyAsync(path, cancellationToken).ConfigureAwait(false);
            var isEmpty = true;
            foreach (var (name, text) in KlineZip.Read(path))
            {
                isEmpty = false;
                await TakeKlinesAsync(path, Path.Combine(Path.GetDirectoryName(path) ?? "", name), text, cancellationToken).ConfigureAwait(false);
            }

            _ = isEmpty ? throw new InvalidDataException("there is no csv in it") : true;
        }
        else if (FileStart.IsParquet(path))
        {
            await TakeParquetAsync(path, cancellationToken).ConfigureAwait(false);
        }
        else if (FileStart.IsArray(path))
        {
            using var file = File.OpenRead(path);
            await TakeArrayAsync(path, file, cancellationToken).ConfigureAwait(false);
        }
        else if (KlineRows.IsFirstLine(FileStart.FirstLine(path)))
        {
            using var text = File.OpenText(path);
            await TakeKlinesAsync(path, path, text, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await TakeOursAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeKlinesAsync(string path, string name, TextReader text, CancellationToken cancellationToken)
    {
        var series = await _series.OfFileAsync(FileSeries.OfPath(name).With(said), cancellationToken).ConfigureAwait(false);
        foreach (var row in KlineRows.Read(text, series.Market == Market.CoinMargined))
        {
            await TakeAsync(path, "line", row, series, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The last row of such an array is mostly of the candle that was open when it was asked for, and nothing in it says so.</summary>
    private async Task TakeArrayAsync(string path, Stream file, CancellationToken cancellationToken)
    {
        var series = await _series.OfFileAsync(FileSeries.OfPath(path).With(said), cancellationToken).ConfigureAwait(false);
        var writtenMs = new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeMilliseconds();
        FileRow? waiting = null;
        await foreach (var row in ArrayRows.ReadAsync(file, cancellationToken).ConfigureAwait(false))
        {
            if (waiting is { } before)
            {
                await TakeAsync(path, "row", before, series, cancellationToken).ConfigureAwait(false);
            }

            waiting = row;
        }

        if (waiting is { Values: { } values } && values.OpenMs > 0 && series.Interval.NextMs(values.OpenMs) > writtenMs)
        {
            Open++;
        }
        else if (waiting is { } last)
        {
            await TakeAsync(path, "row", last, series, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeOursAsync(string path, CancellationToken cancellationToken)
    {
        var number = 0;
        string? header = null;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith(QuoteFields.Names[0] + ",", StringComparison.Ordinal)))
            {
                header = line;
                continue;
            }

            try
            {
                await TakeAsync(line, header, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is InvalidQuoteException || IsOfFile(exception))
            {
                Refuse(FormattableString.Invariant($"{path}: line {number}: {exception.Message}"));
            }

            await WriteWhenFullAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(string line, string? header, CancellationToken cancellationToken)
    {
        var row = HistoryRow.Read(line[0] == '{' ? "json" : "csv", line, header) ?? throw new UsageException("this is no row of candles that this program wrote.");
        CheckLike(row.IsSandbox);
        if (row is { IsCandle: true, IsClosed: false })
        {
            Open++;
            return;
        }

        var series = await _series.OfRowAsync(row, cancellationToken).ConfigureAwait(false);
        if (row.IsCandle)
        {
            Add(row.ToQuote(series));
        }

        if (row.Coverage is { } known)
        {
            var state = CoverageNames.Find(known.State) ?? throw new UsageException($"'{known.State}' is none of complete, missing and before listing.");
            _covered.Add(new SeriesCoverage(
                series, new CoverageRange(row.OpenTime.ToUnixTimeMilliseconds(), known.To.ToUnixTimeMilliseconds(), state, known.Reason)));
        }

        if (row.GapBefore is { } gap && !gap.Reason.Contains(ArchivedHistory.NeverAsked, StringComparison.Ordinal))
        {
            _covered.Add(new SeriesCoverage(series,
                new CoverageRange(gap.From.ToUnixTimeMilliseconds(), gap.To.ToUnixTimeMilliseconds(), Coverage.Missing, gap.Reason)));
        }
    }

    private async Task TakeParquetAsync(string path, CancellationToken cancellationToken)
    {
        var covered = await ParquetFiles.ReadAsync(
            path, CheckLike, series => _series.OfNameAsync(series, cancellationToken), candle => TakeAsync(candle, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        _covered.AddRange(covered);
    }

    private async Task TakeAsync(string path, string unit, FileRow row, Series series, CancellationToken cancellationToken)
    {
        var why = row.Refusal;
        if (row.Values is { } values
            && PriceQuote.TryCreate(series, values, QuoteSource.History, session.MarketClock.GetUtcNow(), out var candle, out why))
        {
            await TakeAsync(candle, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Refuse(FormattableString.Invariant($"{path}: {unit} {row.Number}: {why}."));
        }
    }

    private async Task TakeAsync(PriceQuote candle, CancellationToken cancellationToken)
    {
        if (!candle.IsClosed || candle.CloseTime > session.MarketClock.GetUtcNow())
        {
            Open++;
            return;
        }

        Add(candle);
        await WriteWhenFullAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A flat candle is none: it says that nothing was traded, as coverage does.</summary>
    private void Add(in PriceQuote candle)
    {
        if (candle.Source == QuoteSource.Flat)
        {
            _covered.Add(SeriesCoverage.Complete(candle.Series, candle.OpenMs, candle.CloseMs));
        }
        else
        {
            _candles.Add(candle);
        }
    }

    private void Refuse(string words)
    {
        Refused++;
        if (++_refusedOfFile <= MaxNamed)
        {
            say(words);
        }
    }

    private Task WriteWhenFullAsync(CancellationToken cancellationToken) =>
        _candles.Count + _covered.Count >= BatchSize ? WriteAsync(cancellationToken) : Task.CompletedTask;

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_candles.Count == 0 && _covered.Count == 0)
        {
            return;
        }

        Counts += await archive.AppendAsync(_candles, _covered, cancellationToken).ConfigureAwait(false);
        _candles.Clear();
        _covered.Clear();
    }

    /// <summary>Simulated candles and real ones never come together.</summary>
    private void CheckLike(bool isSimulated)
    {
        if (isSimulated != archive.IsSimulated)
        {
            throw new UsageException(isSimulated ? "it is simulated; give --sandbox to keep it with its like."
                : "it is of a real market, and the archive keeps simulated candles.");
        }
    }

    /// <summary>Whether an error says that a file or a row is not what it should be, and not that the archive fails.</summary>
    private static bool IsOfFile(Exception exception) => exception is UsageException or UnknownSymbolException or AmbiguousSymbolException
        or UnknownExchangeException or UnsupportedMarketException or ExchangeUnavailableException or FormatException;
}
