using System.CommandLine;
using OhlcvConnector.Cli.Commands;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli;

/// <summary>The whole command line: parses, runs a command, and turns every end into an exit code.</summary>
internal static class CliProgram
{
    /// <summary>Runs a command line.</summary>
    public static async Task<int> RunAsync(string[] args, CliTerminal terminal, CancellationToken cancellationToken)
    {
        var root = Root(terminal);
        var parsed = root.Parse(CommonOptions.Prepare(args));
        if (parsed.Errors.Count > 0 && parsed.Action is null or System.CommandLine.Invocation.ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Error.WriteLine($"error: {error.Message}");
            }

            terminal.Error.WriteLine("Try 'connector-cli --help'.");
            return ExitCode.Usage;
        }

        try
        {
            using var output = new StreamWriter(terminal.Output, leaveOpen: true);
            var configuration = new InvocationConfiguration { Output = output, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (ClosedPipeException)
        {
            return ExitCode.Done;
        }
        catch (Exception exception) when (Code(exception) is { } code)
        {
            terminal.Error.WriteLine($"error: {exception.Message}");
            if (exception is ExchangeUnavailableException && !args.Any(arg => arg.StartsWith("--sandbox", StringComparison.Ordinal)))
            {
                terminal.Error.WriteLine("Without a network, --sandbox runs everything on simulated exchanges.");
            }

            return code;
        }
    }

    private static RootCommand Root(CliTerminal terminal)
    {
        var root = StreamCommand.Create(terminal);
        root.Subcommands.Add(HistoryCommand.Create(terminal));
        root.Subcommands.Add(SymbolsCommand.Create(terminal));
        root.Subcommands.Add(DecodeCommand.Create(terminal));
        root.Subcommands.Add(SandboxCommand.Create(terminal));
        return root;
    }

    private static int? Code(Exception exception) => exception switch
    {
        UsageException or InvalidSettingException or UnknownExchangeException or UnsupportedMarketException or UnsupportedIntervalException => ExitCode.Usage,
        OhlcvConnectorException or IOException or UnauthorizedAccessException or ArgumentException or HttpRequestException or TimeoutException => ExitCode.Failed,
        _ => null,
    };
}
