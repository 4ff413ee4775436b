using System.CommandLine;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Cli.Signals;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Cli.Commands;

/// <summary>The commands that run rules: over the past, and on what comes.</summary>
internal sealed class SignalsRunning
{
    private readonly Argument<string[]> _series = new("series")
    {
        Description = "Series: exchange:symbol, exchange/market:symbol,symbol, or an exchange and its symbols.",
        Arity = ArgumentArity.OneOrMore,
        HelpName = "series",
    };

    private readonly Option<string?> _market = CommonOptions.Market();
    private readonly Option<string?> _interval = CommonOptions.Interval();
    private readonly Option<string?> _archive = new("--archive") { Description = "Read what this archive has out of it, and keep candles there.", HelpName = "archive" };
    private readonly Option<string> _output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
    private readonly Session.Options _session = new();
    private readonly CliTerminal _terminal;

    private SignalsRunning(CliTerminal terminal) => _terminal = terminal;

    /// <summary>Creates the command that tries rules on the past.</summary>
    public static Command CreateTest(CliTerminal terminal)
    {
        var self = new SignalsRunning(terminal);
        var rules = new Argument<string>("rules") { Description = "The file of rules: signals.json or trading_config.json.", HelpName = "rules" };
        var since = new Option<string?>("--since") { Description = "Signals of candles that open at or after: 2026-01-31, -90d. Default: -90d.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "Candles that open before. Default: now.", HelpName = "time" };
        var command = new Command("test", "Says what rules would have said of the past, and what came after.") { rules, self._series, since, to };
        self.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var set = RulesFile.Read(parsed.GetRequiredValue(rules)); // a wrong file is told before anything is read
            var targets = self.Targets(parsed);
            await using var open = await self.OpenAsync(parsed, targets, cancellationToken).ConfigureAwait(false);
            await using var kept = self.OpenArchive(parsed, open);
            var now = open.MarketClock.GetUtcNow();
            var from = CommonOptions.ReadTime("--since", parsed.GetValue(since) ?? "-90d", now);
            var end = parsed.GetValue(to) is { } text ? CommonOptions.ReadTime("--to", text, now) : now;
            var length = CommonOptions.ReadInterval(parsed.GetValue(self._interval)) ?? Interval.OneMinute;
            using var writer = new SignalWriter(terminal, parsed.GetRequiredValue(self._output) == CommonOptions.Json, open.IsSandbox);
            var all = new List<Series>();
            foreach (var target in targets)
            {
                all.Add(await SignalWatch.SeriesOfAsync(open, target, length, cancellationToken).ConfigureAwait(false));
            }

            SignalWatch.TellOfOthers(set, all, terminal.Error);
            foreach (var (target, series) in targets.Zip(all))
            {
                var result = await self.TryAsync(open, target, series, set, length, from, end, cancellationToken).ConfigureAwait(false);
                foreach (var (signal, fate) in result.Signals)
                {
                    writer.Write(signal, fate);
                }

                writer.Sum(result, terminal.Error);
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Creates the command that runs rules on what comes.</summary>
    public static Command CreateWatch(CliTerminal terminal)
    {
        var self = new SignalsRunning(terminal);
        var rules = new Option<string?>("--rules") { Description = "The file of rules. Default: the built-in sets.", HelpName = "rules" };
        var provisional = new Option<bool>("--provisional") { Description = "Also say what the open candles would make if they closed as they are, each once a candle." };
        var limit = NumberOption.CreateOptional("--limit", 1, int.MaxValue, "End after so many signals.");
        var command = new Command("watch", "Says what rules say of each candle as it closes.") { self._series, rules, provisional, limit };
        self.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var set = RulesFile.Read(parsed.GetValue(rules));
            var targets = self.Targets(parsed);
            await using var open = await self.OpenAsync(parsed, targets, cancellationToken).ConfigureAwait(false);
            await using var kept = self.OpenArchive(parsed, open);
            var length = CommonOptions.ReadInterval(parsed.GetValue(self._interval)) ?? Interval.OneMinute;
            using var writer = new SignalWriter(terminal, parsed.GetRequiredValue(self._output) == CommonOptions.Json, open.IsSandbox);
            var watch = new SignalWatch(open, set, parsed.GetValue(provisional), terminal.Error);
            var left = parsed.GetValue(limit) ?? int.MaxValue;
            await foreach (var signal in watch.ReadAsync(targets, length, cancellationToken).ConfigureAwait(false))
            {
                writer.Write(signal, fate: null);
                writer.Flush();
                if (--left == 0)
                {
                    break;
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private void AddTo(Command command)
    {
        command.Options.Add(_market);
        command.Options.Add(_interval);
        command.Options.Add(_archive);
        command.Options.Add(_output);
        _session.AddTo(command);
    }

    private IReadOnlyList<SeriesTarget> Targets(ParseResult parsed) =>
        [.. SeriesTarget.ParseAll(parsed.GetRequiredValue(_series), CommonOptions.ReadMarket(parsed.GetValue(_market)))];

    private Task<Session> OpenAsync(ParseResult parsed, IReadOnlyList<SeriesTarget> targets, CancellationToken cancellationToken)
    {
        var exchanges = targets.Select(target => SupportedExchanges.Find(target.Exchange).Name).Distinct().ToList();
        return Session.OpenAsync(_terminal, parsed, _session, exchanges.Count == 1 ? exchanges[0] : null, cancellationToken);
    }

    private Application.Archiving.ICandleArchive? OpenArchive(ParseResult parsed, Session open)
    {
        var kept = parsed.GetValue(_archive) is { } path ? CandleArchives.Open(path, open.IsSimulated, clock: open.MarketClock) : null;
        if (kept is not null)
        {
            open.ReadThrough(kept, _terminal.Error.WriteLine);
        }

        return kept;
    }

    private async Task<SignalTrialResult> TryAsync(
        Session open, SeriesTarget target, Series series, RuleSet rules, Interval interval, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken)
    {
        var begin = DateTimeOffset.FromUnixTimeMilliseconds(new RuleEvaluator(series, rules).BeginMs(interval.FloorMs(from.ToUnixTimeMilliseconds())));
        var request = new HistoryRequest
        {
            Exchange = target.Exchange,
            Symbol = target.Symbol,
            Market = target.Market,
            Interval = interval,
            BuildInterval = true,
            From = begin,
            To = to,
            OnMissing = missing => Warn(series, missing, from),
        };
        var candles = new List<PriceQuote>();
        await foreach (var quote in open.Connector.HistoryAsync(request, cancellationToken).ConfigureAwait(false))
        {
            candles.Add(quote);
        }

        var result = SignalTrial.Run(rules, series, candles, from, SignalWatch.OmitsQuiet(target.Exchange), cancellationToken: cancellationToken);
        return result with
        {
            Signals = [.. result.Signals.Select(one => (one.Signal with { IsSandbox = open.IsSandbox }, one.Fate))],
        };
    }

    private void Warn(Series series, MissingCandles missing, DateTimeOffset from)
    {
        if (missing.Kind == MissingKind.Gap && missing.To > from)
        {
            _terminal.Error.WriteLine($"warning: {series} lacks candles from {missing.From:u} to {missing.To:u}: {missing.Reason}");
        }
    }
}
