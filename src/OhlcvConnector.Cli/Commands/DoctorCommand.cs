using System.CommandLine;
using OhlcvConnector.Cli.Doctor;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Checks;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli doctor</c>: whether settings, clock and addresses are as they should be, and what to mend.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var exchanges = new Argument<string[]>("exchanges")
        {
            Description = "The exchanges to ask. Default: all.",
            Arity = ArgumentArity.ZeroOrMore,
            HelpName = "exchanges",
        };
        exchanges.CompletionSources.Add([.. CommonOptions.ExchangeNames]);
        var format = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
        var session = new Session.Options();
        var command = new Command("doctor", "Checks the settings, the clock, and every address of the exchanges, and says what to mend. Ends with 1 when something fails.\n\n  connector-cli doctor\n  connector-cli doctor binance okx --proxy socks5://127.0.0.1:1080\n  connector-cli doctor --sandbox") { exchanges, format };
        session.AddTo(command, withBaseUrl: false, withServer: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var named = parsed.GetValue(exchanges);
            var asked = named is { Length: > 0 } ? named : [.. CommonOptions.ExchangeNames];
            _ = asked.Select(SupportedExchanges.Find).ToList(); // a misspelt one is told before anything is asked
            var output = new FindingWriter(
                terminal.Output, isJson: parsed.GetValue(format) == CommonOptions.Json, isSandbox: parsed.GetValue(session.Sandbox) is not null);
            var settings = SettingsExamination.Examine(terminal);
            var worst = output.Write(settings);
            if (worst == Verdict.Failure)
            {
                return ExitCode.Failed; // no connector can be made with them
            }

            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken).ConfigureAwait(false);
            using var connectivity = new ConnectivityCheck(open.ConnectorOptions);
            if (named is null or { Length: 0 })
            {
                var without = asked.Where(connectivity.LacksKey).ToList();
                output.Write([.. without.Select(name => new Finding(Verdict.Ok, name, "not asked: it wants an API key, and none is set"))]);
                asked = [.. asked.Except(without)];
            }

            await foreach (var findings in connectivity.RunAsync(asked, cancellationToken).ConfigureAwait(false))
            {
                var verdict = output.Write(findings);
                worst = verdict > worst ? verdict : worst;
            }

            output.WriteEnd(worst);
            return worst == Verdict.Failure ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }
}
