using System.CommandLine;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary>What was listed when, out of an archive.</summary>
internal static class ArchiveListings
{
    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var common = new ArchiveOptions(terminal);
        var at = new Option<string?>("--at") { Description = "As it was listed at this time. Default: as it was read last.", HelpName = "time" };
        var changes = new Option<bool>("--changes") { Description = "What changed, instead: listed, delisted, expired, renamed, status, steps." };
        var output = CommonOptions.Output("text", "json");
        var command = new Command(
            "listings",
            "Shows what exchanges list, or listed at a time, as 'record', 'archive fill' and the server read it: spellings, status, tick, lot.\n\n"
            + "  connector-cli archive listings binance:BTC* --at 2026-03-01") { common.Series, at, changes, common.From, common.To, common.Market,
            common.Sandbox, output };
        common.Data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var archive = common.Open(parsed);
            var targets = SeriesTarget.ParseAll(parsed.GetValue(common.Series) ?? [], CommonOptions.ReadMarket(parsed.GetValue(common.Market)));
            var all = await archive.ListingsAsync(cancellationToken).ConfigureAwait(false);
            var lines = new ArchiveOutput(terminal.Output, parsed.GetRequiredValue(output) == "json");
            var writer = new ListingsOutput(lines, archive.IsSimulated);
            if (parsed.GetValue(changes))
            {
                _ = parsed.GetValue(at) is null ? true : throw new UsageException("--at and --changes exclude each other; --from and --to limit changes.");
                var (from, to) = (common.Time(parsed, common.From), common.Time(parsed, common.To));
                writer.Write(
                    [.. ListingChange.Of(all).Where(one => (from is null || one.At >= from) && (to is null || one.At < to) && IsWanted(one.Instrument))]);
            }
            else
            {
                _ = common.Time(parsed, common.From) is null && common.Time(parsed, common.To) is null ? true
                    : throw new UsageException("--from and --to limit --changes; for what was listed at a time, write --at.");
                var moment = common.Time(parsed, at);
                WarnOfFirst(moment, [.. all.Where(one => IsWanted(one.Instrument))]);
                writer.Write([.. all.Where(one => (moment is { } time ? one.WasSoAt(time) : one.EndedAt is null) && IsWanted(one.Instrument))]);
            }

            lines.Flush();
            return ExitCode.Done;

            bool IsWanted(Instrument one) => targets.Count == 0 || targets.Any(target => ArchiveContents.Matches(target, new Series(one, Interval.OneMinute)));
        });
        return command;

        void WarnOfFirst(DateTimeOffset? moment, IReadOnlyList<KeptListing> wanted)
        {
            foreach (var market in moment is { } time ? wanted.GroupBy(one => (one.Instrument.Exchange, one.Instrument.Market)) : [])
            {
                if (market.Min(one => one.FirstSeen) is var first && first > moment)
                {
                    terminal.Error.WriteLine(
                        $"warning: {market.Key.Exchange} {market.Key.Market.Name()} was first read at {QuoteFields.Time(first)}; what it listed before is not known.");
                }
            }
        }
    }
}
