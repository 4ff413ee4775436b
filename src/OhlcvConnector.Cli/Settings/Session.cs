using System.CommandLine;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Client;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;
using OhlcvConnector.Messaging.Nats;
using Serilog.Extensions.Logging;

namespace OhlcvConnector.Cli.Settings;

/// <summary>A connector made by the command line and the settings, with its sandbox if one was asked for.</summary>
internal sealed class Session : IAsyncDisposable
{
    private const int ConnectAttempts = 5; // a person waits

    private readonly Connector _owned;
    private readonly IAsyncDisposable _source;
    private readonly SerilogLoggerFactory _loggers;

    private Session(
        Connector connector, (IInstrumentRepository Instruments, IPriceHistoryRepository History, IPriceFeedRepository Feeds) ports,
        ConnectorOptions connectorOptions, IAsyncDisposable source, SerilogLoggerFactory loggers, bool isSandbox, TimeProvider marketClock,
        EnvironmentSettings settings)
    {
        ConnectorOptions = connectorOptions;
        (Instruments, History, Feeds) = ports;
        Connector = connector;
        _owned = connector;
        _source = source;
        _loggers = loggers;
        IsSandbox = isSandbox;
        MarketClock = marketClock;
        Settings = settings;
    }

    /// <summary>The connector.</summary>
    public Connector Connector { get; private set; }

    /// <summary>The listings that it reads.</summary>
    public IInstrumentRepository Instruments { get; }

    /// <summary>The past that it reads, without an archive.</summary>
    public IPriceHistoryRepository History { get; }

    /// <summary>The live candles that it reads.</summary>
    public IPriceFeedRepository Feeds { get; }

    /// <summary>Settings that the connector was made with.</summary>
    public ConnectorOptions ConnectorOptions { get; }

    /// <summary>True when what the session delivers is simulated.</summary>
    public bool IsSandbox { get; }

    /// <summary>True when the session is of no real market: of the sandbox, or of a test network.</summary>
    public bool IsSimulated => IsSandbox || ConnectorOptions.UseTestnet;

    /// <summary>The clock that candles are measured with.</summary>
    public TimeProvider MarketClock { get; }

    /// <summary>The settings from the environment.</summary>
    public EnvironmentSettings Settings { get; }

    /// <summary>The options that open a session.</summary>
    public sealed record Options
    {
        public Option<string?> Sandbox { get; } = CommonOptions.Sandbox();

        public Option<double?> SandboxSpeed { get; } = SandboxArgument.Speed();

        public Option<string?> BaseUrl { get; } = CommonOptions.BaseUrl();

        public Option<string?> Proxy { get; } = CommonOptions.Proxy();

        public Option<bool> Testnet { get; } = CommonOptions.Testnet();

        public Option<string?> Server { get; } = CommonOptions.Server();

        public Option<string?> ServerKey { get; } = CommonOptions.ServerKey();

        public Option<string?> ServerRest { get; } = CommonOptions.ServerRest();

        public Option<string?> LogLevel { get; } = CommonOptions.LogLevel();

        public Option<string> LogFormat { get; } = ChoiceOption.Create(
            "--log-format", "Format of the log on stderr:", [CommonOptions.Text, CommonOptions.Json]);

        /// <summary>Those that say where candles come from.</summary>
        public IEnumerable<Option> OfSource => [Server, ServerKey, ServerRest, Sandbox, SandboxSpeed, BaseUrl, Proxy, Testnet];

        /// <summary>Adds the options to a command.</summary>
        public void AddTo(Command command, bool withBaseUrl = true, bool withServer = true)
        {
            if (withServer)
            {
                command.Options.Add(Server);
                command.Options.Add(ServerKey);
                command.Options.Add(ServerRest);
            }

            command.Options.Add(Sandbox);
            command.Options.Add(SandboxSpeed);
            if (withBaseUrl)
            {
                command.Options.Add(BaseUrl); // of the one exchange that the command is about
            }

            command.Options.Add(Proxy);
            command.Options.Add(Testnet);
            command.Options.Add(LogLevel);
            command.Options.Add(LogFormat);
        }
    }

    /// <summary>Opens a session by the command line.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options that were added to the command.</param>
    /// <param name="exchange">The exchange whose address may be another; null for none.</param>
    /// <param name="cancellationToken">Ends the wait for a sandbox.</param>
    /// <param name="isPatient">True when an exchange that cannot be reached is tried for as long as the settings say, because nobody waits.</param>
    /// <param name="configure">Changes the connector's options behind all else; null for nothing.</param>
    public static async Task<Session> OpenAsync(
        CliTerminal terminal, ParseResult parsed, Options options, string? exchange, CancellationToken cancellationToken, bool isPatient = false,
        Action<ConnectorOptions>? configure = null)
    {
        var settings = EnvironmentSettings.Load(terminal.Variable, terminal.SettingsFolders);
        var loggers = Loggers(
            terminal.Error,
            LogLevels.Choose(parsed.GetValue(options.LogLevel), settings.Terminal().LogLevel),
            parsed.GetValue(options.LogFormat) == CommonOptions.Json);
        if (IsGiven(parsed, options.Server))
        {
            return await OpenServerAsync(terminal, parsed, options, loggers, settings, cancellationToken).ConfigureAwait(false);
        }

        var sandbox = await StartedSandbox.StartAsync(
            parsed.GetValue(options.Sandbox), parsed.GetValue(options.SandboxSpeed), terminal.Clock, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            ConnectorOptions? made = null;
            var connector = Connector.Create(
                configured =>
                {
                    Configure(made = configured, terminal, settings, parsed, options, exchange, sandbox, isPatient);
                    configure?.Invoke(configured);
                },
                loggers);
            return new Session(
                connector, (connector.Instruments, connector.History, connector.Feeds), made!, sandbox, loggers,
                sandbox.Address is not null, sandbox.MarketClock ?? terminal.Clock, settings);
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>Reads the past out of an archive from now on, and out of the exchange where that was never asked.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="say">Told when the archive cannot be read or written, where the exchange answers for it.</param>
    public void ReadThrough(ICandleArchive archive, Action<string> say) => Connector = new Connector(
        Instruments, new ArchivedHistory(archive, History, MarketClock, exception => say($"warning: {exception.Message}")), Feeds, MarketClock,
        _owned.Diagnose);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _owned.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _loggers.Dispose();
    }

    /// <summary>A connector that reads from a server; what the server says of itself is known before anything is read.</summary>
    private static async Task<Session> OpenServerAsync(
        CliTerminal terminal, ParseResult parsed, Options options, SerilogLoggerFactory loggers, EnvironmentSettings settings,
        CancellationToken cancellationToken)
    {
        foreach (var option in new Option[] { options.Sandbox, options.SandboxSpeed, options.BaseUrl, options.Proxy, options.Testnet })
        {
            if (IsGiven(parsed, option))
            {
                loggers.Dispose();
                throw new UsageException($"--server and {option.Name} exclude each other: the server reads from the exchanges, and says which they are.");
            }
        }

        if (BusAddress.IsNats(parsed.GetValue(options.Server)))
        {
            if (ProgramParts.HasServers)
            {
                return await OpenBusAsync(terminal, parsed.GetValue(options.Server)!, loggers, settings, cancellationToken).ConfigureAwait(false);
            }

            loggers.Dispose();
            throw new UsageException(ProgramParts.Missing("NATS"));
        }

        ConnectorClient? client = null;
        try
        {
            client = ConnectorClient.Create(
                configured =>
                {
                    configured.AddServers(parsed.GetValue(options.Server) ?? "", "--server");
                    if (parsed.GetValue(options.ServerRest) is { } rest)
                    {
                        configured.AddRestServers(rest, "--server-rest");
                    }

                    configured.ApiKey = parsed.GetValue(options.ServerKey);
                    configured.ConnectAttempts = ConnectAttempts;
                    configured.TimeProvider = terminal.Clock;
                },
                loggers);
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            var connector = new Connector(client, client, client, client.MarketClock, () => UpstreamDiagnostics.Of(client));
            return new Session(connector, (client, client, client), new ConnectorOptions(), client, loggers, client.IsSandbox, client.MarketClock, settings);
        }
        catch
        {
            if (client is not null)
            {
                await client.DisposeAsync().ConfigureAwait(false);
            }

            loggers.Dispose();
            throw;
        }
    }

    /// <summary>A connector that reads from a bus.</summary>
    private static async Task<Session> OpenBusAsync(
        CliTerminal terminal, string address, SerilogLoggerFactory loggers, EnvironmentSettings settings, CancellationToken cancellationToken)
    {
        NatsQuoteSource? bus = null;
        try
        {
            bus = new NatsQuoteSource(BusAddress.Source("--server", address), terminal.Clock, loggers);
            await bus.ConnectAsync(cancellationToken).ConfigureAwait(false);
            var connector = new Connector(bus, bus, bus, bus.MarketClock, () => UpstreamDiagnostics.Of(bus));
            return new Session(connector, (bus, bus, bus), new ConnectorOptions(), bus, loggers, bus.IsSandbox, bus.MarketClock, settings);
        }
        catch
        {
            if (bus is not null)
            {
                await bus.DisposeAsync().ConfigureAwait(false);
            }

            loggers.Dispose();
            throw;
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static void Configure(
        ConnectorOptions configured, CliTerminal terminal, EnvironmentSettings settings, ParseResult parsed, Options options, string? exchange,
        StartedSandbox sandbox, bool isPatient)
    {
        settings.Apply(configured, terminal.Error);
        configured.ConnectAttempts = isPatient ? configured.ConnectAttempts : ConnectAttempts;
        sandbox.Apply(configured);
        configured.TimeProvider = terminal.Clock;
        configured.UseTestnet = parsed.GetValue(options.Testnet);
        if (parsed.GetValue(options.Proxy) is { } proxy)
        {
            ConnectorSettings.Table[nameof(ConnectorOptions.Proxy)].Set(configured, "--proxy", proxy);
        }

        if (exchange is not null && parsed.GetValue(options.BaseUrl) is { } url)
        {
            configured.Endpoints[exchange] = new EndpointOverride { Base = CommonOptions.ReadAddress("--base-url", url) };
        }
    }

    /// <summary>The log that whoever sits at the terminal reads.</summary>
    internal static SerilogLoggerFactory Loggers(TextWriter error, LogLevel level, bool isJson = false) => ProgramLog.Create(
        error, level, isJson, leaveOut: logEvent => LogLevels.IsForAuthors(logEvent) || (level >= LogLevel.Warning && LogLevels.IsToldByCommand(logEvent)));
}
