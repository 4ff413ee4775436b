using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;

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

    /// <summary>The environment variables that the server reads besides the connector's.</summary>
    public static IReadOnlyList<string> VariableNames { get; } =
    [
        "CONNECTOR_WSS_HOST", "CONNECTOR_WSS_PORT", "CONNECTOR_WSS_HEALTH_CHECK_PORT", "CONNECTOR_WSS_HEALTH_CHECK_ENABLED", "CONNECTOR_WSS_SUBSCRIBE_TIMEOUT",
        "CONNECTOR_WSS_KEYS", "CONNECTOR_WSS_PRELOAD", "CONNECTOR_WSS_LOG_LEVEL",
    ];

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
        SandboxArgument.SpeedOption, SandboxArgument.LeastSpeed, SandboxArgument.MostSpeed, "Market time per real time of --sandbox. Default: 1.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _host, _port, _healthPort, _preload, _keys, Sandbox, SandboxSpeed, _logLevel, _logFormat, Probe })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The server's settings: the command line wins over the environment, that over <c>appsettings.json</c>, that over the defaults.</summary>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public ServerOptions Read(ParseResult parsed, EnvironmentSettings environment, IReadOnlyList<string> folders, TimeProvider clock)
    {
        var options = new ServerOptions { TimeProvider = clock };
        AppSettings.Apply(Configuration(folders).GetSection("Server"), options);
        Apply(environment, options);
        options.Host = parsed.GetValue(_host) ?? options.Host;
        options.Port = parsed.GetValue(_port) ?? options.Port;
        options.HealthPort = parsed.GetValue(_healthPort) ?? options.HealthPort;
        options.KeysPath = parsed.GetValue(_keys) ?? options.KeysPath;
        foreach (var preload in parsed.GetValue(_preload) ?? [])
        {
            options.Preload.Add(preload);
        }

        return options;
    }

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

    private static void Apply(EnvironmentSettings environment, ServerOptions options)
    {
        options.Host = environment.Text("CONNECTOR_WSS_HOST") ?? options.Host;
        options.Port = environment.Whole("CONNECTOR_WSS_PORT", 0, 65_535) ?? options.Port;
        options.HealthPort = environment.Whole("CONNECTOR_WSS_HEALTH_CHECK_PORT", 0, 65_535) ?? options.HealthPort;
        options.HealthEnabled = environment.Text("CONNECTOR_WSS_HEALTH_CHECK_ENABLED") is { } enabled ? Truth(enabled, "CONNECTOR_WSS_HEALTH_CHECK_ENABLED") : options.HealthEnabled;
        options.SubscribeTimeout = environment.Seconds("CONNECTOR_WSS_SUBSCRIBE_TIMEOUT", 0.1, 3600) ?? options.SubscribeTimeout;
        options.IdleTimeout = environment.Seconds("CONNECTOR_STREAM_IDLE_TIMEOUT", 0, EnvironmentSettings.LongestIdle) ?? options.IdleTimeout;
        options.KeysPath = environment.Text("CONNECTOR_WSS_KEYS") ?? options.KeysPath;
        foreach (var preload in environment.Text("CONNECTOR_WSS_PRELOAD")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            options.Preload.Add(preload);
        }
    }

    private static bool Truth(string text, string name) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => throw new InvalidSettingException(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be true or false.")),
    };

    private static LogLevel Level(string name, string where) => LogLevelNames.Find(name) ?? throw new InvalidSettingException(LogLevelNames.Refusal(name, where));
}
