using System.CommandLine;
using System.CommandLine.Parsing;
using OhlcvConnector.Cli.Commands;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli;

/// <summary>The whole command line: parses, runs a command, and turns every end into an exit code.</summary>
internal static class CliProgram
{
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null }; // @107 is a symbol, not a file

    /// <summary>Runs a command line.</summary>
    public static async Task<int> RunAsync(string[] args, CliTerminal terminal, CancellationToken cancellationToken)
    {
        var parsed = Root(terminal).Parse(args.Length == 0 ? ["--help"] : SandboxArgument.Prepare(SeriesTarget.WithExchangeFirst(args)), Parsing);
        var mistakes = CommandMistakes.Of(parsed, CommonOptions.ExchangeNames);
        if (mistakes.Count > 0)
        {
            foreach (var message in mistakes)
            {
                terminal.Error.WriteLine($"error: {message}");
            }

            terminal.Error.WriteLine($"Try 'connector-cli {PathOf(parsed.CommandResult)}--help'.");
            return ExitCode.Usage;
        }

        try
        {
            using var output = new StreamWriter(terminal.Output, leaveOpen: true);
            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
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

    private static RootCommand Root(CliTerminal terminal)
    {
        var root = StreamCommand.Create(terminal);
        root.Subcommands.Add(WatchCommand.Create(terminal));
        root.Subcommands.Add(PriceCommand.Create(terminal));
        root.Subcommands.Add(HistoryCommand.Create(terminal));
        root.Subcommands.Add(RecordCommand.Create(terminal));
        root.Subcommands.Add(ArchiveCommand.Create(terminal));
        root.Subcommands.Add(DataCommand.Create(terminal));
        root.Subcommands.Add(SymbolsCommand.Create(terminal));
        root.Subcommands.Add(DecodeCommand.Create(terminal));
        root.Subcommands.Add(SandboxCommand.Create(terminal));
        root.Subcommands.Add(IndicatorsCommand.Create(terminal));
        root.Subcommands.Add(BacktestCommand.Create(terminal));
        root.Subcommands.Add(PaperCommands.Create(terminal));
        root.Subcommands.Add(SignalsCommand.Create(terminal));
        root.Subcommands.Add(ForecastCommands.Create(terminal));
        root.Subcommands.Add(DoctorCommand.Create(terminal));
        root.Subcommands.Add(CompletionCommand.Create(terminal));
        root.Subcommands.Add(ServeCommandLine.Create(terminal));
        root.Subcommands.Add(ClusterCommand.Create(terminal));
        root.Subcommands.Add(KeysCommand.Create(terminal));
        root.Subcommands.Add(NotifyCommand.Create(terminal));
        HelpOfCommands.Use(root);
        return root;
    }

    private static int Report(Exception exception, CliTerminal terminal, ParseResult parsed, string[] args)
    {
        var (code, words) = Explain(exception);
        terminal.Error.WriteLine($"error: {words}");
        if (exception is ExchangeUnavailableException
            && !args.Any(arg => arg.StartsWith("--sandbox", StringComparison.Ordinal) || arg.StartsWith("--server", StringComparison.Ordinal)))
        {
            terminal.Error.WriteLine("Without a network, --sandbox runs everything on simulated exchanges.");
        }

        if (LogLevels.IsDebug(parsed))
        {
            terminal.Error.WriteLine(exception);
        }

        return code;
    }

    /// <summary>Returns how the program ends with an error: the exit code, and the words.</summary>
    internal static (int Code, string Words) Explain(Exception exception)
    {
        var code = Code(exception);
        return (code ?? ExitCode.Failed, Words(exception, isExpected: code is not null));
    }

    private static string Words(Exception exception, bool isExpected) =>
        !isExpected ? $"unexpected {exception.GetType().Name}: {exception.Message} (--log-level debug shows where)"
        : exception is ArgumentException && exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) is >= 0 and var end ? exception.Message[..end]
        : exception is UnsupportedIntervalException { BuildableFrom: not null } ? $"{exception.Message} Add --build."
        : exception is UnsupportedIntervalException { IsMadeByTrades: true } ? $"{exception.Message} Add --from-trades."
        : exception.Message;

    private static int? Code(Exception exception) => exception switch
    {
        UsageException or ArgumentException or InvalidSettingException or UnknownExchangeException or UnsupportedMarketException
            or UnsupportedIntervalException => ExitCode.Usage,
        OhlcvConnectorException or Trading.StrategyException or OhlcvConnector.Forecasting.ForecastException or IOException or InvalidDataException
            or UnauthorizedAccessException or HttpRequestException or TimeoutException =>
            ExitCode.Failed,
        _ => null,
    };

    /// <summary>The names of a command as they are written, each with a blank behind it: <c>notify list </c>; empty for the program itself.</summary>
    private static string PathOf(CommandResult command) =>
        command.Command is RootCommand ? "" : $"{(command.Parent is CommandResult parent ? PathOf(parent) : "")}{command.Command.Name} ";
}
