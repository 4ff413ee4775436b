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
