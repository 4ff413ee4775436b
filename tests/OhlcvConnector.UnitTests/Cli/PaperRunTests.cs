using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>Options of <c>paper run</c> for an account that is there already.</summary>
public sealed class PaperRunTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 20, EnforceLimits = false });

    public async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_account_goes_on_as_it_was_made_and_what_is_said_otherwise_is_refused_by_name()
    {
        const string Made = "sma-cross binance:BTCUSDT --interval 5m --set fast=10 --cash 5000 --fee 0.2% --no-short";
        const string Trades = "PAPER SANDBOX sma-cross: sma-cross on binance spot BTCUSDT 5m";
        (await RunAsync(Made)).Error.ShouldContain(Trades);
        (await RunAsync(Made)).Error.ShouldContain(Trades);
        (await RunAsync("sma-cross")).Error.ShouldContain(Trades);
        (await RunAsync("")).Error.ShouldContain(Trades);

        (await RunAsync(Made.Replace("5000", "6000", StringComparison.Ordinal))).Error.ShouldContain("was made with another --cash, and goes on as it was made");
        (await RunAsync("sma-cross binance:ETHUSDT --set fast=11 --fee 0.2%")).Error.ShouldContain("was made with another <series>, --set, and");
        (await RunAsync("sma-cross --interval 1h")).Error.ShouldContain("another --interval,");
        (await RunAsync("buy-and-hold --account sma-cross")).Error.ShouldContain("The account sma-cross trades sma-cross.");
        (await RunAsync("--cash 5000 --leverage 2")).Error.ShouldContain("--cash, --leverage: that is of a new account");
    }

    [Fact]
    public async Task An_account_keeps_the_rules_that_it_was_made_with()
    {
        var rules = _folder.File("signals.json");
        await File.WriteAllTextAsync(rules, """[ { "name": "up", "direction": "long", "when": "close > open" } ]""", TestContext.Current.CancellationToken);
        var made = $"rules binance:BTCUSDT --rules {rules}";
        const string Trades = "PAPER SANDBOX rules: rules signals.json on binance spot BTCUSDT 1m";
        (await RunAsync(made)).Error.ShouldContain(Trades);
        (await RunAsync(made)).Error.ShouldContain(Trades);
        await File.WriteAllTextAsync(rules, """[ { "name": "up", "direction": "long", "when": "close > high" } ]""", TestContext.Current.CancellationToken);

        (await RunAsync("")).Error.ShouldContain(Trades);
        (await RunAsync(made)).Error.ShouldContain("was made with another --rules, and goes on as it was made");
        (await RunAsync("rules binance:BTCUSDT --account other")).Error.ShouldContain("Say by which rules the strategy 'rules' trades.");
        (await RunAsync("rules binance:BTCUSDT --account other --rules none.json")).Error.ShouldContain("which is no file and no built-in set");
        (await RunAsync("sma-cross binance:BTCUSDT --account other --rules trend-follow")).Error.ShouldContain("Only the strategy 'rules' trades by rules.");
    }

    [Fact]
    public async Task Accounts_of_a_file_are_made_once_and_those_that_differ_are_refused()
    {
        var config = _folder.File("trading_config.json");
        const string Text = """{ "paper": { "accounts": [ { "name": "desk", "exchange": "binance", "symbols": ["BTCUSDT"], "strategy": "rules", "rules": "trend-follow" } ] } }""";
        await File.WriteAllTextAsync(config, Text, TestContext.Current.CancellationToken);
        const string Trades = "PAPER SANDBOX desk: rules trend-follow on binance spot BTCUSDT 1m";
        (await RunAsync($"--config {config}")).Error.ShouldContain(Trades);
        (await RunAsync($"--config {config}")).Error.ShouldContain(Trades);
        (await RunAsync($"--config {config} --cash 5")).Error.ShouldContain("With --config its file says what the accounts are.");
        await File.WriteAllTextAsync(
            config, Text.Replace("\"desk\",", "\"desk\", \"leverage\": 2,", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        (await RunAsync($"--config {config}")).Error.ShouldContain("The paper account desk was made with other leverage, and goes on as it was made.");
        await File.WriteAllTextAsync(config, """{ "paper": { "account": [] } }""", TestContext.Current.CancellationToken);
        (await RunAsync($"--config {config}")).Error.ShouldContain("There is no field 'account' here");
    }

    private async Task<CommandLine.Result> RunAsync(string words)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var error = new EndedByItsBeginning(stop);
        string[] args =
            ["paper", "run", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--db", _folder.File("paper.db"), $"--sandbox={_sandbox.BaseAddress}"];
        return await new CommandLine { Error = error }.RunAsync(args, cancellationToken: stop.Token);
    }

    /// <summary>Ends a run that says that it trades.</summary>
    private sealed class EndedByItsBeginning(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.Contains(" on binance spot ", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        }
    }
}
