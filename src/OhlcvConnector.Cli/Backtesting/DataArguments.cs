using System.CommandLine;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that say which candles a strategy runs over; reads them all before the run, so that nothing changes under it.</summary>
internal sealed class DataArguments(CliTerminal terminal)
{
    private const string None = "none";

    private readonly Argument<string[]> _series = new("series")
    {
        Description = "Series: exchange:symbol, exchange/market:symbol,symbol, or an exchange and its symbols. They share one account.",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "series",
    };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "Bars in a CSV file with a header instead of series: time, open, high, low, close, volume; - for stdin.",
        HelpName = "name",
    };

    private readonly Option<string?> _from =
        new("--from") { Description = "Candles that open at or after: 2026-01-31, -365d. Needed for series.", HelpName = "time" };
    private readonly Option<string?> _to = new("--to") { Description = "Candles that open before. Default: now.", HelpName = "time" };
    private readonly Option<string?> _market = CommonOptions.Market();
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
    private readonly Option<string?> _archive =
        new("--archive") { Description = "Read what this archive has out of it, and keep there what the exchange answers.", HelpName = "archive" };
    private readonly Session.Options _session = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_series);
        foreach (var option in new Option[] { _file, _from, _to, _market, _interval, _fine, _fineFile, _fundingFile, _allowGaps, _archive })
        {
            command.Options.Add(option);
        }

        _session.AddTo(command);
    }

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
        string[] words = [.. word is null ? [] : new[] { word }, .. parsed.GetValue(_series) ?? []];
        if (parsed.GetValue(_file) is null && parsed.GetValue(_fineFile) is not null)
        {
            throw new UsageException("--fine-file makes up the bars of --file, which is not given.");
        }

        if (parsed.GetValue(_file) is { } file)
        {
            return words.Length > 0 ? throw new UsageException("Choose either --file or series.") : ([Funded(parsed, ReadFile(parsed, file, broker))], false);
        }

        if (words.Length == 0)
        {
            throw new UsageException("Name series, as in binance:BTCUSDT, or bars with --file.");
        }

        var (data, isSandbox) = await ReadSeriesAsync(parsed, words, broker, cancellationToken).ConfigureAwait(false);
        return ([.. data.Select(one => Funded(parsed, one))], isSandbox);
    }

    private BacktestSeries ReadFile(ParseResult parsed, string file, BrokerArguments broker)
    {
        foreach (var option in _session.OfSource.Concat([_market, _archive]))
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} says where series are read; the bars of --file are in it.");
            }
        }

        var interval = CommonOptions.ReadInterval(parsed.GetValue(_interval))
            ?? throw new UsageException("A file does not say how long its bars are: give --interval.");
        var series = Read(file, interval);
        series = series with { Rules = broker.Rules(parsed, series.Rules) };
        if (parsed.GetValue(_fineFile) is not { } name)
        {
            return parsed.GetValue(_fine) is null or None ? series : throw new UsageException("--fine is of series; of a file give its finer bars with --fine-file.");
        }

        var fine = CommonOptions.ReadInterval(parsed.GetValue(_fine)) ?? throw new UsageException("Say with --fine how long the bars of --fine-file are.");
        return CheckFine(fine, interval) ? series with { Fine = Read(name, fine).Candles } : series;

        BacktestSeries Read(string path, Interval length)
        {
            using var reader = new StreamReader(path == "-" ? terminal.Input : File.OpenRead(path));
            return BacktestData.OfFile(
                reader, path == "-" ? "stdin" : Path.GetFileName(path), length, Time(parsed, _from)?.ToUnixTimeMilliseconds() ?? long.MinValue,
                Time(parsed, _to)?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        }
    }

    private async Task<(IReadOnlyList<BacktestSeries> Data, bool IsSandbox)> ReadSeriesAsync(
        ParseResult parsed, string[] words, BrokerArguments broker, CancellationToken cancellationToken)
    {
        var targets = SeriesTarget.ParseAll(words, CommonOptions.ReadMarket(parsed.GetValue(_market)));
        var profiles = targets.Select(target => SupportedExchanges.Find(target.Exchange)).ToList(); // a misspelt one is told before anything is asked
        await using var open = await Session.OpenAsync(
            terminal, parsed, _session, profiles.Distinct().Count() == 1 ? profiles[0].Name : null, cancellationToken).ConfigureAwait(false);
        await using var kept = parsed.GetValue(_archive) is { } path ? CandleArchives.Open(path, open.IsSimulated, clock: open.MarketClock) : null;
        if (kept is not null)
        {
            open.ReadThrough(kept, terminal.Error.WriteLine);
        }

        var now = open.MarketClock.GetUtcNow();
        var data = new List<BacktestSeries>();
        foreach (var (target, profile) in targets.Zip(profiles))
        {
            var request = new HistoryRequest
            {
                Exchange = target.Exchange,
                Symbol = target.Symbol,
                Market = target.Market,
                From = parsed.GetValue(_from) is { } text
                    ? CommonOptions.ReadTime("--from", text, now)
                    : throw new UsageException("Say from when on with --from, as in --from -365d."),
                To = parsed.GetValue(_to) is { } end ? CommonOptions.ReadTime("--to", end, now) : now,
                Interval = CommonOptions.ReadInterval(parsed.GetValue(_interval)) ?? Interval.OneMinute,
                BuildInterval = true,
            };
            var omitsQuiet = profile.Markets.Any(market => market.OmitsQuietCandles);
            var (series, read, missing) = await BacktestData.OfHistoryAsync(open.Connector, request, omitsQuiet, cancellationToken).ConfigureAwait(false);
            Refuse(series, missing, parsed.GetValue(_allowGaps));
            var fine = await FineAsync(parsed, open, kept, request, read, cancellationToken).ConfigureAwait(false);
            data.Add(series with { Rules = broker.Rules(parsed, series.Rules, VenueFees.Of(read.Exchange, read.Market)), Fine = fine, Source = read });
        }

        return (data, open.IsSandbox);
    }

    /// <summary>Reads the finer candles that are wanted, or those that the archive has of itself; null for none.</summary>
    private async Task<IReadOnlyList<Candle>?> FineAsync(
        ParseResult parsed, Session open, ICandleArchive? kept, HistoryRequest request, Series series, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_fine) is { } text)
        {
            return text != None && CommonOptions.ReadInterval(text) is { } interval && CheckFine(interval, series.Interval)
                ? (await BacktestData.OfHistoryAsync(open.Connector, request with { Interval = interval }, omitsQuietCandles: false, cancellationToken)
                    .ConfigureAwait(false)).Series.Candles
                : null;
        }

        if (kept is null)
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

    private void Refuse(BacktestSeries series, IReadOnlyList<MissingCandles> missing, bool isAllowed)
    {
        var gaps = missing.Where(part => part.Kind == MissingKind.Gap).ToList();
        foreach (var gap in gaps)
        {
            terminal.Error.WriteLine($"warning: {series.Name} lacks candles from {gap.From:u} to {gap.To:u}: {gap.Reason}");
        }

        if (gaps.Count > 0 && !isAllowed)
        {
            throw new UsageException($"{series.Name} has {gaps.Count} gaps; a run over them would not be what trading was. --allow-gaps runs all the same.");
        }
    }

    private DateTimeOffset? Time(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? CommonOptions.ReadTime(option.Name, text, terminal.Clock.GetUtcNow()) : null;
}
