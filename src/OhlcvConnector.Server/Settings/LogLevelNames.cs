using Microsoft.Extensions.Logging;

namespace OhlcvConnector.Server.Settings;

/// <summary>The log levels by the names that people use, Python's among them.</summary>
internal static class LogLevelNames
{
    /// <summary>The level of this name, in any case; null when there is none.</summary>
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

    /// <summary>What to say of a name that is none.</summary>
    public static string Refusal(string name, string where) => $"{where} is '{name}'; it must be trace, debug, info, warning, error or critical.";
}
