using System.CommandLine;
using System.Globalization;
using OhlcvConnector.Cli.Backtesting;
using OhlcvConnector.Cli.Forecasting;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Signals;
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

          connector-cli backtest --rules signals.json binance:BTCUSDT --from -1y --interval 4h

          connector-cli backtest
        """;

    private readonly StrategyArguments _strategy = new();
    private readonly Option<string[]> _set =
        new("--set") { Description = "A parameter of the strategy: fast=10. Can be given again. fast=5..50:5 or fast=5,10,20 tries all of a range.", HelpName = "name=value" };
    private readonly DataArguments _data;
    private readonly BrokerArguments _broker = new();
    private readonly ForecastArguments _forecasts;
    private readonly ReportArguments _reports = new();
    private readonly Option<string> _closeAt = ChoiceOption.Create(
        "--close-at", "Where positions that are open at the end are closed:", ["last-close", "last-open", "never"]);
    private readonly Option<int> _daysPerYear = NumberOption.Create("--days-per-year", 1, 366, 365, "Trading days of a year; stocks have 252.");
    private readonly Option<bool> _checkLookAhead =
        new("--check-lookahead") { Description = "Also repeat the run on candles that were cut off, and fail when orders differ." };
    private readonly Option<string> _goal = ChoiceOption.Create("--goal", "Of ranges, the figure to rank by:", ["sharpe", "return", "calmar", "sqn"]);
    private readonly Option<int?> _random = NumberOption.CreateOptional("--random", 1, 100_000, "Of ranges, draw so many combinations instead of all.");
    private readonly Option<int> _seed = NumberOption.Create("--seed", 0, int.MaxValue, 1, "Seed of draws.");
    private readonly Option<bool> _halving =
        new("--halving") { Description = "Of ranges, try all on an eighth of the time, the better half on a quarter, and so on: about a third of the work." };
    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Of ranges, note each variant in this file as it was tried, and run none again that stands there: a killed search goes on.",
        HelpName = "file",
    };

    private readonly Option<string?> _holdOut = Share.Option("--hold-out", "Of ranges, the last part of the time that the search does not see. Default: 25%.");
    private readonly Option<int?> _walkForward = NumberOption.CreateOptional("--walk-forward", 1, 100, "Of ranges, walk forward over so many parts.");
    private readonly Option<string> _output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
    private readonly CliTerminal _terminal;

    private BacktestCommand(CliTerminal terminal) => (_terminal, _data, _forecasts) = (terminal, new DataArguments(terminal), new ForecastArguments(terminal));

    /// <summary>Creates the command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var self = new BacktestCommand(terminal);
        var command = new Command("backtest", Description)
        {
            self._set, self._closeAt, self._daysPerYear, self._checkLookAhead, self._goal, self._random, self._seed, self._halving, self._holdOut,
            self._walkForward, self._resume, self._output,
        };
        self._strategy.AddTo(command);
        self._data.AddTo(command);
        self._broker.AddTo(command);
        self._forecasts.AddTo(command);
        self._reports.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
        if (_strategy.Read(parsed, out var word) is not { } kind)
        {
            List(writer);
            return ExitCode.Done;
        }

        var ranges = Ranges(parsed);
        if (ranges.Exists(range => range.Values.Count > 1))
        {
            return await SearchAsync(parsed, kind, word, ranges, writer, cancellationToken).ConfigureAwait(false);
        }

        RefuseOptionsOfSearch(parsed);
        var settings = ranges.ToDictionary(range => range.Name, range => range.Values[0]);
        var from = kind.BenchmarkFrom(settings); // a wrong parameter is told before anything is read
        var options = _broker.Read(parsed);
        _reports.Check(parsed);
        var (data, isSandbox) = await ReadAsync(parsed, word, cancellationToken).ConfigureAwait(false);
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
            BacktestReport.WriteJson(_terminal.Output, subject, parsed.GetValue(_checkLookAhead) ? ahead ?? "none" : null);
        }
        else
        {
            BacktestReport.WriteText(writer, subject);
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

    private async Task<(IReadOnlyList<BacktestSeries> Data, bool IsSandbox)> ReadAsync(ParseResult parsed, string? word, CancellationToken cancellationToken)
    {
        var (data, isSandbox) = await _data.ReadAsync(parsed, word, _broker, cancellationToken).ConfigureAwait(false);
        return (_forecasts.Give(parsed, data, isSandbox, cancellationToken), isSandbox);
    }

    private List<(string Name, string Value)> Notes(ParseResult parsed, CloseAt closeAt, string? ahead) =>
    [
        .. _forecasts.Note(parsed) is { } note ? new[] { ("Forecasts", note) } : [],
        ("The end", closeAt switch
        {
            CloseAt.Never => "What is open stays open, and is valued at the last close.",
            CloseAt.LastOpen => "What is open is closed at the last candle's open.",
            _ => "What is open is closed at the last close.",
        }),
        ("Gaps", "Nothing fills in them; orders wait for the next candle." + (_data.AllowsGaps(parsed) ? " The run was allowed to go over gaps." : "")),
        ("Look-ahead", !parsed.GetValue(_checkLookAhead) ? "Not checked; --check-lookahead does." : ahead ?? "None: cut off at 20 moments, the run orders the same."),
    ];

    private static void List(StreamWriter writer)
    {
        foreach (var kind in StrategyCatalog.All.Append(StrategyCatalog.OfRules(new RuleSet([]), "rules --rules ...")))
        {
            writer.WriteLine($"{kind.Name,-16}{kind.Text}");
            foreach (var parameter in kind.Parameters)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {$"--set {parameter.Name}={parameter.Default}",-20}{parameter.Text}"));
            }
        }
    }
}
