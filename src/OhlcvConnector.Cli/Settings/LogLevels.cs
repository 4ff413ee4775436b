using System.CommandLine;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Server.Settings;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace OhlcvConnector.Cli.Settings;

/// <summary>The level that the terminal's programs log at.</summary>
internal static class LogLevels
{
    /// <summary>The option's name.</summary>
    public const string Option = "--log-level";

    private const string Variable = "CONNECTOR_LOG_LEVEL";

    /// <summary>The level to log at: by the command line, else the environment, else warnings.</summary>
    /// <exception cref="UsageException">There is no such level.</exception>
    public static LogEventLevel Choose(string? option, string? variable) =>
        option is not null ? Read(option, Option)
        : variable is not null ? Read(variable, Variable)
        : LogEventLevel.Warning;

    /// <summary>Whether the command line asks for every detail.</summary>
    public static bool IsDebug(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.OfType<Option<string?>>().FirstOrDefault(option => option.Name == Option) is { } option
        && parsed.GetValue(option) is { } name && LogLevelNames.Find(name) <= LogLevel.Debug;

    private static LogEventLevel Read(string name, string where) => LogLevelNames.Find(name) switch
    {
        null => throw new UsageException(LogLevelNames.Refusal(name, where)),
        var level => LevelConvert.ToSerilogLevel(level.Value),
    };
}
