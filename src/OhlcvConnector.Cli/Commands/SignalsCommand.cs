using System.CommandLine;
using System.Text;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Cli.Signals;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli signals watch|list|explain|test</c>: rules over closed candles, and what they said.</summary>
internal static class SignalsCommand
{
    private const string Description = """
        Says what rules over closed candles say, now and in the past. No advice.

          connector-cli signals test signals.json binance:BTCUSDT --since -90d --interval 1h

          connector-cli signals watch binance:BTCUSDT,ETHUSDT --interval 5m --rules signals.json

          connector-cli signals list --archive candles.db

          connector-cli signals explain 3f2a... --archive candles.db
        """;

    /// <summary>Creates the command.</summary>
    public static Command Create(CliTerminal terminal) => new("signals", Description)
    {
        SignalsRunning.CreateTest(terminal), SignalsRunning.CreateWatch(terminal), CreateList(terminal), CreateExplain(terminal),
    };

    private static Command CreateList(CliTerminal terminal)
    {
        var (archive, output) = (Archive(), CommonOptions.Output(CommonOptions.Text, CommonOptions.Json));
        var rule = new Option<string?>("--rule") { Description = "Of this rule alone; of a set with a dot after it: trend-follow.", HelpName = "name" };
        var symbol = new Option<string?>("--symbol") { Description = "Of this symbol alone.", HelpName = "symbol" };
        var since = new Option<string?>("--since") { Description = "Of candles that closed at or after: 2026-01-31, -7d.", HelpName = "time" };
        var limit = NumberOption.Create("--limit", 1, SignalFilter.MaxLimit, 50, "At most so many, the newest.");
        var command = new Command("list", "Lists the signals that an archive keeps, the newest last, with what came after.") { archive, rule, symbol, since, limit, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (store, isSandbox) = await OpenAsync(parsed.GetRequiredValue(archive)).ConfigureAwait(false);
            await using var closing = store.ConfigureAwait(false);
            var found = await store.ReadAsync(
                new SignalFilter
                {
                    Rule = parsed.GetValue(rule),
                    Symbol = parsed.GetValue(symbol),
                    SinceMs = parsed.GetValue(since) is { } text ? CommonOptions.ReadTime("--since", text, terminal.Clock.GetUtcNow())
                        .ToUnixTimeMilliseconds() : null,
                    Limit = parsed.GetValue(limit),
                },
                cancellationToken).ConfigureAwait(false);
            using var writer = new SignalWriter(terminal, parsed.GetRequiredValue(output) == CommonOptions.Json, isSandbox);
            foreach (var kept in found.Reverse())
            {
                writer.Write(kept.Signal, kept.Fate);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateExplain(CliTerminal terminal)
    {
        var archive = Archive();
        var id = new Argument<string>("id") { Description = "The signal's id, or its beginning.", HelpName = "id" };
        var command = new Command("explain", "Explains a signal: the parts that made it, with values and weights, and what came after.") { id, archive };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = parsed.GetRequiredValue(id);
            var (store, isSandbox) = await OpenAsync(parsed.GetRequiredValue(archive)).ConfigureAwait(false);
            await using var closing = store.ConfigureAwait(false);
            var kept = await store.FindAsync(wanted, cancellationToken).ConfigureAwait(false)
                ?? (await store.ReadAsync(new SignalFilter { Limit = SignalFilter.MaxLimit }, cancellationToken).ConfigureAwait(false))
                    .FirstOrDefault(one => wanted.Length >= 4 && one.Signal.Id.StartsWith(wanted, StringComparison.Ordinal))
                ?? throw new UsageException($"There is no signal '{wanted}' in {store.Location}. 'signals list --output json' shows their ids.");
            using var writer = new StreamWriter(terminal.Output, new UTF8Encoding(false), leaveOpen: true);
            SignalWriter.Explain(writer, kept, isSandbox);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Opens the signals of an archive, which knows itself whether it is of simulated candles.</summary>
    private static async Task<(ISignalStore Store, bool IsSandbox)> OpenAsync(string named)
    {
        if (!File.Exists(named) && !named.Contains("://", StringComparison.Ordinal))
        {
            throw new UsageException($"There is no archive '{named}'.");
        }

        var archive = CandleArchives.Open(named, mustExist: true);
        await using (archive.ConfigureAwait(false))
        {
            return (SignalStores.Open(named, archive.IsSimulated), archive.IsSimulated);
        }
    }

    private static Option<string> Archive() => new("--archive") { Description = "The archive that keeps the signals: a file, or a PostgreSQL address.", HelpName = "archive", Required = true };
}
