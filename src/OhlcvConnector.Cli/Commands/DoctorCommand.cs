using System.CommandLine;
using System.Text;
using OhlcvConnector.Cli.Doctor;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Common;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli doctor</c>: whether settings, clock and addresses are as they should be, and what to mend.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var exchanges = new Argument<string[]>("exchanges") { Description = "The exchanges to ask. Default: all.", Arity = ArgumentArity.ZeroOrMore, HelpName = "exchanges" };
        exchanges.CompletionSources.Add([.. CommonOptions.ExchangeNames]);
        var session = new Session.Options();
        var command = new Command("doctor", "Checks the settings, the clock, and every address of the exchanges, and says what to mend. Ends with 1 when something fails.\n\n  connector-cli doctor\n  connector-cli doctor binance okx --proxy socks5://127.0.0.1:1080\n  connector-cli doctor --sandbox") { exchanges };
        session.AddTo(command, withBaseUrl: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var venues = parsed.GetValue(exchanges) is { Length: > 0 } names ? [.. names.Select(Find).Distinct()] : Venues.All;
            var output = new OutputBuffer(terminal.Output);
            var settings = SettingsExamination.Examine(terminal);
            var worst = Write(settings, output);
            if (worst == Verdict.Failure)
            {
                return ExitCode.Failed; // no connector can be made with them
            }

            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken).ConfigureAwait(false);
            using var addresses = new AddressExamination(open.ConnectorOptions);
            var examinations = venues
                .SelectMany(venue => venue.Markets, (venue, market) => (venue, market))
                .SelectMany(entry => (Task<IReadOnlyList<Finding>>[])[addresses.RestAsync(entry.venue, entry.market, cancellationToken), addresses.StreamAsync(entry.venue, entry.market, cancellationToken)])
                .ToList();
            var shown = new HashSet<string>(); // markets share addresses and a clock
            foreach (var examination in examinations)
            {
                var findings = await examination.ConfigureAwait(false);
                var verdict = Write([.. findings.Where(finding => shown.Add(finding.What))], output);
                worst = verdict > worst ? verdict : worst;
            }

            Line(output, worst == Verdict.Failure ? "Something fails; the lines marked FAIL say what to do." : worst == Verdict.Warning ? "It works; the lines marked WARN say what would be better." : "All is well.");
            output.Flush();
            return worst == Verdict.Failure ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static IVenue Find(string exchange) =>
        Venues.All.FirstOrDefault(venue => string.Equals(venue.Name, exchange, StringComparison.OrdinalIgnoreCase))
        ?? throw new UnknownExchangeException(exchange, Venues.All.Select(venue => venue.Name));

    private static Verdict Write(IReadOnlyList<Finding> findings, OutputBuffer output)
    {
        foreach (var finding in findings)
        {
            var mark = finding.Verdict switch { Verdict.Ok => "ok  ", Verdict.Warning => "WARN", _ => "FAIL" };
            Line(output, $"{mark}  {finding.What}: {finding.Result}");
            if (finding.Remedy is { } remedy)
            {
                Line(output, $"      {remedy}");
            }
        }

        output.Flush();
        return findings.Select(finding => finding.Verdict).DefaultIfEmpty().Max();
    }

    private static void Line(OutputBuffer output, string text)
    {
        Encoding.UTF8.GetBytes(text, output.Writer);
        output.EndLine();
    }
}
