using System.CommandLine;
using OhlcvConnector.Cli.PaperTrading;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Sqlite;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli paper</c>: paper trading, and what is in its file.</summary>
internal static class PaperCommands
{
    private const string File = "paper.db";

    /// <summary>Creates the command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var file = new Option<string>("--db")
        {
            Description = $"The file of the accounts. Default: {File}.",
            HelpName = "file",
            Recursive = true,
            DefaultValueFactory = _ => File,
        };
        return new Command("paper", "Trades on paper, with simulated money on live candles, and shows what came of it. A simulation, and no advice.")
        {
            PaperRunCommand.Create(terminal, file),
            Show(terminal, file, "status", "Shows the accounts of a file, or one.", PaperTables.Status, needsAccount: false),
            Show(terminal, file, "positions", "Shows the positions of an account.", PaperTables.Positions),
            Show(terminal, file, "orders", "Lists the orders of an account, the newest first.", PaperTables.Orders),
            Show(terminal, file, "fills", "Lists the fills of an account, the newest first.", PaperTables.Fills),
            Show(terminal, file, "trades", "Lists the closed trades of an account, the newest first.", PaperTables.Trades),
            Show(terminal, file, "equity", "Lists the equity of an account at its closes, the newest first.", PaperTables.Equity),
            Deposit(terminal, file),
            Reset(terminal, file),
            Close(terminal, file),
            file,
        };
    }

    private static Command Show(
        CliTerminal terminal, Option<string> file, string name, string description, Func<IPaperLedger, IReadOnlyList<PaperRecord>, int, PaperTable> table,
        bool needsAccount = true)
    {
        var account = new Argument<string?>("account")
        {
            Description = "The account's name; can be left out where there is one.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "account",
        };
        var limit = NumberOption.Create("--limit", 1, 1_000_000, 100, "At most so many lines.");
        var output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
        var command = new Command(name, description) { account, limit, output };
        command.SetAction(parsed =>
        {
            using var ledger = SqlitePaperLedger.Read(parsed.GetRequiredValue(file));
            var given = parsed.GetValue(account);
            IReadOnlyList<PaperRecord> records = given is null && !needsAccount ? ledger.Accounts() : [Find(ledger, given)];
            table(ledger, records, parsed.GetValue(limit)).Write(terminal, records, parsed.GetRequiredValue(output) == CommonOptions.Json);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Deposit(CliTerminal terminal, Option<string> file)
    {
        var account = new Argument<string>("account") { Description = "The account's name." };
        var amount = new Argument<decimal>("amount") { Description = "Money; below zero to take out: -- -100." };
        var command = new Command("deposit", "Pays simulated money into an account, while no program trades with the file.") { account, amount };
        command.SetAction(parsed =>
        {
            using var ledger = SqlitePaperLedger.Open(parsed.GetRequiredValue(file), isSandbox: null);
            var opened = PaperAccount.Open(Find(ledger, parsed.GetRequiredValue(account)), ledger);
            var (reply, _) = opened.Do(new Trading.PaperCommand(PaperCommandKind.Deposit) { Amount = parsed.GetRequiredValue(amount) });
            return reply.Problem is { } problem
                ? throw new UsageException($"PAPER: refused: {problem}.")
                : Say(terminal, opened.Record, FormattableString.Invariant($"cash is {opened.State.Cash:0.########} {opened.Definition.Currency} now"));
        });
        return command;
    }

    private static Command Reset(CliTerminal terminal, Option<string> file)
    {
        var account = new Argument<string>("account") { Description = "The account's name." };
        var cash = NumberOption.CreateOptional("--cash", 0.00000001m, decimal.MaxValue, "Money to begin with. Default: as much as before.");
        var command = new Command("reset", "Begins an account anew, while no program trades with the file.") { account, cash };
        command.SetAction(parsed =>
        {
            using var ledger = SqlitePaperLedger.Open(parsed.GetRequiredValue(file), isSandbox: null);
            var record = Find(ledger, parsed.GetRequiredValue(account));
            var fresh = record.Definition with
            {
                StartMs = terminal.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
                Broker = record.Definition.Broker with { Cash = parsed.GetValue(cash) ?? record.Definition.Broker.Cash },
            };
            return Say(terminal, ledger.Close(record.Id, fresh)!, FormattableString.Invariant($"begins anew with {fresh.Broker.Cash:0.########} {fresh.Currency}"));
        });
        return command;
    }

    private static Command Close(CliTerminal terminal, Option<string> file)
    {
        var account = new Argument<string>("account") { Description = "The account's name." };
        var command = new Command("close", "Closes an account, while no program trades with the file; what it did stays in it.") { account };
        command.SetAction(parsed =>
        {
            using var ledger = SqlitePaperLedger.Open(parsed.GetRequiredValue(file), isSandbox: null);
            var record = Find(ledger, parsed.GetRequiredValue(account));
            ledger.Close(record.Id);
            return Say(terminal, record, "is closed");
        });
        return command;
    }

    private static PaperRecord Find(SqlitePaperLedger ledger, string? name)
    {
        var all = ledger.Accounts();
        var names = string.Join(", ", all.Select(one => one.Definition.Name));
        return name is null
            ? all.Count == 1 ? all[0] : throw new UsageException(all.Count == 0 ? "There is no paper account." : $"Name the account: {names}.")
            : all.FirstOrDefault(one => one.Definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"There is no paper account '{name}'{(all.Count == 0 ? "" : $"; there are {names}")}.");
    }

    private static int Say(CliTerminal terminal, PaperRecord record, string words)
    {
        using var writer = new StreamWriter(terminal.Output, leaveOpen: true);
        writer.WriteLine($"{PaperLines.Label(record.Definition.IsSandbox)} {record.Definition.Name}: {words}");
        return ExitCode.Done;
    }
}
