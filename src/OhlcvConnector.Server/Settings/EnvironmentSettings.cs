using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Settings;

/// <summary>
/// The settings from environment variables and a <c>.env</c> file, under the names that the Python connector had. The environment wins over the file,
/// the command line over both.
/// </summary>
internal sealed class EnvironmentSettings
{
    /// <summary>The longest idle timeout, in seconds.</summary>
    public const double LongestIdle = 86_400;

    private static readonly (string Name, string Why)[] Obsolete =
    [
        ("CONNECTOR_OPEN_QUEUE_MAXSIZE", "an open candle has one place a series, where the newest wins"),
        ("CONNECTOR_DEDUPLICATION_WINDOW_SECONDS", "duplicates are told by order, without a window"),
        ("CONNECTOR_DEDUPLICATION_MAX_ENTRIES", "duplicates are told by order, without a table"),
        ("CONNECTOR_REST_POOL_CONNECTIONS", "there is one pool a host; CONNECTOR_REST_POOL_MAXSIZE sets its size"),
    ];

    private readonly Func<string, string?> _variable;
    private readonly Dictionary<string, string> _file;

    private EnvironmentSettings(Func<string, string?> variable, string? path)
    {
        _variable = variable;
        _file = path is null ? [] : ReadFile(path);
        Path = path;
    }

    /// <summary>Every setting that has a meaning.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "CONNECTOR_INACTIVITY_TIMEOUT", "CONNECTOR_RECONNECT_DELAY", "CONNECTOR_REST_TIMEOUT", "CONNECTOR_WS_PING_INTERVAL", "CONNECTOR_WS_PING_TIMEOUT",
        "CONNECTOR_STREAM_IDLE_TIMEOUT", "CONNECTOR_MAX_SYMBOL_PER_WS", "CONNECTOR_REDUNDANCY", "CONNECTOR_LOG_LEVEL", "CONNECTOR_CIRCUIT_BREAKER_FAILURE_THRESHOLD",
        "CONNECTOR_CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "CONNECTOR_CIRCUIT_BREAKER_HALF_OPEN_CALLS", "CONNECTOR_CLOSED_QUEUE_MAXSIZE", "CONNECTOR_REST_POOL_MAXSIZE",
        .. Obsolete.Select(setting => setting.Name),
    ];

    /// <summary>The <c>.env</c> file that was read; null for none.</summary>
    public string? Path { get; }

    /// <summary>The names that the <c>.env</c> file sets.</summary>
    public IEnumerable<string> FileNames => _file.Keys;

    /// <summary>Reads the <c>.env</c> file of the first folder that has one.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="folders">Where the file is looked for, in this order.</param>
    public static EnvironmentSettings Load(Func<string, string?> variable, IReadOnlyList<string> folders)
    {
        var path = folders.Select(folder => System.IO.Path.Combine(folder, ".env")).FirstOrDefault(File.Exists);
        return new EnvironmentSettings(variable, path);
    }

    /// <summary>The log level's name; null for the default.</summary>
    public string? LogLevel => Text("CONNECTOR_LOG_LEVEL");

    /// <summary>How long a stream may be silent before the command gives up; zero for ever.</summary>
    public TimeSpan StreamIdleTimeout => Seconds("CONNECTOR_STREAM_IDLE_TIMEOUT", 0, LongestIdle) ?? TimeSpan.Zero;

    /// <summary>Sets what is set.</summary>
    /// <exception cref="InvalidSettingException">A value is wrong; the message names the variable and its range.</exception>
    public void Apply(ConnectorOptions options, TextWriter warnings)
    {
        options.InactivityTimeout = Seconds("CONNECTOR_INACTIVITY_TIMEOUT", 1, 3600) ?? options.InactivityTimeout;
        options.ReconnectDelay = Seconds("CONNECTOR_RECONNECT_DELAY", 0.01, 300) ?? options.ReconnectDelay;
        options.ReconnectDelayMax = options.ReconnectDelayMax < options.ReconnectDelay ? options.ReconnectDelay : options.ReconnectDelayMax;
        options.RestTimeout = Seconds("CONNECTOR_REST_TIMEOUT", 0.1, 600) ?? options.RestTimeout;
        options.PingInterval = Seconds("CONNECTOR_WS_PING_INTERVAL", 0, 3600) ?? options.PingInterval;
        options.PingTimeout = Seconds("CONNECTOR_WS_PING_TIMEOUT", 1, 3600) ?? options.PingTimeout;
        options.MaxSeriesPerConnection = Whole("CONNECTOR_MAX_SYMBOL_PER_WS", 1, 1_000_000) ?? options.MaxSeriesPerConnection;
        options.Redundancy = Whole("CONNECTOR_REDUNDANCY", 1, 2) ?? options.Redundancy;
        options.CircuitBreakerFailureThreshold = Whole("CONNECTOR_CIRCUIT_BREAKER_FAILURE_THRESHOLD", 2, 1_000) ?? options.CircuitBreakerFailureThreshold;
        options.CircuitBreakerRecoveryTime = Seconds("CONNECTOR_CIRCUIT_BREAKER_RECOVERY_TIMEOUT", 0.5, 3600) ?? options.CircuitBreakerRecoveryTime;
        options.CircuitBreakerHalfOpenCalls = Whole("CONNECTOR_CIRCUIT_BREAKER_HALF_OPEN_CALLS", 1, 100) ?? options.CircuitBreakerHalfOpenCalls;
        options.ClosedQueueCapacity = Whole("CONNECTOR_CLOSED_QUEUE_MAXSIZE", 16, 10_000_000) ?? options.ClosedQueueCapacity;
        options.RestConnections = Whole("CONNECTOR_REST_POOL_MAXSIZE", 1, 1_000) ?? options.RestConnections;
        foreach (var (name, why) in Obsolete.Where(setting => Text(setting.Name) is not null))
        {
            warnings.WriteLine($"warning: {name} is ignored: {why}.");
        }
    }

    private static Dictionary<string, string> ReadFile(string path)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var assignment = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..] : line;
            if (assignment.Split('=', 2) is [var name, var value])
            {
                settings[name.Trim()] = Unquoted(value.Trim());
            }
            else if (assignment.StartsWith("CONNECTOR_", StringComparison.Ordinal))
            {
                throw new InvalidSettingException($"{path}: '{line}' is not NAME=VALUE."); // other programs' lines are not our business
            }
        }

        return settings;
    }

    private static string Unquoted(string value) =>
        value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1]
        : value.IndexOf(" #", StringComparison.Ordinal) is >= 0 and var comment ? value[..comment].TrimEnd()
        : value;

    /// <summary>A setting's text; null when it is not set, or empty.</summary>
    public string? Text(string name) => (_variable(name) ?? _file.GetValueOrDefault(name)) is { Length: > 0 } text ? text.Trim() : null;

    /// <summary>A setting in seconds; null when it is not set.</summary>
    /// <exception cref="InvalidSettingException">It is no number, or out of range.</exception>
    public TimeSpan? Seconds(string name, double least, double most) => Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= least && seconds <= most ? TimeSpan.FromSeconds(seconds)
        : throw new InvalidSettingException(FormattableString.Invariant($"{name} is '{text}'; it must be a number of seconds from {least} to {most}."));

    /// <summary>A setting that is a whole number; null when it is not set.</summary>
    /// <exception cref="InvalidSettingException">It is no such number, or out of range.</exception>
    public int? Whole(string name, int least, int most) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new InvalidSettingException(FormattableString.Invariant($"{name} is '{text}'; it must be a whole number from {least} to {most}."));
}
