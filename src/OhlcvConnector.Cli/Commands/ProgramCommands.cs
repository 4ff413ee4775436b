using System.CommandLine;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Commands;

/// <summary>Commands of the full tool, and what only they ask of the program. The native one has a class of this name with those that it holds.</summary>
internal static class ProgramCommands
{
    /// <summary>Returns the commands beside the stream, in the order of the help.</summary>
    /// <param name="terminal">The terminal that they read and write.</param>
    public static IEnumerable<Command> Of(CliTerminal terminal) =>
    [
        WatchCommand.Create(terminal),
        PriceCommand.Create(terminal),
        HistoryCommand.Create(terminal),
        RecordCommand.Create(terminal),
        PublishCommand.Create(terminal),
        ArchiveCommand.Create(terminal),
        DataCommand.Create(terminal),
        SymbolsCommand.Create(terminal),
        DecodeCommand.Create(terminal),
        SandboxCommand.Create(terminal),
        IndicatorsCommand.Create(terminal),
        BacktestCommand.Create(terminal),
        PaperCommands.Create(terminal),
        SignalsCommand.Create(terminal),
        ForecastCommands.Create(terminal),
        DoctorCommand.Create(terminal),
        CompletionCommand.Create(terminal),
        ServeCommandLine.Create(terminal),
        ClusterCommand.Create(terminal),
        KeysCommand.Create(terminal),
        NotifyCommand.Create(terminal),
    ];

    /// <summary>Tells whether an exception is one of theirs, whose message says all to a person.</summary>
    /// <param name="exception">What ended a command.</param>
    public static bool Explains(Exception exception) => exception is StrategyException or ForecastException;

    /// <summary>Tells whether a command ends in its own time when it is told to stop.</summary>
    /// <param name="args">The command line.</param>
    public static bool HasOwnPatience(string[] args) => args is [ServeCommandLine.Name, ..];
}
