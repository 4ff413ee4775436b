using System.CommandLine;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Configuration;
using Serilog.Events;

namespace OhlcvConnector.Cli.Settings;

/// <summary>The level that the terminal's programs log at.</summary>
internal static class LogLevels
{
    /// <summary>The option's name.</summary>
    public const string Option = "--log-level";

    /// <summary>Returns the level to log at: by the command line, else the environment, else warnings.</summary>
    /// <param name="option">The value of the option; null without it.</param>
    /// <param name="variable">The level of the environment; null without it.</param>
    /// <exception cref="UsageException">There is no such level.</exception>
    public static LogLevel Choose(string? option, LogLevel? variable) =>
        option is null ? variable ?? LogLevel.Warning
        : LogLevelNames.Find(option) ?? throw new UsageException($"{Option} is '{option}'; it must be {LogLevelNames.Form}.");

    /// <summary>Returns true when the command line asks for every detail.</summary>
    public static bool IsDebug(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.OfType<Option<string?>>().FirstOrDefault(option => option.Name == Option) is { } option
        && parsed.GetValue(option) is { } name && LogLevelNames.Find(name) <= LogLevel.Debug;

    /// <summary>
    /// Returns true when an event advises who writes programs with the library: whoever reads a terminal, or a pipe from one, has no code to change. A reader
    /// of its output that is slow is no fault.
    /// </summary>
    public static bool IsForAuthors(LogEvent logEvent) => HasId(logEvent, ConnectorEventIds.ReaderStalled);

    /// <summary>
    /// Returns true when an event is told by the command itself, or decides how it ends: a gap stands beside its candle, and a request that fails for good is
    /// the error. Who asks for more than warnings sees it in the log, too.
    /// </summary>
    public static bool IsToldByCommand(LogEvent logEvent) => HasId(logEvent, ConnectorEventIds.GapAnnounced, ConnectorEventIds.RequestFailed);

    private static bool HasId(LogEvent logEvent, params ReadOnlySpan<int> ids)
    {
        if (logEvent.Properties.GetValueOrDefault(nameof(EventId)) is StructureValue structure)
        {
            foreach (var property in structure.Properties)
            {
                if (property is { Name: nameof(EventId.Id), Value: ScalarValue { Value: int id } })
                {
                    return ids.Contains(id);
                }
            }
        }

        return false;
    }
}
