using System.CommandLine;
using System.Text;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Recording;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli sandbox</c>: runs the simulated exchanges until Ctrl-C.</summary>
internal static class SandboxCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var port = NumberOption.Create("--port", 0, SandboxOptions.MaxPort, 9700, "TCP port on 127.0.0.1; 0 for any free one.", "-p");
        var speed = NumberOption.Create(
            "--speed", SandboxOptions.MinSpeed, SandboxOptions.MaxSpeed, 1.0, "Market time per real time: 60 is a minute a second.");
        var seed = NumberOption.Create("--seed", int.MinValue, int.MaxValue, 1, "Same seed, same candles.");
        var symbols = NumberOption.Create("--symbols", 1, SandboxOptions.MaxSymbolCount, 20, "Symbols on each market.");
        var start = new Option<string?>("--start") { Description = "What time it is in the market at the start, such as 2026-01-31T12:00Z. Default: now." };
        var faults = new Option<FileInfo?>("--faults")
        {
            Description = "A file with a JSON list of what goes wrong and when, such as [{\"at\": 30, \"kind\": \"DropAll\", \"exchange\": \"okx\"}]; docs/sandbox.md has the kinds.",
        };
        var replay = new Option<string?>("--replay")
        {
            Description = "Say again what 'record --raw' kept in this directory, in the exchanges' own frames, instead of a simulation; from --start, else from its beginning.",
            HelpName = "directory",
        };
        var command = new Command("sandbox", "Runs simulated exchanges on 127.0.0.1. Nothing that they say is real.\n\n  connector-cli sandbox --speed 60\n  connector-cli sandbox --replay frames --speed 60\n  connector-cli binance BTCUSDT --sandbox=http://127.0.0.1:9700") { port, speed, seed, symbols, start, faults, replay };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DateTimeOffset? begin = parsed.GetValue(start) is { } text ? CommonOptions.ReadTime("--start", text, terminal.Clock.GetUtcNow()) : null;
            await using var sandbox = await SandboxServer.StartAsync(
                new SandboxOptions
                {
                    Port = parsed.GetValue(port),
                    Speed = parsed.GetValue(speed),
                    Seed = parsed.GetValue(seed),
                    SymbolCount = parsed.GetValue(symbols),
                    StartTime = begin,
                    Recording = parsed.GetValue(replay) is { } directory ? new RawReplay(directory, begin).Open() : null,
                    Faults = parsed.GetValue(faults) is { } file ? ReadFaults(file) : [],
                    TimeProvider = terminal.Clock,
                },
                cancellationToken).ConfigureAwait(false);
            var output = new OutputBuffer(terminal.Output);
            Line(parsed.GetValue(replay) is null
                ? $"SANDBOX  simulated exchanges at {sandbox.BaseAddress}  (speed {parsed.GetValue(speed)}, seed {parsed.GetValue(seed)}; Ctrl-C ends them)"
                : $"SANDBOX  replays {parsed.GetValue(replay)} at {sandbox.BaseAddress}  (speed {parsed.GetValue(speed)}, from {QuoteFields.Time(sandbox.Clock.GetUtcNow())}; Ctrl-C ends it)");
            foreach (var venue in sandbox.Venues)
            {
                Line($"SANDBOX  {venue.Exchange,-11} {venue.Market.Name(),-5}  stream {venue.Stream}   rest {venue.Rest}");
            }

            output.Flush();
            await Task.Delay(Timeout.InfiniteTimeSpan, terminal.Clock, cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;

            void Line(string text)
            {
                Encoding.UTF8.GetBytes(text, output.Writer);
                output.EndLine();
            }
        });
        return command;
    }

    private static IReadOnlyList<SandboxFault> ReadFaults(FileInfo file)
    {
        try
        {
            return SandboxFaultScript.Parse(File.ReadAllBytes(file.FullName));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--faults {file.Name}: {exception.Message}");
        }
    }
}
