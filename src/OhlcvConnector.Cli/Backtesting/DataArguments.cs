using System.CommandLine;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that say which candles a strategy runs over; reads them all before the run, so that nothing changes under it.</summary>
internal sealed class DataArguments(CliTerminal terminal)
{
    private const string None = "none";

    private readonly CandleArguments _candles = new(
        terminal, "Series: exchange:symbol, exchange/market:symbol,symbol, or an exchange and its symbols. They share one account.", "series");

    private readonly Option<string?> _interval = CommonOptions.Interval();
    private readonly Option<string?> _fine = new("--fine")
    {
        Description = "Fill orders by finer candles: 1m. Default: by the finest that the archive has; none for by the candles themselves.",
        HelpName = "interval",
    };

    private readonly Option<string?> _fineFile = new("--fine-file") { Description = "Bars of the interval --fine that make up those of --file.", HelpName = "name" };
    private readonly Option<string?> _fundingFile = new("--funding-file")
    {
        Description = "Funding rates of the time instead of one: a CSV file with a header and the columns time, rate.",
        HelpName = "name",
    };

    private readonly Option<bool> _allowGaps = new("--allow-gaps") { Description = "Run also where candles are missing; nothing fills in a gap." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) => _candles.AddTo(command, _interval, _fine, _fineFile, _fundingFile, _allowGaps);

    /// <summary>True when the run may go over gaps.</summary>
    public bool AllowsGaps(ParseResult parsed) => parsed.GetValue(_allowGaps);

    /// <summary>Reads the candles.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="word">First of the series where the command line has it for a strategy; else null.</param>
    /// <param name="broker">What it says of the instruments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The series, and whether their candles are simulated.</returns>
    public async Task<(IReadOnlyList<BacktestSeries> Data, bool IsSandbox)> ReadAsync(
        ParseResult parsed, string? word, BrokerArguments broker, CancellationToken cancellationToken)
    {
        var (file, words) = _candles.Chosen(parsed, word);
        if (file is not null)
        {
            return ([Funded(parsed, ReadFile(parsed, file, broker))], false);
        }

        if (parsed.GetValue(_fineFile) is not null)
        {
            throw new UsageException("--fine-file makes up the bars of --file, which is not given.");
        }

        var (data, isSandbox) = (new List<BacktestSeries>(), false);
        var interval = CommonOptions.ReadInterval(parsed.GetValue(_interval)) ?? Interval.OneMinute;
        await _candles.ReadSeriesAsync(parsed, words, interval, enough: null, TakeAsync, cancellationToken).ConfigureAwait(false);
        return (data, isSandbox);

        async Task TakeAsync(SeriesReading read)
        {
            if (read.Gaps > 0 && !AllowsGaps(parsed))
            {
                throw new UsageException($"{read.Data.Name} has {read.Gaps} gaps; a run over them would not be what trading was. --allow-gaps runs all the same.");
            }

            isSandbox = read.Open.IsSandbox;
            var rules = broker.Rules(parsed, read.Data.Rules, VenueFees.Of(read.Source.Exchange, read.Source.Market));
            var fine = await FineAsync(parsed, read, cancellationToken).ConfigureAwait(false);
            data.Add(Funded(parsed, read.Data with { Rules = rules, Fine = fine, Source = read.Source }));
        }
    }

    private BacktestSeries ReadFile(ParseResult parsed, string file, BrokerArguments broker)
    {
        var interval = CommonOptions.ReadInterval(parsed.GetValue(_interval))
            ?? throw new UsageException("A file does not say how long its bars are: give --interval.");
        var series = _candles.ReadFile(parsed, file, interval);
        series = series with { Rules = broker.Rules(parsed, series.Rules) };
        if (parsed.GetValue(_fineFile) is not { } name)
        {
            return parsed.GetValue(_fine) is null or None ? series : throw new UsageException("--fine is of series; of a file give its finer bars with --fine-file.");
        }

        var fine = CommonOptions.ReadInterval(parsed.GetValue(_fine)) ?? throw new UsageException("Say with --fine how long the bars of --fine-file are.");
        return CheckFine(fine, interval) ? series with { Fine = _candles.ReadFile(parsed, name, fine).Candles } : series;
    }

    /// <summary>Reads the finer candles that are wanted, or those that the archive has of itself; null for none.</summary>
    private async Task<IReadOnlyList<Candle>?> FineAsync(ParseResult parsed, SeriesReading read, CancellationToken cancellationToken)
    {
        var (series, request) = (read.Source, read.Request);
        if (parsed.GetValue(_fine) is { } text)
        {
            return text != None && CommonOptions.ReadInterval(text) is { } interval && CheckFine(interval, series.Interval)
                ? (await BacktestData.OfHistoryAsync(read.Open.Connector, request with { Interval = interval }, omitsQuietCandles: false, cancellationToken)
                    .ConfigureAwait(false)).Series.Candles
                : null;
        }

        if (read.Kept is not { } kept)
        {
            return null;
        }

        var finest = (await kept.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(one => one.Exchange == series.Exchange && one.Market == series.Market && one.VenueSymbol == series.VenueSymbol)
            .Where(one => one.Interval < series.Interval && one.Interval.Makes(series.Interval))
            .MinBy(one => one.Interval);
        if (finest is null)
        {
            return null;
        }

        var candles = new List<Candle>();
        await foreach (var quote in kept.ReadAsync(finest, request.From, request.To ?? DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            candles.Add(new Candle(quote));
        }

        if (candles.Count == 0)
        {
            return null;
        }

        terminal.Error.WriteLine($"note: orders of {series} fill by the archive's {finest.Interval} candles; --fine none fills by those of {series.Interval}.");
        return candles.ToArray();
    }

    private static bool CheckFine(Interval fine, Interval interval) => fine < interval && fine.Makes(interval)
        ? true
        : throw new UsageException($"--fine is {fine}; candles of {interval} are not made of such.");

    private BacktestSeries Funded(ParseResult parsed, BacktestSeries series)
    {
        if (parsed.GetValue(_fundingFile) is not { } name)
        {
            return series;
        }

        using var reader = File.OpenText(name);
        return series with { FundingRates = BacktestData.FundingOf(reader, name) };
    }
}
