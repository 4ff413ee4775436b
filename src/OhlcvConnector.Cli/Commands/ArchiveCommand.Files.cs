using System.CommandLine;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Cli.Archiving.Importing;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary>Candles out of an archive and into it.</summary>
internal static partial class ArchiveCommand
{
    private const string Parquet = "parquet";

    private static Command Read(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var interval = CommonOptions.Interval();
        var (fill, dayOffset) = (CommonOptions.Fill(), CommonOptions.DayOffset());
        var times = TimeStyles.Option();
        var output = CommonOptions.Output("text", "json", "csv", Parquet);
        var series = new Argument<string[]>(
            "series")
        {
            Description = "Series: exchange:symbol, exchange/market:symbol,symbol, or an exchange and its symbols.",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "series"
        };
        var command = new Command("read",
            "Writes candles out of the archive, without an exchange; what it lacks of the interval is put together from shorter ones. 3: candles are missing.") { series, interval, common.From, common.To, common.Market, fill, dayOffset, output,
            times, common.Sandbox };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetRequiredValue(output) == Parquet && (terminal.IsOutputTerminal || parsed.GetResult(times) is { Implicit: false }))
            {
                throw new UsageException(terminal.IsOutputTerminal ? "Parquet is not for a terminal: write '> candles.parquet' behind the command."
                    : "--times is of text, json and csv: Parquet has times of its own.");
            }

            await using var archive = common.Open(parsed);
            var length = CommonOptions.ReadInterval(parsed.GetValue(interval), parsed.GetValue(dayOffset));
            var found = await ArchiveContents.FindAsync(archive, parsed.GetRequiredValue(series), CommonOptions.ReadMarket(parsed.GetValue(common.Market)),
                intervals: null, cancellationToken).ConfigureAwait(false);
            var reading = new ArchiveReading(archive, terminal.Clock.GetUtcNow(), terminal.Error.WriteLine);
            var writer = QuoteWriters.Create(parsed.GetRequiredValue(output), terminal.Output, archive.IsSimulated, [], TimeStyles.Of(parsed.GetValue(times)),
                terminal.ShowsColours, isOfArchive: true);
            try
            {
                writer.WriteHeader();
                foreach (var one in found.DistinctBy(one => one.Instrument))
                {
                    await reading.WriteAsync(one, length, common.Time(parsed, common.From), common.Time(parsed, common.To),
                        CommonOptions.IsFlat(parsed.GetRequiredValue(fill)), writer, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                writer.Flush();
            }

            return reading.IsIncomplete ? ExitCode.Incomplete : ExitCode.Done;
        });
        return command;
    }

    private static Command Export(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var into = new Option<DirectoryInfo>("--into") { Description = "The directory.", Required = true, HelpName = "directory" };
        var output = CommonOptions.Output("csv", "json", Parquet);
        var command = new Command("export",
            "Writes a file of each series, such as binance-spot-BTCUSDT-1m.csv, or Parquet files in folders of exchange, market, interval, symbol and year; a file that is there is replaced when the new one is whole. 3: candles are missing.") { common.Series, into, common.From, common.To, common.Interval, common.Market, output, common.Sandbox };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var archive = common.Open(parsed);
            var folder = parsed.GetRequiredValue(into);
            folder.Create();
            var export = new ArchiveExport(archive, folder.FullName, parsed.GetRequiredValue(output), terminal);
            foreach (var one in await common.FindAsync(archive, parsed, cancellationToken).ConfigureAwait(false))
            {
                await export.RunAsync(one, common.Time(parsed, common.From), common.Time(parsed, common.To), cancellationToken).ConfigureAwait(false);
            }

            return export.IsIncomplete ? ExitCode.Incomplete : ExitCode.Done;
        });
        return command;
    }

    private static Command Import(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var files = new Argument<string[]>(
            "files")
        {
            Description = "Files of candles, or directories of them: csv and json of this program, Binance's public zips and csv, freqtrade's and ccxt's json.",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "files"
        };
        var exchange = new Option<string?>("--exchange") { Description = "The exchange of files that do not say it.", HelpName = "name" };
        var symbol = new Option<string?>("--symbol") { Description = "The symbol of files that do not say it, as the exchange writes it.", HelpName = "name" };
        var interval = new Option<string?>("--interval", "-i") { Description = "The interval of files that do not say it.", HelpName = "interval" };
        var market = new Option<string?>("--market", "-m")
        {
            Description = "The market of files that are not this program's: spot, usdm, coinm. Default: as their names and directories say, else the exchange's own.",
            HelpName = "name",
        };
        var session = new Session.Options();
        var command = new Command("import",
            "Keeps the closed candles of files. Importing twice changes nothing; rows that are refused are counted and named, and the exit code is 1 then.") { files, exchange, market, symbol, interval };
        common.Data.AddTo(command);
        session.AddTo(command, withBaseUrl: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var said = new FileSeries(parsed.GetValue(exchange), CommonOptions.ReadMarket(parsed.GetValue(market)), parsed.GetValue(symbol),
                CommonOptions.ReadInterval(parsed.GetValue(interval)));
            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken).ConfigureAwait(false);
            await using var archive = CandleArchives.Open(DataFolder.ArchiveFile(terminal, parsed, common.Data, open.IsSimulated),
                open.IsSimulated, clock: open.MarketClock);
            var import = new ArchiveImport(open, archive, said, terminal.Error.WriteLine);
            foreach (var path in parsed.GetRequiredValue(files))
            {
                IEnumerable<string> all = Directory.Exists(path) ? ArchiveImport.Files(path)
                    : File.Exists(path) ? [path]
                    : throw new UsageException($"There is no file or directory '{path}'.");
                foreach (var file in all)
                {
                    await import.RunAsync(file, cancellationToken).ConfigureAwait(false);
                }
            }

            terminal.Error.WriteLine(FormattableString.Invariant(
                $"{import.Counts.Added} candles were added, {import.Counts.Same} were there, {import.Counts.Revised} had other values, {import.Refused} rows were refused{(import.RefusedFiles > 0 ? $", {import.RefusedFiles} files were refused" : "")}{(import.Open > 0 ? $", {import.Open} were open and left out" : "")}."));
            return import.Refused + import.RefusedFiles > 0 ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static Command Compact(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var command = new Command("compact", "Gives the room of what was removed back to the disk. Who writes waits meanwhile.") { common.Sandbox };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var archive = common.Open(parsed);
            var before = await archive.SizeAsync(cancellationToken).ConfigureAwait(false);
            await archive.CompactAsync(cancellationToken).ConfigureAwait(false);
            terminal.Error.WriteLine(FormattableString.Invariant($"{before / 1e6:0.0} MB before, {await archive.SizeAsync(cancellationToken).ConfigureAwait(false) / 1e6:0.0} MB now."));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Retain(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var keep = new Option<string>("--keep") { Description = "How much to keep: 90d, 12w, 24M, 2y.", Required = true, HelpName = "time" };
        var command = new Command("retain",
            "Removes candles that are older; they count as never asked for then. 'archive compact' gives their room back.") { common.Series, keep,
            common.Interval, common.Market, common.Sandbox };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var archive = common.Open(parsed);
            var removed = 0L;
            foreach (var one in await common.FindAsync(archive, parsed, cancellationToken).ConfigureAwait(false))
            {
                removed += await archive.ForgetAsync(one, Before(parsed.GetRequiredValue(keep), terminal.Clock.GetUtcNow()),
                    cancellationToken).ConfigureAwait(false);
            }

            terminal.Error.WriteLine(FormattableString.Invariant($"{removed} candles were removed."));
            return ExitCode.Done;
        });
        return command;
    }

    private static DateTimeOffset Before(string text, DateTimeOffset now)
    {
        if (text.EndsWith('y') && int.TryParse(text[..^1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
            out var years) && years is > 0 and < 100)
        {
            return now.AddYears(-years);
        }

        return Interval.TryParse(text, out var length) && length >= Interval.OneDay
            ? CommonOptions.ReadTime("--keep", "-" + text, now)
            : throw new UsageException($"--keep is '{text}'; write how much to keep, a day at least: 90d, 12w, 24M, 2y.");
    }
}
