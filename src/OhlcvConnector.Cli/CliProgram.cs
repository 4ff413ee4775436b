using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using OhlcvConnector.Cli.Commands;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Settings;

namespace OhlcvConnector.Cli;

/// <summary>The whole command line: parses, runs a command, and turns every end into an exit code.</summary>
internal static class CliProgram
{
    /// <summary>Runs a command line.</summary>
    public static async Task<int> RunAsync(string[] args, CliTerminal terminal, CancellationToken cancellationToken)
    {
        var parsed = Root(terminal).Parse(SandboxArgument.Prepare(args));
        var mistakes = Mistakes(parsed);
        if (mistakes.Count > 0)
        {
            foreach (var message in mistakes)
            {
                terminal.Error.WriteLine($"error: {message}");
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
        catch (IOException exception) when (ClosedPipeException.Means(exception))
        {
            return ExitCode.Done;
        }
        catch (Exception exception) // the program ends here, whatever it is: in words, and with a code
        {
            return Report(exception, terminal, parsed, args);
        }
    }

    private static List<string> Mistakes(ParseResult parsed)
    {
        if (parsed.Action is not (null or ParseErrorAction) && parsed.CommandResult.Command.Action != parsed.Action)
        {
            return []; // help and the like
        }

        // what looks like an option and is none would else be taken for one more symbol
        var unknown = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Where(token => token.Value.Length > 1 && token.Value[0] == '-')
            .Select(token => $"There is no option '{token.Value}'.")
            .ToList();
        return unknown.Count > 0 ? unknown : [.. parsed.Errors.Select(error => error.Message).Distinct()];
    }

    private static RootCommand Root(CliTerminal terminal)
    {
        var root = StreamCommand.Create(terminal);
        root.Subcommands.Add(WatchCommand.Create(terminal));
        root.Subcommands.Add(HistoryCommand.Create(terminal));
        root.Subcommands.Add(SymbolsCommand.Create(terminal));
        root.Subcommands.Add(DecodeCommand.Create(terminal));
        root.Subcommands.Add(SandboxCommand.Create(terminal));
        root.Subcommands.Add(IndicatorsCommand.Create(terminal));
        root.Subcommands.Add(DoctorCommand.Create(terminal));
        root.Subcommands.Add(CompletionCommand.Create(terminal));
        root.Subcommands.Add(ServeCommandLine.Create(terminal));
        root.Subcommands.Add(KeysCommand.Create(terminal));
        HelpOfCommands.Use(root);
        return root;
    }

    private static int Report(Exception exception, CliTerminal terminal, ParseResult parsed, string[] args)
    {
        var code = Code(exception);
        terminal.Error.WriteLine($"error: {Words(exception, isExpected: code is not null)}");
        if (exception is ExchangeUnavailableException && !args.Any(arg => arg.StartsWith("--sandbox", StringComparison.Ordinal)))
        {
            terminal.Error.WriteLine("Without a network, --sandbox runs everything on simulated exchanges.");
        }

        if (LogLevels.IsDebug(parsed))
        {
            terminal.Error.WriteLine(exception);
        }

        return code ?? ExitCode.Failed;
    }

    private static string Words(Exception exception, bool isExpected) =>
        !isExpected ? $"unexpected {exception.GetType().Name}: {exception.Message} (--log-level debug shows where)"
        : exception is ArgumentException && exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) is >= 0 and var end ? exception.Message[..end]
        : exception.Message;

    private static int? Code(Exception exception) => exception switch
    {
        UsageException or ArgumentException or InvalidSettingException or UnknownExchangeException or UnsupportedMarketException or UnsupportedIntervalException => ExitCode.Usage,
        OhlcvConnectorException or IOException or InvalidDataException or UnauthorizedAccessException or HttpRequestException or TimeoutException => ExitCode.Failed,
        _ => null,
    };
}
