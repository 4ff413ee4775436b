using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Testing;
using OhlcvConnector.Trading.Sqlite;
using Shouldly;

namespace OhlcvConnector.ServerTests.Paper;

/// <summary>Paper trading in a process of its own, killed without a word at moments that nobody chose. KILLS says how often.</summary>
public sealed class PaperKillTests : IDisposable
{
    private const int Usual = 4;
    private const double Speed = 1_200; // twenty closes of a minute a second, so that a kill falls between fill and write, too

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("paper");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "paper.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task However_often_it_is_killed_the_ledger_is_that_of_an_uninterrupted_backtest()
    {
        var kills = Environment.GetEnvironmentVariable("KILLS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Usual;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = Speed, SymbolCount = 3 }, Token);
        var random = new Random(19);
        var step = 0L;
        for (var kill = 0; kill < kills; kill++)
        {
            using var trader = Start(sandbox.BaseAddress);
            (await trader.StandardError.ReadLineAsync(Token))!.ShouldStartWith("PAPER: simulated trading");
            await Eventually.TrueAsync(() => Step() > step, "it goes on where it was");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1_000)), Token);
            trader.Kill();
            await trader.WaitForExitAsync(Token);
            step = Step();
        }

        using var ledger = SqlitePaperLedger.Read(File);
        var record = ledger.Accounts().ShouldHaveSingleItem();

        ledger.State(record.Id)!.Fills.ShouldBeGreaterThan(kills);
        PaperTruth.Check(ledger, record, sandbox);
        using var listed = Start("paper", "fills", "--db", File, "--limit", "2", "--output", "json");
        var lines = (await listed.StandardOutput.ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        lines.Select(line => line.GetProperty("quantity").GetDecimal()).ShouldBe(ledger.Fills(record.Id, 2).Select(fill => fill.Quantity));
        lines.ShouldAllBe(line => line.GetProperty("paper").GetBoolean() && line.GetProperty("sandbox").GetBoolean() && line.Text("reason") == "order");
    }

    private long Step()
    {
        if (!System.IO.File.Exists(File))
        {
            return 0;
        }

        try
        {
            using var ledger = SqlitePaperLedger.Read(File);
            return ledger.Accounts() is [var record] ? ledger.State(record.Id)?.Step ?? 0 : 0;
        }
        catch (IOException)
        {
            return 0; // it is being made
        }
    }

    private Process Start(Uri sandbox) => Start(
        "paper", "run", "sma-cross", "binance:BTCUSDT,ETHUSDT", "--set", "fast=2", "--set", "slow=4", "--warm-up", "20", "--leverage", "3", "--account", "cross",
        "--db", File, $"--sandbox={sandbox}");

    private static Process Start(params IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "connector-cli.dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
}
