using OhlcvConnector.Archive.Sqlite;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>The data folder, and commands that name what is not there.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Old_candles_are_removed_and_the_rest_is_backed_up_checked_and_restored()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(_folder) { Sandbox = sandbox };
        await terminal.RunAsync("archive fill binance:BTCUSDT --from -72h --to -10m --live");
        var removed = await terminal.RunAsync("archive retain --keep 2d --sandbox");

        removed.Error.ShouldBeOneOf("1440 candles were removed.\n", "1441 candles were removed.\n"); // the minute may have changed meanwhile
        (await terminal.RunAsync("archive compact --sandbox")).Code.ShouldBe(0);
        (await terminal.RunAsync("data check")).ShouldBe((0, "", $"{terminal.File}: well\n"));
        var backup = Path.Combine(_folder.Path, "backup");

        (await terminal.RunAsync($"data backup {backup}")).Code.ShouldBe(0);
        (await terminal.RunAsync($"data restore {backup}")).Error.ShouldContain("--force replaces it");
        await terminal.RunAsync("archive retain --keep 1d --sandbox");

        (await terminal.RunAsync($"data restore {backup} --force")).Code.ShouldBe(0);
        await using var archive = SqliteCandleArchive.Open(terminal.File);

        (await archive.HoldingsAsync((await archive.ListAsync(Token))[0], Token)).Count.ShouldBeInRange(2869, 2871);
    }

    [Theory]
    [InlineData("archive status", 1, "There is no archive")]
    [InlineData("data check", 2, "There is nothing in")]
    [InlineData("archive fill binance:BTCUSDT --from -1d --to -2d --sandbox", 2, "--from must be before --to")]
    [InlineData("archive fill binance:*NOTHING* --from -1d --sandbox", 2, "Nothing that trades matches")]
    [InlineData("archive retain --keep 5m --sandbox", 1, "There is no archive")]
    [InlineData("record nowhere:BTCUSDT --sandbox", 2, "There is no exchange 'nowhere'")]
    public async Task Mistakes_are_named(string line, int code, string words)
    {
        var result = await new Terminal(_folder).RunAsync(line);

        result.Error.ShouldContain(words);
        result.Code.ShouldBe(code);
    }

    public void Dispose() => _folder.Dispose();
}
