using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Settings;

namespace OhlcvConnector.Server.Hosting;

/// <summary>What the server's program is told by its surroundings; a test has its own.</summary>
/// <param name="Variable">The environment.</param>
/// <param name="Folders">Where <c>.env</c> and <c>appsettings.json</c> are looked for, in this order.</param>
/// <param name="Warnings">Where warnings about settings go.</param>
/// <param name="Clock">The clock.</param>
/// <param name="VariableNames">The names of the environment's variables.</param>
internal sealed record ServeSurroundings(
    Func<string, string?> Variable, IReadOnlyList<string> Folders, TextWriter Warnings, TimeProvider Clock, IReadOnlyCollection<string> VariableNames);

/// <summary>The command that runs the server until it is told to stop: <c>connector-cli serve</c>, and all of <c>connector-wss</c>.</summary>
internal static class ServeCommand
{
    /// <summary>What it does, for the help.</summary>
    public const string Description = """
        Serves candles to WebSocket clients: one subscription at the exchange however many clients there are.

          serve --sandbox                                          (simulated, needs no network)
          serve --preload binance:spot:1m:BTCUSDT,ETHUSDT
          serve --host 0.0.0.0 --keys keys.jsonl

        WebSocket: ws://127.0.0.1:8765/   health, metrics, REST: http://127.0.0.1:8766/health, /ready, /metrics, /v1
        """;

    /// <summary>Makes a command start the server.</summary>
    public static void Configure(Command command, ServeSurroundings surroundings)
    {
        var options = new ServeOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, surroundings, cancellationToken));
    }

    private static async Task<int> RunAsync(ParseResult parsed, ServeOptions options, ServeSurroundings surroundings, CancellationToken cancellationToken)
    {
        var environment = EnvironmentSettings.Load(surroundings.Variable, surroundings.Folders);
        var (settings, upstream) = options.Read(parsed, environment, surroundings);
        if (parsed.GetValue(options.Probe))
        {
            return await Probe.RunAsync(settings, surroundings.Warnings, cancellationToken).ConfigureAwait(false);
        }

        var level = options.ReadLogLevel(parsed, environment);
        if (parsed.GetValue(options.CheckOnly))
        {
            SettingsCheck.Run(settings, upstream);
            surroundings.Warnings.WriteLine("All settings are right.");
            return 0;
        }

        var systemd = new SystemdNotifier(surroundings.Variable("NOTIFY_SOCKET"));
        var (sandbox, address, marketClock) = await StartSandboxAsync(parsed, options, surroundings.Clock, cancellationToken).ConfigureAwait(false);
        try
        {
            var server = await ConnectorServer.StartAsync(
                settings,
                connector =>
                {
                    SettingsCheck.Copy(upstream, connector);
                    connector.TimeProvider = surroundings.Clock;
                    connector.Sandbox = address ?? connector.Sandbox;
                    connector.MarketClock = marketClock;
                },
                logging => Log(logging, level, options.IsJsonLog(parsed), surroundings.Variable),
                cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                systemd.Ready();
                await CancelledAsync(cancellationToken).ConfigureAwait(false);
                systemd.Stopping();
                await server.StopAsync().ConfigureAwait(false);
            }

            return 0;
        }
        finally
        {
            if (sandbox is not null)
            {
                await sandbox.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<(SandboxServer? Own, Uri? Address, TimeProvider? MarketClock)> StartSandboxAsync(
        ParseResult parsed, ServeOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        SandboxArgument.RequireFor(parsed.GetValue(options.SandboxSpeed), parsed.GetValue(options.Sandbox));
        if (parsed.GetValue(options.Sandbox) is not { } sandbox)
        {
            return default;
        }

        if (SandboxArgument.IsInProcess(sandbox))
        {
            var own = await SandboxServer.StartAsync(new SandboxOptions { Speed = parsed.GetValue(options.SandboxSpeed) ?? 1, TimeProvider = clock }, cancellationToken).ConfigureAwait(false);
            return (own, own.BaseAddress, own.Clock);
        }

        return Uri.TryCreate(sandbox, UriKind.Absolute, out var address) && address.Host.Length > 0
            ? (null, address, await RunningSandbox.ClockAsync(address, clock, cancellationToken).ConfigureAwait(false))
            : throw new InvalidSettingException($"--sandbox is '{sandbox}'; write a whole address, such as http://127.0.0.1:9700.");
    }

    private static void Log(ILoggingBuilder logging, LogLevel level, bool isJson, Func<string, string?> variable)
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.Services.Configure((ConsoleLoggerOptions console) => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (isJson)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
            return;
        }

        if (variable("JOURNAL_STREAM") is { Length: > 0 })
        {
            logging.AddSystemdConsole();
            return;
        }

        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }

    private static async Task CancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.UnsafeRegister(static source => ((TaskCompletionSource)source!).SetResult(), cancelled).ConfigureAwait(false))
        {
            await cancelled.Task.ConfigureAwait(false);
        }
    }
}
