using System.CommandLine;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary>An archive into another one.</summary>
internal static class ArchiveCopying
{
    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var into = new Option<string>("--into")
        {
            Description = "The other archive: a file, or postgres://user:password@host/database; it is made when it is not there.",
            Required = true,
            HelpName = "archive",
        };
        var command = new Command(
            "copy",
            "Copies candles, what is known to be missing, revisions and listings into another archive. The same command again goes on, and takes what came since.\n\n"
            + "  connector-cli archive copy --into postgres://candles:secret@db/candles") { common.Series, into, common.Interval, common.Market, common.Sandbox };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var source = common.Open(parsed);
            var found = await common.FindAsync(source, parsed, cancellationToken).ConfigureAwait(false);
            var clock = await ClockAsync(source, found, terminal.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            await using var target = CandleArchives.Open(parsed.GetRequiredValue(into), source.IsSimulated, clock: clock);
            _ = source.Location != target.Location ? true : throw new UsageException($"{target.Location} is the archive itself.");
            var copy = new ArchiveCopy(source, target);
            try
            {
                foreach (var one in found)
                {
                    await copy.RunAsync(one, cancellationToken).ConfigureAwait(false);
                }

                await copy.CopyListingsAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                terminal.Error.WriteLine(FormattableString.Invariant(
                    $"{copy.Counts.Added} candles of {found.Count} series and {copy.Revisions} revisions were copied to {target.Location} ({copy.Counts.Same} were there, {copy.Counts.Revised} had other values)."));
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Of simulated markets, time may have run ahead of this machine's.</summary>
    private static async Task<TimeProvider> ClockAsync(ICandleArchive source, IReadOnlyList<Series> found, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var one in source.IsSimulated ? found : [])
        {
            var last = await source.LastOpenTimeAsync(one, cancellationToken).ConfigureAwait(false);
            now = last is { } open && one.Interval.Next(open) > now ? one.Interval.Next(open) : now;
        }

        return new StandingClock(now);
    }
}
