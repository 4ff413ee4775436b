using System.CommandLine;
using System.Globalization;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Backtesting;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Reports;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli backtest sma-cross ...</c>: runs a strategy over candles of the past.</summary>
internal sealed partial class BacktestCommand
{
    private const string Description = """
        Runs a strategy over candles of the past, and says what would have come of it. A simulation, and no advice.

          connector-cli backtest sma-cross --file bars.csv --interval 1d --set fast=10 --set slow=30 --cash 10000

          connector-cli backtest mean-reversion binance:BTCUSDT,ETHUSDT --from 2023-01-01 --interval 1h --fee 0.1% --archive candles.db

          connector-cli backtest sma-cross binance:BTCUSDT --from -3y --interval 1h --fee 0.1% --set fast=5..50:5 --set slow=20..200:20 --walk-forward 5

          connector-cli backtest
        """;

    private readonly Argument<string?> _strategy = new("strategy")
    {
        Description = "The strategy; all are listed without it.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "strategy",
    };

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

    private readonly Option<string[]> _set =
        new("--set") { Description = "A parameter of the strategy: fast=10. Can be given again. fast=5..50:5 or fast=5,10,20 tries all of a range.", HelpName = "name=value" };
    private readonly Option<string?> _from =
        new("--from") { Description = "Candles that open at or after: 2026-01-31, -365d. Needed for series.", HelpName = "time" };
    private readonly Option<string?> _to = new("--to") { Description = "Candles that open before. Default: now.", HelpName = "time" };
    private readonly Option<string?> _market = CommonOptions.Market();
    private readonly Option<string?> _interval = CommonOptions.Interval();
    private readonly BrokerArguments _broker = new();
    private readonly ReportArguments _reports = new();
    private readonly Option<string> _closeAt = ChoiceOption.Create(
        "--close-at", "Where positions that are open at the end are closed:", ["last-close", "last-open", "never"]);
    private readonly Option<int> _daysPerYear = NumberOption.Create("--days-per-year", 1, 366, 365, "Trading days of a year; stocks have 252.");
    private readonly Option<bool> _checkLookAhead =
        new("--check-lookahead") { Description = "Also repeat the run on candles that were cut off, and fail when orders differ." };
    private readonly Option<bool> _allowGaps = new("--allow-gaps") { Description = "Run also where candles are missing; nothing fills in a gap." };
    private readonly Option<string?> _archive =
        new("--archive") { Description = "Read what this archive has out of it, and keep there what the exchange answers.", HelpName = "archive" };
    private readonly Option<string> _goal = ChoiceOption.Create("--goal", "Of ranges, the figure to rank by:", ["sharpe", "return", "calmar", "sqn"]);
    private readonly Option<int?> _random = NumberOption.CreateOptional("--random", 1, 100_000, "Of ranges, draw so many combinations instead of all.");
    private readonly Option<int> _seed = NumberOption.Create("--seed", 0, int.MaxValue, 1, "Seed of draws.");
    private readonly Option<string?> _holdOut = Share.Option("--hold-out", "Of ranges, the last part of the time that the search does not see. Default: 25%.");
    private readonly Option<int?> _walkForward = NumberOption.CreateOptional("--walk-forward", 1, 100, "Of ranges, walk forward over so many parts.");
    private readonly Option<string> _output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
    private readonly Session.Options _session = new();
    private readonly CliTerminal _terminal;

    private BacktestCommand(CliTerminal terminal) => _terminal = terminal;

    /// <summary>Creates the command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var self = new BacktestCommand(terminal);
        self._strategy.CompletionSources.Add([.. StrategyCatalog.All.Select(kind => kind.Name)]);
        var command = new Command("backtest", Description)
        {
            self._strategy, self._series, self._file, self._from, self._to, self._market, self._interval, self._set, self._closeAt, self._daysPerYear,
            self._checkLookAhead, self._goal, self._random, self._seed, self._holdOut, self._walkForward, self._allowGaps, self._archive, self._output,
        };
        self._broker.AddTo(command);
        self._reports.AddTo(command);
        self._session.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
        if (parsed.GetValue(_strategy) is not { } name)
        {
            List(writer);
            return ExitCode.Done;
        }

        var kind = StrategyCatalog.Find(name);
        var ranges = Ranges(parsed);
        if (ranges.Exists(range => range.Values.Count > 1))
        {
            return await SearchAsync(parsed, kind, ranges, writer, cancellationToken).ConfigureAwait(false);
        }

        var settings = ranges.ToDictionary(range => range.Name, range => range.Values[0]);
        var from = kind.BenchmarkFrom(settings); // a wrong parameter is told before anything is read
        var options = _broker.Read(parsed);
        _reports.Check(parsed);
        var (data, isSandbox) = await ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
        var closeAt = parsed.GetRequiredValue(_closeAt) switch { "last-open" => CloseAt.LastOpen, "never" => CloseAt.Never, _ => CloseAt.LastClose };
        var result = Backtest.Run(kind.Create(settings), data, options, closeAt, cancellationToken: cancellationToken);
        var statistics = BacktestStatistics.Of(result, parsed.GetValue(_daysPerYear), from);
        var ahead = parsed.GetValue(_checkLookAhead)
            ? LookAheadCheck.Run(_ => kind.Create(settings), data, options, cancellationToken: cancellationToken)
            : null;
        var subject = new ReportSubject(kind.Name, settings, result, statistics)
        {
            IsSandbox = isSandbox,
            DaysPerYear = parsed.GetValue(_daysPerYear),
            BenchmarkFrom = from,
            Notes = Notes(parsed, closeAt, ahead),
        };
        await _reports.WriteAsync(parsed, subject).ConfigureAwait(false);

        if (parsed.GetRequiredValue(_output) == CommonOptions.Json)
        {
            BacktestReport.WriteJson(
                _terminal.Output, kind.Name, settings, result, statistics, isSandbox, parsed.GetValue(_checkLookAhead) ? ahead ?? "none" : null);
        }
        else
        {
            BacktestReport.WriteText(writer, kind.Name, result, statistics, isSandbox);
            if (parsed.GetValue(_checkLookAhead) && ahead is null)
            {
                writer.WriteLine("No look-ahead: cut off at 20 moments, the run orders the same.");
            }
        }

        if (ahead is not null)
        {
            _terminal.Error.WriteLine($"error: {ahead}");
        }

        return ahead is null ? ExitCode.Done : ExitCode.Failed;
    }

    private List<(string Name, string Value)> Notes(ParseResult parsed, CloseAt closeAt, string? ahead) =>
    [
        ("The end", closeAt switch
        {
            CloseAt.Never => "What is open stays open, and is valued at the last close.",
            CloseAt.LastOpen => "What is open is closed at the last candle's open.",
            _ => "What is open is closed at the last close.",
        }),
        ("Gaps", "Nothing fills in them; orders wait for the next candle." + (parsed.GetValue(_allowGaps) ? " The run was allowed to go over gaps." : "")),
        ("Look-ahead", !parsed.GetValue(_checkLookAhead) ? "Not checked; --check-lookahead does." : ahead ?? "None: cut off at 20 moments, the run orders the same."),
    ];

    private static void List(StreamWriter writer)
    {
        foreach (var kind in StrategyCatalog.All)
        {
            writer.WriteLine($"{kind.Name,-16}{kind.Text}");
            foreach (var parameter in kind.Parameters)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {$"--set {parameter.Name}={parameter.Default}",-20}{parameter.Text}"));
            }
        }
    }

    private async Task<(IReadOnlyList<BacktestSeries> Data, bool IsSandbox)> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var words = parsed.GetValue(_series) ?? [];
        if (parsed.GetValue(_file) is { } file)
        {
            return words.Length > 0 ? throw new UsageException("Choose either --file or series.") : ([ReadFile(parsed, file)], false);
        }

        if (words.Length == 0)
        {
            throw new UsageException("Name series, as in binance:BTCUSDT, or bars with --file.");
        }

        return await ReadSeriesAsync(parsed, words, cancellationToken).ConfigureAwait(false);
    }

    private BacktestSeries ReadFile(ParseResult parsed, string file)
    {
        var interval = CommonOptions.ReadInterval(parsed.GetValue(_interval))
            ?? throw new UsageException("A file does not say how long its bars are: give --interval.");
        using var reader = new StreamReader(file == "-" ? _terminal.Input : File.OpenRead(file));
        return BacktestData.OfFile(
            reader, file == "-" ? "stdin" : Path.GetFileName(file), interval, Time(parsed, _from)?.ToUnixTimeMilliseconds() ?? long.MinValue,
            Time(parsed, _to)?.ToUnixTimeMilliseconds() ?? long.MaxValue);
    }

    private async Task<(IReadOnlyList<BacktestSeries> Data, bool IsSandbox)> ReadSeriesAsync(
        ParseResult parsed, string[] words, CancellationToken cancellationToken)
    {
        var targets = SeriesTarget.ParseAll(words, CommonOptions.ReadMarket(parsed.GetValue(_market)));
        var profiles = targets.Select(target => SupportedExchanges.Find(target.Exchange)).ToList(); // a misspelt one is told before anything is asked
        await using var open = await Session.OpenAsync(
            _terminal, parsed, _session, profiles.Distinct().Count() == 1 ? profiles[0].Name : null, cancellationToken).ConfigureAwait(false);
        await using var kept = parsed.GetValue(_archive) is { } path ? CandleArchives.Open(path, open.IsSimulated, clock: open.MarketClock) : null;
        if (kept is not null)
        {
            open.ReadThrough(kept, _terminal.Error.WriteLine);
        }

        var now = open.MarketClock.GetUtcNow();
        var from = parsed.GetValue(_from) is { } text
            ? CommonOptions.ReadTime("--from", text, now)
            : throw new UsageException("Say from when on with --from, as in --from -365d.");
        var data = new List<BacktestSeries>();
        foreach (var (target, profile) in targets.Zip(profiles))
        {
            var request = new HistoryRequest
            {
                Exchange = target.Exchange,
                Symbol = target.Symbol,
                Market = target.Market,
                From = from,
                To = parsed.GetValue(_to) is { } end ? CommonOptions.ReadTime("--to", end, now) : now,
                Interval = CommonOptions.ReadInterval(parsed.GetValue(_interval)) ?? Interval.OneMinute,
                BuildInterval = true,
            };
            var (series, missing) = await BacktestData.OfHistoryAsync(
                open.Connector, request, profile.Markets.Any(market => market.OmitsQuietCandles), cancellationToken)
                .ConfigureAwait(false);
            Refuse(series, missing, parsed.GetValue(_allowGaps));
            data.Add(series);
        }

        return (data, open.IsSandbox);
    }

    private void Refuse(BacktestSeries series, IReadOnlyList<MissingCandles> missing, bool isAllowed)
    {
        var gaps = missing.Where(part => part.Kind == MissingKind.Gap).ToList();
        foreach (var gap in gaps)
        {
            _terminal.Error.WriteLine($"warning: {series.Name} lacks candles from {gap.From:u} to {gap.To:u}: {gap.Reason}");
        }

        if (gaps.Count > 0 && !isAllowed)
        {
            throw new UsageException($"{series.Name} has {gaps.Count} gaps; a run over them would not be what trading was. --allow-gaps runs all the same.");
        }
    }

    private DateTimeOffset? Time(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? CommonOptions.ReadTime(option.Name, text, _terminal.Clock.GetUtcNow()) : null;
}
