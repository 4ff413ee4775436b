using Microsoft.Extensions.Logging;

namespace OhlcvConnector.Configuration;

/// <summary>The log levels by the names that people use, Python's among them.</summary>
public static class LogLevelNames
{
    /// <summary>Names that a log level can have, as they stand in an error: a name must be one of them.</summary>
    public const string Form = "trace, debug, info, warning, error or critical";

    /// <summary>The names.</summary>
    public const string Range = "trace, debug, info, warning, error, critical";

    /// <summary>Returns the level of a name, in any case; null when there is none.</summary>
    /// <param name="name">The name.</param>
    public static LogLevel? Find(string name) => name.ToUpperInvariant() switch
    {
        "TRACE" or "VERBOSE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFO" or "INFORMATION" => LogLevel.Information,
        "WARNING" or "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" or "FATAL" => LogLevel.Critical,
        _ => null,
    };

    /// <summary>Returns the name of a level.</summary>
    /// <param name="level">The level.</param>
    public static string Of(LogLevel level) => level == LogLevel.Information ? "info" : level.ToString().ToLowerInvariant();
}
