using Microsoft.Extensions.Logging;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>Settings of the terminal's commands beside the connector's, as the environment can set them.</summary>
public sealed class TerminalOptions
{
    /// <summary>Longest time that a stream may bring no candle before the command gives up; zero for no limit.</summary>
    public TimeSpan IdleTimeout { get; set; }

    /// <summary>The folder of what is kept, such as the archive of <c>record</c>; null for the user's state folder.</summary>
    public string? Data { get; set; }

    /// <summary>Level of the log on stderr; null for the command's own level.</summary>
    public LogLevel? LogLevel { get; set; }
}

/// <summary>The one table of the terminal's own settings.</summary>
public static class TerminalSettings
{
    /// <summary>Longest idle timeout, in seconds.</summary>
    public const double MaxIdleSeconds = 86_400;

    internal const string IdleVariable = "CONNECTOR_STREAM_IDLE_TIMEOUT";

    /// <summary>Table of all settings of <see cref="TerminalOptions"/>.</summary>
    public static SettingTable<TerminalOptions> Table { get; } = new SettingTable<TerminalOptions>("CONNECTOR_")
        .Seconds(
            nameof(TerminalOptions.IdleTimeout), 0, MaxIdleSeconds, options => options.IdleTimeout, (options, value) => options.IdleTimeout = value,
            "Fail when no candle came for so many seconds; 0 for never.")
        .Also(IdleVariable, "--idle-timeout")
        .Parsed(
            nameof(TerminalOptions.Data), "a folder", "a folder", options => options.Data, (options, text) => (options.Data = text) == text,
            "Where what is kept lies, such as the archive of `record`.", unset: "the user's state folder")
        .Also(option: "--data")
        .Parsed(
            nameof(TerminalOptions.LogLevel), LogLevelNames.Range, LogLevelNames.Form,
            options => options.LogLevel is { } level ? LogLevelNames.Of(level) : null,
            (options, text) => LogLevelNames.Find(text) is { } level && (options.LogLevel = level) == level, "What is logged to stderr.",
            unset: "warning")
        .Also(option: "--log-level");
}
