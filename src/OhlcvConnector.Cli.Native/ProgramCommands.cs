using System.CommandLine;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Commands;

/// <summary>
/// Commands that the native program holds, and the names of those that only the full tool has: what draws pictures, trains models or serves is not
/// part of one small file that starts at once.
/// </summary>
internal static class ProgramCommands
{
    private static readonly (string Name, string What)[] OfFullTool =
    [
        ("price", "Prices of assets"),
        ("publish", "Candles into a bus"),
        ("backtest", "Strategies on the past"),
        ("paper", "Paper trading"),
        ("signals", "Rules over closed candles"),
        ("forecast", "Forecasting models"),
        ("serve", "The WebSocket server"),
        ("cluster", "Several machines"),
        ("keys", "Keys of the server"),
        ("notify", "Channels of notifications"),
    ];

    /// <summary>Returns the commands beside the stream, in the order of the help.</summary>
    /// <param name="terminal">The terminal that they read and write.</param>
    public static IEnumerable<Command> Of(CliTerminal terminal) =>
    [
        WatchCommand.Create(terminal),
        HistoryCommand.Create(terminal),
        RecordCommand.Create(terminal),
        ArchiveCommand.Create(terminal),
        DataCommand.Create(terminal),
        SymbolsCommand.Create(terminal),
        DecodeCommand.Create(terminal),
        SandboxCommand.Create(terminal),
        IndicatorsCommand.Create(terminal),
        DoctorCommand.Create(terminal),
        CompletionCommand.Create(terminal),
        .. OfFullTool.Select(one => Elsewhere(one.Name, one.What)),
    ];

    /// <summary>Tells whether an exception is one of theirs, whose message says all to a person: none has such.</summary>
    /// <param name="exception">What ended a command.</param>
    public static bool Explains(Exception exception) => false;

    /// <summary>Tells whether a command ends in its own time when it is told to stop: none does.</summary>
    /// <param name="args">The command line.</param>
    public static bool HasOwnPatience(string[] args) => false;

    private static Command Elsewhere(string name, string what)
    {
        var command = new Command(name, $"{what}: in the full tool alone.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(Refuse);
        return command;

        int Refuse(ParseResult parsed) => throw OnlyInFullTool($"'{name}'");
    }

    /// <summary>Returns what is said of something that this program does not hold.</summary>
    /// <param name="what">Its name.</param>
    public static UsageException OnlyInFullTool(string what) => new(ProgramParts.Missing(what));
}
