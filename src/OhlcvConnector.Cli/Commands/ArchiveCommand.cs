using System.CommandLine;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli archive</c>: fills, reads and looks after the candles that are kept.</summary>
internal static partial class ArchiveCommand
{
    private const string Description = """
        Fills, reads and looks after an archive of candles.

          connector-cli archive fill binance:BTCUSDT,ETHUSDT --from 2020-01-01 --interval 1m,1h

          connector-cli archive status

          connector-cli archive read binance:BTCUSDT --interval 4h --from -30d --output csv
        """;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal) => new("archive", Description)
    {
        Fill(terminal), Status(terminal), Holes(terminal), Verify(terminal), Read(terminal), Export(terminal), Import(terminal), Compact(terminal),
            Retain(terminal), ArchiveListings.Create(terminal), ArchiveCopying.Create(terminal),
    };

    private static Command Fill(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var series = new Argument<string[]>("series")
        {
            Description = "An exchange and its symbols, or series; * and ? stand for anything and one letter.",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "series"
        };
        var from = new Option<string>("--from") { Description = "From this time on: 2020-01-01, -30d.", Required = true, HelpName = "time" };
        var again = new Option<bool>("--again") { Description = "Ask again for what the exchange did not give before." };
        var newest = new Option<bool>("--newest-first") { Description = "Read the newest first." };
        var session = new Session.Options();
        var command = new Command("fill",
            "Reads from the exchange what the archive lacks, and nothing else. The same command again goes on; 3: complete but for what is named.") { series,
            from, common.To, common.Interval, common.Market, again, newest };
        common.Data.AddTo(command);
        session.AddTo(command, withBaseUrl: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var targets = SeriesTarget.ParseAll(parsed.GetRequiredValue(series), CommonOptions.ReadMarket(parsed.GetValue(common.Market)));
            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken).ConfigureAwait(false);
            var now = open.MarketClock.GetUtcNow();
            var (first, end) = (CommonOptions.ReadTime("--from", parsed.GetRequiredValue(from), now), parsed.GetValue(common.To) is { } to
                ? CommonOptions.ReadTime("--to", to, now) : now);
            end = end < now ? end : now;
            _ = first < end ? true : throw new UsageException("--from must be before --to, and before now.");
            var found = await SeriesOfTargets.FindAsync(open, targets, CommonOptions.ReadIntervals(parsed.GetValue(common.Interval)), isHistory: true,
                cancellationToken).ConfigureAwait(false);
            await using var archive = CandleArchives.Open(DataFolder.ArchiveFile(terminal, parsed, common.Data, open.IsSimulated),
                open.IsSimulated, clock: open.MarketClock);
            await new ListingsToArchive(archive, open.Instruments, open.MarketClock, exception => terminal.Error.WriteLine(exception.Message))
                .ListAllAsync(found, cancellationToken).ConfigureAwait(false);
            using var display = new ProgressDisplay(terminal);
            return await new ArchiveFill(open, archive, display).RunAsync(found, first, end, parsed.GetValue(again), parsed.GetValue(newest),
                cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Status(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var output = CommonOptions.Output("text", "json");
        var command = new Command("status",
            "Shows of each series what is kept: from, to, rows, how much is known, holes, revisions, and how long ago the last candle closed.") { common.Series,
            common.Interval, common.Market, common.Sandbox, output };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var archive = common.Open(parsed);
            var writer = new ArchiveOutput(terminal.Output, parsed.GetRequiredValue(output) == "json");
            var found = await common.FindAsync(archive, parsed, cancellationToken).ConfigureAwait(false);
            var size = await archive.SizeAsync(cancellationToken).ConfigureAwait(false);
            if (!writer.IsJson)
            {
                writer.Line(FormattableString.Invariant(
                    $"{(archive.IsSimulated ? "SANDBOX: " : "")}{archive.Location}, {size / 1e6:0.0} MB, {found.Count} series"));
                writer.WriteHeader();
            }

            foreach (var one in found)
            {
                writer.Write(await ArchiveState.ReadAsync(archive, one, null, null, cancellationToken).ConfigureAwait(false), terminal.Clock.GetUtcNow(),
                    size, archive.IsSimulated);
            }

            writer.Flush();
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Holes(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var output = CommonOptions.Output("text", "json");
        var command = new Command("holes",
            "Lists what is missing, with the exchange's reason, and what was never asked for. 3: there is something.") { common.Series, common.Interval,
            common.Market, common.From, common.To, common.Sandbox, output };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var archive = common.Open(parsed);
            var writer = new ArchiveOutput(terminal.Output, parsed.GetRequiredValue(output) == "json");
            var code = ExitCode.Done;
            foreach (var one in await common.FindAsync(archive, parsed, cancellationToken).ConfigureAwait(false))
            {
                var state = await ArchiveState.ReadAsync(archive, one, common.Time(parsed, common.From), common.Time(parsed, common.To),
                    cancellationToken).ConfigureAwait(false);
                foreach (var hole in state.Holes)
                {
                    writer.Write(one, hole);
                    code = ExitCode.Incomplete;
                }
            }

            writer.Flush();
            return code;
        });
        return command;
    }

    private static Command Verify(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var sample = NumberOption.CreateOptional("--sample", 1, 1_000_000,
            "Compare so many stretches of 500 candles of each series, chosen by chance, instead of all.");
        var repair = new Option<bool>("--repair") { Description = "Take the exchange's values, and keep the others as revisions." };
        var session = new Session.Options();
        var command = new Command("verify", "Asks the exchange again for what is kept, and shows what differs. 1: something does.") { common.Series,
            common.Interval, common.Market, sample, repair };
        common.Data.AddTo(command);
        session.AddTo(command, withBaseUrl: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken).ConfigureAwait(false);
            await using var archive = CandleArchives.Open(DataFolder.ArchiveFile(terminal, parsed, common.Data, open.IsSimulated),
                open.IsSimulated, mustExist: true, open.MarketClock);
            var writer = new ArchiveOutput(terminal.Output, isJson: false);
            var verification = new ArchiveVerification(open, archive, writer, terminal.Error.WriteLine);
            var random = new Random(open.ConnectorOptions.Seed ?? Environment.ProcessId);
            try
            {
                foreach (var one in await common.FindAsync(archive, parsed, cancellationToken).ConfigureAwait(false))
                {
                    await verification.RunAsync(one, parsed.GetValue(sample), parsed.GetValue(repair), random, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                writer.Flush();
                terminal.Error.WriteLine(FormattableString.Invariant(
                    $"{verification.Compared} candles were compared, {verification.Different} differ{(parsed.GetValue(repair) ? "ed, and are as the exchange says now" : "")}."));
            }

            return verification.Different > 0 && !parsed.GetValue(repair) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }
}
