using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;
using OhlcvConnector.Server.Hosting;

namespace OhlcvConnector.Server.Settings;

/// <summary>The options of the command line that start the server, and how they, the environment and <c>appsettings.json</c> make its settings.</summary>
internal sealed class ServeOptions
{
    private const string Json = "json";

    private readonly Option<string?> _host = new("--host") { Description = "Address to listen on. Default: CONNECTOR_WSS_HOST, else 127.0.0.1." };
    private readonly Option<int?> _port = NumberOption.CreateOptional("--port", 0, 65_535, "WebSocket port; 0 for any free one. Default: CONNECTOR_WSS_PORT, else 8765.", "-p");
    private readonly Option<int?> _healthPort = NumberOption.CreateOptional(
        "--health-port", 0, 65_535, "Port of health, metrics and REST; 0 for any free one. Default: CONNECTOR_WSS_HEALTH_CHECK_PORT, else 8766.");
    private readonly Option<string[]> _preload = new("--preload") { Description = "Keep series on, whoever wants them: exchange:market:interval:SYM,SYM. Can be repeated.", HelpName = "SERIES" };
    private readonly Option<string?> _keys = new("--keys") { Description = "File of API keys (see 'keys'). Default: CONNECTOR_WSS_KEYS, else none: everybody may connect.", HelpName = "FILE" };
    private readonly Option<string?> _logLevel = new("--log-level") { Description = "trace, debug, info, warning, error or critical, to stderr. Default: CONNECTOR_WSS_LOG_LEVEL, else info." };

    private readonly Option<string> _logFormat = ChoiceOption.Create("--log-format", "Format of the log on stderr:", ["text", Json]);

    private readonly Option<string?> _proxy = new("--proxy") { Description = "A proxy to the exchanges: http://host:port or socks5://host:port. Default: CONNECTOR_PROXY, else HTTPS_PROXY and the like.", HelpName = "URL" };
    private readonly Option<bool> _testnet = new("--testnet") { Description = "Use the exchanges' test networks. Their prices are not real." };
    private readonly Option<string[]> _endpoints = new("--endpoint") { Description = "Another address of an exchange: EXCHANGE=URL, EXCHANGE/MARKET=URL, or with .stream or .rest before the =. Can be repeated.", HelpName = "EXCHANGE=URL" };
    private readonly Option<string?> _upstream = new("--upstream")
    {
        Description = "Read from another connector server instead of the exchanges: ws://host:8765, or several with commas between them. Default: CONNECTOR_WSS_UPSTREAM, else none.",
        HelpName = "URL",
    };

    private readonly Option<string[]> _set = new("--set") { Description = "Any other setting by its name, the server's or the connector's: --set RestTimeout=5. Can be repeated.", HelpName = "NAME=VALUE" };

    /// <summary>The server's settings that have other variables than their names.</summary>
    private static readonly Dictionary<string, string> Irregular = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ServerOptions.HealthPort)] = "CONNECTOR_WSS_HEALTH_CHECK_PORT",
        [nameof(ServerOptions.HealthEnabled)] = "CONNECTOR_WSS_HEALTH_CHECK_ENABLED",
        [nameof(ServerOptions.KeysPath)] = "CONNECTOR_WSS_KEYS",
        [nameof(ServerOptions.IdleTimeout)] = "CONNECTOR_STREAM_IDLE_TIMEOUT",
    };

    /// <summary>The environment variables that the server reads besides the connector's.</summary>
    public static IReadOnlyList<string> VariableNames { get; } =
    [
        .. AppSettings.Names.Select(VariableOf).Except(EnvironmentSettings.Names), "CONNECTOR_WSS_PRELOAD", "CONNECTOR_WSS_ALLOWED_ORIGINS", "CONNECTOR_WSS_CORS_ORIGINS", "CONNECTOR_WSS_TRUSTED_PROXIES", "CONNECTOR_WSS_LOG_LEVEL",
    ];

    /// <summary>Whether to read all settings, say what is wrong, and end.</summary>
    public Option<bool> CheckOnly { get; } = new("--check") { Description = "Read all settings and the file of keys, say what is wrong, and end: exit code 0 when nothing is, 2 otherwise. Nothing is connected." };

    /// <summary>Whether to look at a running server instead of starting one.</summary>
    public Option<bool> Probe { get; } = new("--probe") { Description = "Ask a server that runs with these settings for its health: exit code 0 when it lives, 1 otherwise. For containers without a shell." };

    /// <summary>Whether and where the sandbox is.</summary>
    public Option<string?> Sandbox { get; } = new("--sandbox")
    {
        Description = "Serve simulated exchanges instead of real ones: --sandbox starts them in this program, --sandbox=URL uses running ones. Every message says so.",
        HelpName = "=URL",
    };

    /// <summary>How fast its time runs.</summary>
    public Option<double?> SandboxSpeed { get; } = NumberOption.CreateOptional(
        SandboxArgument.SpeedOption, SandboxArgument.MinSpeed, SandboxArgument.MaxSpeed, "Market time per real time of --sandbox. Default: 1.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _host, _port, _healthPort, _preload, _keys, _upstream, _proxy, _testnet, _endpoints, _set, Sandbox, SandboxSpeed, _logLevel, _logFormat, Probe, CheckOnly })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>All settings: the command line wins over the environment, that over <c>appsettings.json</c>, that over the defaults.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="surroundings">What else the program is told.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public (ServerOptions Server, ConnectorOptions Connector) Read(ParseResult parsed, EnvironmentSettings environment, ServeSurroundings surroundings)
    {
        var (options, connector) = (new ServerOptions { TimeProvider = surroundings.Clock }, new ConnectorOptions());
        if (environment.Unknown(surroundings.VariableNames, VariableNames) is [var stranger, ..])
        {
            throw new InvalidSettingException($"There is no setting {stranger}; {Nearest.Words(stranger, [.. EnvironmentSettings.Names, .. VariableNames])}");
        }

        AppSettings.Apply(Configuration(surroundings.Folders), options, connector);
        CheckSoFar(options, "appsettings.json: ");
        Apply(environment, options);
        environment.Apply(connector, surroundings.Warnings);
        foreach (var assignment in parsed.GetValue(_set) ?? [])
        {
            Set(assignment, options, connector);
        }

        options.Host = parsed.GetValue(_host) ?? options.Host;
        options.Port = parsed.GetValue(_port) ?? options.Port;
        options.HealthPort = parsed.GetValue(_healthPort) ?? options.HealthPort;
        options.Upstream = parsed.GetValue(_upstream) ?? options.Upstream;
        options.KeysPath = parsed.GetValue(_keys) ?? options.KeysPath;
        foreach (var preload in parsed.GetValue(_preload) ?? [])
        {
            options.Preload.Add(preload);
        }

        connector.UseTestnet |= parsed.GetValue(_testnet);
        if (parsed.GetValue(_proxy) is { } proxy)
        {
            ConnectorSettings.Find(nameof(ConnectorOptions.Proxy))!.Set(connector, "--proxy", proxy);
        }

        foreach (var endpoint in parsed.GetValue(_endpoints) ?? [])
        {
            EndpointText.Set(connector, "--endpoint", endpoint);
        }

        if (options.Upstream is null && (options.UpstreamRest ?? options.UpstreamKey) is not null) // here, where all is read: the command line may be the one that says Upstream
        {
            throw new InvalidSettingException($"{(options.UpstreamRest is null ? nameof(options.UpstreamKey) : nameof(options.UpstreamRest))} is set, but {nameof(options.Upstream)} is not.");
        }

        return options.Upstream is null || (parsed.GetValue(Sandbox) ?? connector.Sandbox?.ToString()) is null && !connector.UseTestnet
            ? (options, connector)
            : throw new InvalidSettingException("Upstream is set, and so is the sandbox or the test network: the upstream says which exchanges it serves. Set one of them.");
    }

    private static void Set(string assignment, ServerOptions options, ConnectorOptions connector)
    {
        if (assignment.Split('=', 2) is not [{ Length: > 0 } name, var text])
        {
            throw new InvalidSettingException($"--set is '{assignment}'; write NAME=VALUE, such as RestTimeout=5.");
        }

        if (AppSettings.TryAdd(options, name, text))
        {
            return;
        }

        if (AppSettings.Names.Contains(name, StringComparer.OrdinalIgnoreCase) && !IsOfBoth(name))
        {
            AppSettings.Set(options, $"--set {name}", name, text);
        }
        else
        {
            var plain = name.StartsWith("Connector:", StringComparison.OrdinalIgnoreCase) ? name["Connector:".Length..] : name.StartsWith("Server:", StringComparison.OrdinalIgnoreCase) ? null : name;
            var setting = plain is null || (IsOfBoth(name) && plain == name) ? null : ConnectorSettings.Find(plain);
            if (setting is not null)
            {
                setting.Set(connector, $"--set {name}", text);
            }
            else if (plain is null && AppSettings.Names.Contains(name["Server:".Length..], StringComparer.OrdinalIgnoreCase))
            {
                AppSettings.Set(options, $"--set {name}", name["Server:".Length..], text);
            }
            else
            {
                throw new InvalidSettingException(IsOfBoth(name)
                    ? $"--set {name}: the server and the connector have a setting of this name; write Server:{name} or Connector:{name}."
                    : $"--set: there is no setting '{name}'; {Nearest.Words(name, [.. AppSettings.Names, .. AppSettings.ListNames, .. ConnectorSettings.All.Select(one => one.Name)])}");
            }
        }
    }

    private static bool IsOfBoth(string name) => AppSettings.Names.Contains(name, StringComparer.OrdinalIgnoreCase) && ConnectorSettings.Find(name) is not null;

    private static string VariableOf(string name) => Irregular.GetValueOrDefault(name) ?? EnvironmentSettings.Variable("CONNECTOR_WSS_", name);

    /// <summary>Whether the log is to be JSON, an object a line.</summary>
    public bool IsJsonLog(ParseResult parsed) => parsed.GetValue(_logFormat) == Json;

    /// <summary>The level to log at.</summary>
    /// <exception cref="InvalidSettingException">There is no such level.</exception>
    public LogLevel ReadLogLevel(ParseResult parsed, EnvironmentSettings environment) =>
        parsed.GetValue(_logLevel) is { } option ? Level(option, "--log-level")
        : environment.Text("CONNECTOR_WSS_LOG_LEVEL") is { } variable ? Level(variable, "CONNECTOR_WSS_LOG_LEVEL")
        : environment.LogLevel is { } general ? Level(general, "CONNECTOR_LOG_LEVEL")
        : LogLevel.Information;

    private static IConfigurationRoot Configuration(IReadOnlyList<string> folders)
    {
        var path = folders.Select(folder => Path.Combine(folder, "appsettings.json")).FirstOrDefault(File.Exists);
        var builder = new ConfigurationBuilder();
        if (path is null)
        {
            return builder.Build();
        }

        try
        {
            return builder.AddJsonFile(path, optional: false).Build();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidSettingException($"{path} is no JSON: {exception.GetBaseException().Message}");
        }
    }

    /// <summary>Checks what has been read so far, so that an error says where the value stands.</summary>
    private static void CheckSoFar(ServerOptions options, string where)
    {
        try
        {
            options.Validate();
        }
        catch (InvalidSettingException exception)
        {
            throw new InvalidSettingException(where + exception.Message);
        }
    }

    private static void Apply(EnvironmentSettings environment, ServerOptions options)
    {
        foreach (var name in AppSettings.Names)
        {
            if (environment.Text(VariableOf(name)) is { } text)
            {
                AppSettings.Set(options, VariableOf(name), name, text);
                CheckSoFar(options, $"{VariableOf(name)} is '{text}': ");
            }
        }

        foreach (var (variable, list) in new[]
        {
            ("CONNECTOR_WSS_PRELOAD", options.Preload), ("CONNECTOR_WSS_ALLOWED_ORIGINS", options.AllowedOrigins), ("CONNECTOR_WSS_CORS_ORIGINS", options.CorsOrigins),
            ("CONNECTOR_WSS_TRUSTED_PROXIES", options.TrustedProxies),
        })
        {
            foreach (var item in environment.Text(variable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                list.Add(item);
            }
        }
    }

    private static LogLevel Level(string name, string where) => LogLevelNames.Find(name) ?? throw new InvalidSettingException(LogLevelNames.Refusal(name, where));
}
