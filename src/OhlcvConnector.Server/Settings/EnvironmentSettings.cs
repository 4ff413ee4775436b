using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Server.Settings;

/// <summary>
/// The settings from environment variables and a <c>.env</c> file, under the names that the Python connector had. The environment wins over the file,
/// the command line over both.
/// </summary>
internal sealed class EnvironmentSettings
{
    /// <summary>The longest idle timeout, in seconds.</summary>
    public const double MaxIdle = 86_400;

    private const string Prefix = "CONNECTOR_";
    private const string EndpointsVariable = "CONNECTOR_ENDPOINTS";

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

    /// <summary>The connector's settings that the Python connector had under other names than theirs.</summary>
    private static readonly Dictionary<string, string> Older = new()
    {
        [nameof(ConnectorOptions.PingInterval)] = "CONNECTOR_WS_PING_INTERVAL",
        [nameof(ConnectorOptions.PingTimeout)] = "CONNECTOR_WS_PING_TIMEOUT",
        [nameof(ConnectorOptions.MaxSeriesPerConnection)] = "CONNECTOR_MAX_SYMBOL_PER_WS",
        [nameof(ConnectorOptions.CircuitBreakerRecoveryTime)] = "CONNECTOR_CIRCUIT_BREAKER_RECOVERY_TIMEOUT",
        [nameof(ConnectorOptions.ClosedQueueCapacity)] = "CONNECTOR_CLOSED_QUEUE_MAXSIZE",
        [nameof(ConnectorOptions.RestConnections)] = "CONNECTOR_REST_POOL_MAXSIZE",
    };

    /// <summary>Every setting of the connector that has a meaning.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. ConnectorSettings.All.Where(IsVariable).Select(VariableOf), EndpointsVariable, "CONNECTOR_STREAM_IDLE_TIMEOUT", "CONNECTOR_LOG_LEVEL", "CONNECTOR_DATA", .. Obsolete.Select(setting => setting.Name),
    ];

    /// <summary>The variables that are meant for this program and have no meaning: misspelt ones.</summary>
    /// <param name="names">The names of the environment's variables.</param>
    /// <param name="others">Names that somebody else knows.</param>
    public IReadOnlyList<string> Unknown(IEnumerable<string> names, IEnumerable<string> others) =>
    [
        .. names.Concat(FileNames).Distinct().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !IsOfKubernetes(name)).Except(Names).Except(others).Order(StringComparer.Ordinal),
    ];

    /// <summary>The variable of a setting of ours: <c>RestTimeout</c> is <c>REST_TIMEOUT</c> after its prefix.</summary>
    public static string Variable(string prefix, string name) => prefix + string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));

    private static string VariableOf(ConnectorSetting setting) => Older.GetValueOrDefault(setting.Name) ?? Variable(Prefix, setting.Name);

    /// <summary>The sandbox is an option of the command line, with an argument of its own.</summary>
    private static bool IsVariable(ConnectorSetting setting) => setting.Name != nameof(ConnectorOptions.Sandbox);

    /// <summary>What Kubernetes sets in every container for services that are called <c>connector</c> or alike.</summary>
    private bool IsOfKubernetes(string name) =>
        name.Contains("_SERVICE_HOST", StringComparison.Ordinal) || name.Contains("_SERVICE_PORT", StringComparison.Ordinal) || name.Contains("_TCP", StringComparison.Ordinal)
        || _variable(name)?.StartsWith("tcp://", StringComparison.Ordinal) == true;

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
    public TimeSpan StreamIdleTimeout => Seconds("CONNECTOR_STREAM_IDLE_TIMEOUT", 0, MaxIdle) ?? TimeSpan.Zero;

    /// <summary>Sets what is set.</summary>
    /// <exception cref="InvalidSettingException">A value is wrong; the message names the variable and its range.</exception>
    public void Apply(ConnectorOptions options, TextWriter warnings)
    {
        foreach (var setting in ConnectorSettings.All.Where(IsVariable))
        {
            if (Text(VariableOf(setting)) is { } text)
            {
                setting.Set(options, VariableOf(setting), text);
            }
        }

        foreach (var endpoint in Text(EndpointsVariable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            EndpointText.Set(options, EndpointsVariable, endpoint);
        }

        options.ReconnectDelayMax = options.ReconnectDelayMax < options.ReconnectDelay ? options.ReconnectDelay : options.ReconnectDelayMax;
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
    public string? Text(string name) => (_variable(name) ?? _file.GetValueOrDefault(name)) is { Length: > 0 } text && !text.StartsWith("tcp://", StringComparison.Ordinal) ? text.Trim() : null; // that is Kubernetes

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
