using System.CommandLine;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that say where whole candles are read before something is calculated of them: a file of bars, or history.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="seriesText">The words of the help for the series.</param>
/// <param name="wanted">What is asked for where nothing is said: series, or one.</param>
internal sealed class CandleArguments(CliTerminal terminal, string seriesText, string wanted)
{
    private readonly Argument<string[]> _series = new("series") { Description = seriesText, Arity = ArgumentArity.ZeroOrMore, HelpName = "series" };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "Bars in a CSV file with a header instead of series: time, open, high, low, close, volume; - for stdin.",
        HelpName = "name",
    };

    private readonly Option<string?> _from =
        new("--from") { Description = "Candles that open at or after: 2026-01-31, -365d. Needed for series.", HelpName = "time" };
    private readonly Option<string?> _to = new("--to") { Description = "Candles that open before. Default: now.", HelpName = "time" };
    private readonly Option<string?> _market = CommonOptions.Market();
    private readonly Option<string?> _archive =
        new("--archive") { Description = "Read what this archive has out of it, and keep there what the exchange answers.", HelpName = "archive" };
    private readonly Session.Options _session = new();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="others">Options of its own, which stand in the help behind the time.</param>
    public void AddTo(Command command, params ReadOnlySpan<Option> others)
    {
        command.Arguments.Add(_series);
        foreach (var option in (Option[])[_file, _from, _to, _market, .. others, _archive])
        {
            command.Options.Add(option);
        }

        _session.AddTo(command);
    }

    /// <summary>Says what is to be read.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="word">First of the series where the command line has it for something else; else null.</param>
    /// <returns>The file, or the series.</returns>
    /// <exception cref="UsageException">Neither is given, or both, or an option that a file has no use for.</exception>
    public (string? File, string[] Series) Chosen(ParseResult parsed, string? word = null)
    {
        string[] words = [.. word is null ? [] : new[] { word }, .. parsed.GetValue(_series) ?? []];
        if (parsed.GetValue(_file) is not { } file)
        {
            return words.Length > 0 ? (null, words) : throw new UsageException($"Name {wanted}, as in binance:BTCUSDT, or bars with --file.");
        }

        if (words.Length > 0)
        {
            throw new UsageException("Choose either --file or series.");
        }

        foreach (var option in _session.OfSource.Concat([_market, _archive]))
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} says where series are read; the bars of --file are in it.");
            }
        }

        return (file, []);
    }

    /// <summary>Reads the bars of a file.</summary>
    public BacktestSeries ReadFile(ParseResult parsed, string file, Interval interval)
    {
        using var reader = new StreamReader(file == "-" ? terminal.Input : File.OpenRead(file));
        return BacktestData.OfFile(
            reader, file == "-" ? "stdin" : Path.GetFileName(file), interval, Time(_from)?.ToUnixTimeMilliseconds() ?? long.MinValue,
            Time(_to)?.ToUnixTimeMilliseconds() ?? long.MaxValue);

        DateTimeOffset? Time(Option<string?> option) =>
            parsed.GetValue(option) is { } text ? CommonOptions.ReadTime(option.Name, text, terminal.Clock.GetUtcNow()) : null;
    }

    /// <summary>Reads series, one after the other, and says what they lack.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="words">The series.</param>
    /// <param name="interval">Length of their candles.</param>
    /// <param name="enough">Candles that are read when no time is given; null where one must be.</param>
    /// <param name="take">Takes each of them, while its source is open.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ReadSeriesAsync(
        ParseResult parsed, string[] words, Interval interval, int? enough, Func<SeriesReading, Task> take, CancellationToken cancellationToken)
    {
        var targets = SeriesTarget.ParseAll(words, CommonOptions.ReadMarket(parsed.GetValue(_market)));
        var profiles = targets.Select(target => SupportedExchanges.Find(target.Exchange)).ToList(); // a misspelt one is told before anything is asked
        if (parsed.GetValue(_from) is null && enough is null)
        {
            throw new UsageException("Say from when on with --from, as in --from -365d.");
        }

        await using var open = await Session.OpenAsync(
            terminal, parsed, _session, profiles.Distinct().Count() == 1 ? profiles[0].Name : null, cancellationToken).ConfigureAwait(false);
        await using var kept = parsed.GetValue(_archive) is { } path ? CandleArchives.Open(path, open.IsSimulated, clock: open.MarketClock) : null;
        if (kept is not null)
        {
            open.ReadThrough(kept, terminal.Error.WriteLine);
        }

        var now = open.MarketClock.GetUtcNow();
        foreach (var (target, profile) in targets.Zip(profiles))
        {
            var request = new HistoryRequest
            {
                Exchange = target.Exchange,
                Symbol = target.Symbol,
                Market = target.Market,
                From = parsed.GetValue(_from) is { } text ? CommonOptions.ReadTime("--from", text, now) : now - (interval.ApproximateLength * enough!.Value),
                To = parsed.GetValue(_to) is { } end ? CommonOptions.ReadTime("--to", end, now) : now,
                Interval = interval,
                BuildInterval = true,
            };
            var omitsQuiet = profile.Markets.Any(market => market.OmitsQuietCandles);
            var (series, source, missing) = await BacktestData.OfHistoryAsync(open.Connector, request, omitsQuiet, cancellationToken).ConfigureAwait(false);
            var gaps = missing.Where(part => part.Kind == MissingKind.Gap).ToList();
            foreach (var gap in gaps)
            {
                terminal.Error.WriteLine($"warning: {series.Name} lacks candles from {gap.From:u} to {gap.To:u}: {gap.Reason}");
            }

            await take(new SeriesReading(open, kept, request, series, source, gaps.Count)).ConfigureAwait(false);
        }
    }
}

/// <summary>A series that was read.</summary>
/// <param name="Open">The connector.</param>
/// <param name="Kept">The archive; null for none.</param>
/// <param name="Request">The request.</param>
/// <param name="Data">The candles.</param>
/// <param name="Source">The series that they are of.</param>
/// <param name="Gaps">Number of gaps among them.</param>
internal sealed record SeriesReading(Session Open, ICandleArchive? Kept, HistoryRequest Request, BacktestSeries Data, Series Source, int Gaps);
