using System.CommandLine;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Archive.PostgreSql;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>The options of the command line that start the server, and how they, the environment and <c>appsettings.json</c> make its settings.</summary>
public sealed class ServeOptions
{
    private const string Json = "json";

    private readonly SettingOptions<ServerOptions> _server = new(ServerSettings.Table);
    private readonly SettingOptions<ConnectorOptions> _connector = new(ConnectorSettings.Table);
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any other setting by its name, the server's or the connector's: --set RestTimeout=5. Can be repeated.",
        HelpName = "NAME=VALUE",
    };
    private readonly Option<string> _logFormat = ChoiceOption.Create("--log-format", "Format of the log on stderr:", ["text", Json]);

    /// <summary>Option that has all settings read, says what is wrong, and ends.</summary>
    public Option<bool> CheckOnly { get; } = new("--check")
    {
        Description = "Read all settings and the file of keys, say what is wrong, and end: exit code 0 when nothing is, 2 otherwise. Nothing is connected.",
    };

    /// <summary>Option that looks at a running server instead of starting one.</summary>
    public Option<bool> Probe { get; } = new("--probe")
    {
        Description = "Ask a server that runs with these settings for its health: exit code 0 when it lives, 1 otherwise. For containers without a shell.",
    };

    /// <summary>Option that serves simulated exchanges.</summary>
    public Option<string?> Sandbox { get; } = new("--sandbox")
    {
        Description =
            "Serve simulated exchanges instead of real ones: --sandbox starts them in this program, --sandbox=URL uses running ones. Every message says so.",
        HelpName = "=URL",
    };

    /// <summary>Option that says how fast the time of simulated exchanges runs.</summary>
    public Option<double?> SandboxSpeed { get; } = SandboxArgument.Speed();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        _server.AddTo(command);
        _connector.AddTo(command);
        foreach (var option in new Option[] { _set, Sandbox, SandboxSpeed, _logFormat, Probe, CheckOnly })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads all settings: the command line wins over the environment, that over <c>appsettings.json</c>, that over the defaults.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="surroundings">The surroundings: what else the program is told.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public (ServerOptions Server, ConnectorOptions Connector) Read(ParseResult parsed, Surroundings surroundings)
    {
        var (options, connector) = (new ServerOptions { TimeProvider = surroundings.Clock }, new ConnectorOptions());
        var environment = EnvironmentSettings.Load(surroundings.Variable, surroundings.Folders);
        if (environment.Unknown(surroundings.VariableNames) is [var stranger, ..])
        {
            throw new InvalidSettingException($"There is no setting {stranger}; {Nearest.Words(stranger, EnvironmentSettings.ServerNames)}");
        }

        AppSettings.Load(surroundings.Folders, options, connector, surroundings.Warnings);
        environment.Apply(ServerSettings.Table, options, surroundings.Warnings);
        environment.Apply(connector, surroundings.Warnings);
        foreach (var assignment in parsed.GetValue(_set) ?? [])
        {
            Set(assignment, options, connector, surroundings.Warnings);
        }

        _server.Apply(parsed, options);
        _connector.Apply(parsed, connector);
        options.LogLevel ??= environment.Terminal().LogLevel ?? LogLevel.Information;
        if (options.Upstream is null
            && (options.UpstreamRest ?? options.UpstreamKey) is not null) // here, where all is read: the command line may be the one that says Upstream
        {
            throw new InvalidSettingException($"{(options.UpstreamRest is null ? nameof(options.UpstreamKey) : nameof(options.UpstreamRest))} is set, but {nameof(options.Upstream)} is not.");
        }

        var folder = environment.Terminal().Data ?? surroundings.Variable("STATE_DIRECTORY")?.Split(':')[0];
        options.PriceTable ??= ArchiveFile(options.Archive) ?? FileIn(folder, "prices.db", connector, parsed.GetValue(Sandbox));
        options.NotificationStore ??= ArchiveFile(options.Archive) ?? FileIn(folder, "notices.db", connector, parsed.GetValue(Sandbox));
        if (options.Upstream is not null && ((parsed.GetValue(Sandbox) ?? connector.Sandbox?.ToString()) is not null || connector.UseTestnet))
        {
            throw new InvalidSettingException(
                "Upstream is set, and so is the sandbox or the test network: the upstream says which exchanges it serves. Set one of them.");
        }

        return (options, connector);
    }

    /// <summary>Returns true when the log is to be JSON, an object a line.</summary>
    /// <param name="parsed">The command line.</param>
    public bool IsJsonLog(ParseResult parsed) => parsed.GetValue(_logFormat) == Json;

    /// <summary>The archive where it is a file, which can hold the table of prices and notices, too.</summary>
    private static string? ArchiveFile(string? archive) => archive is null || PostgreSqlCandleArchive.IsAddress(archive) ? null : archive;

    /// <summary>A file in the data folder; what is simulated has one of its own.</summary>
    private static string? FileIn(string? folder, string name, ConnectorOptions connector, string? sandbox) => string.IsNullOrEmpty(folder) ? null
        : Path.Combine(folder, ((sandbox ?? connector.Sandbox?.ToString()) is not null || connector.UseTestnet ? "sandbox-" : "") + name);

    private static void Set(string assignment, ServerOptions options, ConnectorOptions connector, TextWriter warnings)
    {
        if (assignment.Split('=', 2) is not [{ Length: > 0 } written, var text])
        {
            throw new InvalidSettingException($"--set is '{assignment}'; write NAME=VALUE, such as RestTimeout=5.");
        }

        var (whose, name) = written.Split(':', 2) is [var before, var after] ? (before, after) : (null, written);
        var ofServer = whose is null || whose.Equals("Server", StringComparison.OrdinalIgnoreCase) ? ServerSettings.Table.Find(name) : null;
        var ofConnector = whose is null || whose.Equals("Connector", StringComparison.OrdinalIgnoreCase) ? ConnectorSettings.Table.Find(name) : null;
        if (ofServer is not null && ofConnector is not null)
        {
            throw new InvalidSettingException(
                $"--set {name}: the server and the connector have a setting of this name; write Server:{name} or Connector:{name}.");
        }

        if (string.Equals(ofServer?.FormerName, name, StringComparison.OrdinalIgnoreCase))
        {
            warnings.WriteLine($"warning: --set {written}: it is called {ofServer!.Name} now.");
        }

        ofServer?.Set(options, $"--set {written}", text);
        ofConnector?.Set(connector, $"--set {written}", text);
        if (ofServer is null && ofConnector is null)
        {
            var known = ServerSettings.Table.Written.Select(setting => setting.Name).Union(ConnectorSettings.Table.Written.Select(setting => setting.Name));
            throw new InvalidSettingException($"--set: there is no setting '{written}'; {Nearest.Words(name, [.. known])}");
        }
    }
}
