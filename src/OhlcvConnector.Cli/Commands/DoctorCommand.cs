using System.CommandLine;
using OhlcvConnector.Cli.Doctor;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;

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
            var venues = parsed.GetValue(exchanges) is { Length: > 0 } names ? [.. names.Select(Find).Distinct()] : Venues.All;
            var output = new FindingWriter(
                terminal.Output, isJson: parsed.GetValue(format) == CommonOptions.Json, isSandbox: parsed.GetValue(session.Sandbox) is not null);
            var settings = SettingsExamination.Examine(terminal);
            var worst = output.Write(settings);
            if (worst == Verdict.Failure)
            {
                return ExitCode.Failed; // no connector can be made with them
            }

            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken).ConfigureAwait(false);
            using var addresses = new AddressExamination(open.ConnectorOptions);
            var examinations = venues
                .SelectMany(venue => venue.Markets, (venue, market) => (venue, market))
                .SelectMany(
                    entry => (
                        Task<IReadOnlyList<Finding>>[])[addresses.RestAsync(entry.venue, entry.market, cancellationToken),
                        addresses.StreamAsync(entry.venue, entry.market, cancellationToken)])
                .ToList();
            var shown = new HashSet<string>(); // markets share addresses and a clock
            foreach (var examination in examinations)
            {
                var findings = await examination.ConfigureAwait(false);
                var verdict = output.Write([.. findings.Where(finding => shown.Add(finding.What))]);
                worst = verdict > worst ? verdict : worst;
            }

            output.WriteEnd(worst);
            return worst == Verdict.Failure ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static IVenue Find(string exchange) =>
        Venues.All.FirstOrDefault(venue => string.Equals(venue.Name, exchange, StringComparison.OrdinalIgnoreCase))
        ?? throw new UnknownExchangeException(exchange, Venues.All.Select(venue => venue.Name));
}
