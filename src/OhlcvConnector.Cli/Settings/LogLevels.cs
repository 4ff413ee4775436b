using System.CommandLine;
using Serilog.Events;

namespace OhlcvConnector.Cli.Settings;

/// <summary>The log levels by the names that people use, Python's among them.</summary>
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
        && parsed.GetValue(option)?.ToUpperInvariant() is "DEBUG" or "TRACE" or "VERBOSE";

    private static LogEventLevel Read(string name, string where) => name.ToUpperInvariant() switch
    {
        "TRACE" or "VERBOSE" => LogEventLevel.Verbose,
        "DEBUG" => LogEventLevel.Debug,
        "INFO" or "INFORMATION" => LogEventLevel.Information,
        "WARNING" or "WARN" => LogEventLevel.Warning,
        "ERROR" => LogEventLevel.Error,
        "CRITICAL" or "FATAL" => LogEventLevel.Fatal,
        _ => throw new UsageException($"{where} is '{name}'; it must be trace, debug, info, warning, error or critical."),
    };
}
