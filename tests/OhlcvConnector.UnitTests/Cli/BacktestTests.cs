using System.Text.Json;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>The command <c>backtest</c>, on files and on simulated exchanges. What a backtest calculates is tested where the library is.</summary>
public class BacktestTests
{
    private const string Bars = """
        Date,Open,High,Low,Close,Volume
        2024-01-01,100,100,100,100,10
        2024-01-02,100,100,100,100,10
        2024-01-03,110,110,110,110,10
        2024-01-04,120,121,119,120,10

        """;

    [Fact]
    public async Task A_file_of_bars_gives_a_report_that_says_what_it_is()
    {
        var result = await RunAsync("backtest", "buy-and-hold", "--file", "-", "--interval", "1d", "--fee", "1%");

        result.Code.ShouldBe(0, result.Error);
        result.Lines[0].ShouldBe("BACKTEST: a simulation of the past with stated assumptions, and no advice.");
        result.Lines.ShouldContain("  commissions                         217.82"); // 10000 / 1.01 bought at 100, sold at 120: 1 % of each
        result.Lines.ShouldContain("Figures of a year, drawn from less than 30 days, say little.");
    }

    [Fact]
    public async Task Json_has_the_numbers_as_they_were_calculated()
    {
        var result = await RunAsync("backtest", "buy-and-hold", "--file", "-", "--interval", "1d", "--output", "json", "--check-lookahead");

        result.Code.ShouldBe(0, result.Error);
        var report = JsonDocument.Parse(string.Join('\n', result.Lines)).RootElement;

        report.GetProperty("kind").GetString().ShouldBe("backtest");
        report.GetProperty("statistics").GetProperty("equityFinal").GetDecimal().ShouldBe(12_000m);
        report.GetProperty("lookAhead").GetString().ShouldBe("none");
        report.TryGetProperty("sandbox", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Strategies_are_listed_with_their_parameters()
    {
        var result = await CommandLine.RunAsync("backtest");

        result.Code.ShouldBe(0, result.Error);
        result.Lines.ShouldContain(line => line.StartsWith("sma-cross", StringComparison.Ordinal));
        result.Lines.ShouldContain(line => line.Contains("--set slow=30", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("There is no strategy 'moon'", "moon", "--file", "-", "--interval", "1d")]
    [InlineData("give --interval", "sma-cross", "--file", "-")]
    [InlineData("Name series", "sma-cross")]
    [InlineData("either --file or series", "sma-cross", "binance:BTCUSDT", "--file", "-")]
    [InlineData("It has fast, slow", "sma-cross", "--file", "-", "--interval", "1d", "--set", "quick=1")]
    [InlineData("write a name and a number", "sma-cross", "--file", "-", "--interval", "1d", "--set", "fast")]
    [InlineData("--fee is 'free'", "sma-cross", "--file", "-", "--interval", "1d", "--fee", "free")]
    [InlineData("TakerFee is 2", "sma-cross", "--file", "-", "--interval", "1d", "--fee", "200%")]
    [InlineData("--cash is '0'", "sma-cross", "--file", "-", "--interval", "1d", "--cash", "0")]
    [InlineData("There is no exchange 'binanze'. Known are binance", "sma-cross", "binanze:BTCUSDT", "--from", "-1d")]
    [InlineData("--from", "sma-cross", "binance:BTCUSDT", "--sandbox")]
    public async Task A_mistake_is_told_and_ends_with_2(string words, params string[] args)
    {
        var result = await RunAsync(["backtest", .. args]);

        result.Code.ShouldBe(2);
        result.Error.ShouldContain(words);
    }

    [Fact]
    public async Task Series_of_the_sandbox_are_read_kept_and_labelled()
    {
        using var folder = new TemporaryFolder();
        var archive = Path.Combine(folder.Path, "candles.db");
        var trades = Path.Combine(folder.Path, "trades.csv");

        var result = await CommandLine.RunAsync(
            "backtest", "sma-cross", "binance:BTCUSDT,ETHUSDT", "--from", "-3d", "--interval", "1h", "--sandbox", "--archive", archive, "--trades", trades);

        result.Code.ShouldBe(0, result.Error);
        result.Lines[0].ShouldContain("SANDBOX: the candles are simulated.");
        result.Lines[1].ShouldBe("sma-cross on binance spot BTCUSDT 1h, binance spot ETHUSDT 1h");
        File.Exists(archive).ShouldBeTrue();
        File.ReadLines(trades).First().ShouldStartWith("series,side,quantity,entry_time");
    }

    [Fact]
    public async Task Ranges_are_searched_and_the_best_is_run_on_what_the_search_has_not_seen()
    {
        var result = await SearchAsync();

        result.Code.ShouldBe(0, result.Error);
        result.Lines[2].ShouldBe("The best of 6 by Sharpe ratio:");
        result.Lines.ShouldContain("The first of them on candles that the search has not seen:");
        result.Lines.ShouldContain(line => line.StartsWith("Deflated Sharpe ratio", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_walk_forward_has_a_row_for_each_part_with_what_was_not_seen()
    {
        var result = await SearchAsync("--walk-forward", "3", "--output", "json");

        result.Code.ShouldBe(0, result.Error);
        var folds = JsonDocument.Parse(string.Join('\n', result.Lines)).RootElement.GetProperty("folds").EnumerateArray().ToList();

        folds.Count.ShouldBe(3);
        folds.ShouldAllBe(fold => fold.GetProperty("unseen").GetProperty("durationDays").GetDouble() > 5);
    }

    [Theory]
    [InlineData("is no range", "fast=9..2:1")]
    [InlineData("or a range", "fast=1..x")]
    public async Task A_range_that_is_none_is_told(string words, string range)
    {
        var result = await RunAsync("backtest", "sma-cross", "--file", "-", "--interval", "1d", "--set", range);

        result.Code.ShouldBe(2);
        result.Error.ShouldContain(words);
    }

    private static Task<CommandLine.Result> SearchAsync(params string[] more) => CommandLine.RunAsync(
        ["backtest", "sma-cross", "binance:BTCUSDT", "--from", "-60d", "--interval", "4h", "--sandbox", "--set", "fast=2,4,6", "--set", "slow=10..20:10", .. more]);

    private static Task<CommandLine.Result> RunAsync(params string[] args) => new CommandLine { Input = Bars }.RunAsync(args);
}
