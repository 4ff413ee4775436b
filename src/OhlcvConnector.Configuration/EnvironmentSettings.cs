using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>
/// The settings from environment variables and a <c>.env</c> file, under the names that the Python connector had. The environment wins over the file,
/// the command line over both.
/// </summary>
public sealed class EnvironmentSettings
{
    private const string Prefix = "CONNECTOR_";

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

    /// <summary>Names of all variables that have a meaning for the terminal.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. ConnectorSettings.Table.Variables, .. TerminalSettings.Table.Variables, .. Obsolete.Select(setting => setting.Name)];

    /// <summary>Names of all variables that have a meaning for the server.</summary>
    public static IReadOnlyList<string> ServerNames { get; } = [.. Names.Union(ServerSettings.Table.Variables)];

    /// <summary>Returns the variables that are meant for this program and have no meaning: misspelt ones.</summary>
    /// <param name="names">The names of the environment's variables.</param>
    public IReadOnlyList<string> Unknown(IEnumerable<string> names) =>
    [
        .. names.Concat(FileNames).Distinct()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !IsOfKubernetes(name))
        .Except(ServerNames).Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns true for a variable that Kubernetes sets in every container for services that are called <c>connector</c> or alike.</summary>
    private bool IsOfKubernetes(string name) =>
        name.Contains("_SERVICE_HOST", StringComparison.Ordinal)
            || name.Contains("_SERVICE_PORT", StringComparison.Ordinal)
            || name.Contains("_TCP", StringComparison.Ordinal)
        || _variable(name)?.StartsWith("tcp://", StringComparison.Ordinal) == true;

    /// <summary>The <c>.env</c> file that was read; null for none.</summary>
    public string? Path { get; }

    /// <summary>The names that the <c>.env</c> file sets.</summary>
    public IEnumerable<string> FileNames => _file.Keys;

    /// <summary>Reads the <c>.env</c> file of the first folder that has one.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="folders">The folders in which the file is looked for, in this order.</param>
    public static EnvironmentSettings Load(Func<string, string?> variable, IReadOnlyList<string> folders)
    {
        var path = folders.Select(folder => System.IO.Path.Combine(folder, ".env")).FirstOrDefault(File.Exists);
        return new EnvironmentSettings(variable, path);
    }

    /// <summary>Reads the terminal's own settings.</summary>
    /// <exception cref="InvalidSettingException">A value is wrong; the message names the variable and its range.</exception>
    public TerminalOptions Terminal()
    {
        var options = new TerminalOptions();
        Apply(TerminalSettings.Table, options, TextWriter.Null);
        return options;
    }

    /// <summary>Sets what is set of the connector.</summary>
    /// <param name="options">The options to change.</param>
    /// <param name="warnings">Takes a warning for each variable without effect.</param>
    /// <exception cref="InvalidSettingException">A value is wrong; the message names the variable and its range.</exception>
    public void Apply(ConnectorOptions options, TextWriter warnings)
    {
        Apply(ConnectorSettings.Table, options, warnings);
        options.ReconnectDelayMax = options.ReconnectDelayMax < options.ReconnectDelay ? options.ReconnectDelay : options.ReconnectDelayMax;
        foreach (var (name, why) in Obsolete.Where(setting => Text(setting.Name) is not null))
        {
            warnings.WriteLine($"warning: {name} is ignored: {why}.");
        }
    }

    /// <summary>Sets what is set of a table.</summary>
    /// <typeparam name="TOptions">The options class.</typeparam>
    /// <param name="table">The settings that there are.</param>
    /// <param name="options">The options to change.</param>
    /// <param name="warnings">Takes a warning for each setting under a former name.</param>
    /// <exception cref="InvalidSettingException">A value is wrong; the message names the variable and its range.</exception>
    public void Apply<TOptions>(SettingTable<TOptions> table, TOptions options, TextWriter warnings)
        where TOptions : class, new()
    {
        foreach (var setting in table.Written)
        {
            if (setting.FormerVariable is { } former && Text(former) is { } old)
            {
                warnings.WriteLine($"warning: {former} is called {setting.Variable} now.");
                setting.Set(options, former, old);
            }

            if (setting.Variable is { } variable && Text(variable) is { } text)
            {
                setting.Set(options, variable, text);
            }
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
    public string? Text(string name) =>
        (_variable(name) ?? _file.GetValueOrDefault(name)) is { Length: > 0 } text && !text.StartsWith("tcp://", StringComparison.Ordinal)
            ? text.Trim()
            : null; // that is Kubernetes
}
