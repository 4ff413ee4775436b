using System.CommandLine;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary>What the commands on an archive share.</summary>
internal sealed record ArchiveOptions(CliTerminal Terminal)
{
    public DataFolder.Options Data { get; } = new();

    public Argument<string[]> Series { get; } = new("series")
    {
        Description = "Series: exchange:symbol, exchange/market:symbol,symbol, or an exchange and its symbols. Default: all.",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "series",
    };

    public Option<string?> Market { get; } = CommonOptions.Market();

    public Option<string?> Interval { get; } = new("--interval", "-i")
    {
        Description = "Lengths of candles, commas between them. Default: all.",
        HelpName = "intervals"
    };

    public Option<string?> From { get; } = new("--from") { Description = "From this time on: 2026-01-31, 2026-01-31T12:00Z, -7d.", HelpName = "time" };

    public Option<string?> To { get; } = new("--to") { Description = "Before this time.", HelpName = "time" };

    public Option<string?> Sandbox { get; } = new("--sandbox") { Description = "The archive of simulated candles, sandbox-candles.db." };

    public ICandleArchive Open(ParseResult parsed) => parsed.GetValue(Sandbox) is { } address && !SandboxArgument.IsInProcess(address)
        ? throw new UsageException("Nothing is asked of a sandbox here: --sandbox names its archive, and takes no address.")
        : DataFolder.OpenExisting(Terminal, parsed, Data, parsed.GetValue(Sandbox) is not null);

    public Task<IReadOnlyList<Series>> FindAsync(ICandleArchive archive, ParseResult parsed, CancellationToken cancellationToken) =>
        ArchiveContents.FindAsync(
        archive,
        parsed.GetValue(Series) ?? [],
        CommonOptions.ReadMarket(parsed.GetValue(Market)),
        parsed.GetValue(Interval) is { } text ? CommonOptions.ReadIntervals(text) : null,
        cancellationToken);

    public DateTimeOffset? Time(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } text
        ? CommonOptions.ReadTime(option.Name, text, Terminal.Clock.GetUtcNow()) : null;
}
