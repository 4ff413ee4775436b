using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace OhlcvConnector.Server.Hosting;

/// <summary>The command that runs the server until it is told to stop: <c>connector-cli serve</c>, and all of <c>connector-wss</c>.</summary>
public static class ServeCommand
{
    /// <summary>Description of the command, for the help.</summary>
    public const string Description = """
        Serves candles to WebSocket clients: one subscription at the exchange however many clients there are.

          serve --sandbox                                          (simulated, needs no network)
          serve --preload binance:spot:1m:BTCUSDT,ETHUSDT
          serve --host 0.0.0.0 --keys keys.jsonl

        WebSocket: ws://127.0.0.1:8765/   health, metrics, REST: http://127.0.0.1:8766/health, /ready, /metrics, /v1
        """;

    /// <summary>Makes a command start the server.</summary>
    public static void Configure(Command command, Surroundings surroundings)
    {
        var options = new ServeOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, surroundings, cancellationToken));
    }

    private static async Task<int> RunAsync(ParseResult parsed, ServeOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var (settings, upstream) = options.Read(parsed, surroundings);
        if (parsed.GetValue(options.Probe))
        {
            return await Probe.RunAsync(settings, surroundings.Warnings, cancellationToken).ConfigureAwait(false);
        }

        if (parsed.GetValue(options.CheckOnly))
        {
            SettingsCheck.Run(settings, upstream);
            surroundings.Warnings.WriteLine("All settings are right.");
            return 0;
        }

        var sandbox = await StartedSandbox.StartAsync(
            parsed.GetValue(options.Sandbox), parsed.GetValue(options.SandboxSpeed), surroundings.Clock, cancellationToken)
            .ConfigureAwait(false);
        await using (sandbox.ConfigureAwait(false))
        {
            var server = await ConnectorServer.StartAsync(
                settings,
                connector =>
                {
                    SettingsCheck.Copy(upstream, connector);
                    connector.TimeProvider = surroundings.Clock;
                    sandbox.Apply(connector);
                },
                logging => ProgramLog.AddTo(
                    logging, surroundings.Warnings, settings.LogLevel ?? LogLevel.Information, options.IsJsonLog(parsed),
                    surroundings.Variable("JOURNAL_STREAM") is { Length: > 0 }),
                cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                await CancelledAsync(cancellationToken).ConfigureAwait(false);
                await server.StopAsync().ConfigureAwait(false);
            }
        }

        return 0;
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
