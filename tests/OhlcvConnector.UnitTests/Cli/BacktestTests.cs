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
    public async Task A_wrong_command_line_names_the_help_of_its_command_with_all_words_of_it() =>
        (await CommandLine.RunAsync("paper", "deposit", "desk", "--amount")).Error.ShouldContain("Try 'connector-cli paper deposit --help'.");

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
    [InlineData("--halving is of a search", "sma-cross", "--file", "-", "--interval", "1d", "--halving")]
    [InlineData("--walk-forward is of a search", "sma-cross", "--file", "-", "--interval", "1d", "--set", "fast=5", "--walk-forward", "5")]
    [InlineData("--resume is of a search", "sma-cross", "--file", "-", "--interval", "1d", "--resume", "notes.jsonl")]
    [InlineData("--hold-out is of a search", "sma-cross", "--file", "-", "--interval", "1d", "--hold-out", "10%")]
    [InlineData("--goal is of a search", "sma-cross", "--file", "-", "--interval", "1d", "--goal", "return")]
    [InlineData("--sandbox says where series are read", "sma-cross", "--file", "-", "--interval", "1d", "--sandbox")]
    [InlineData("--server says where series are read", "sma-cross", "--file", "-", "--interval", "1d", "--server", "ws://127.0.0.1:1")]
    [InlineData("--market says where series are read", "sma-cross", "--file", "-", "--interval", "1d", "--market", "usdm")]
    [InlineData("--archive says where series are read", "sma-cross", "--file", "-", "--interval", "1d", "--archive", "candles.db")]
    [InlineData("Try 'connector-cli backtest --help'", "sma-cross", "--file", "-", "--interval", "1d", "--cash", "0")]
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

    [Fact]
    public async Task Reports_and_trades_are_written_by_their_endings()
    {
        using var folder = new TemporaryFolder();
        string[] files = [.. new[] { "a.html", "a.png", "a.csv" }.Select(name => Path.Combine(folder.Path, name))];

        var result = await RunAsync("backtest", "buy-and-hold", "--file", "-", "--interval", "1d", "--report", files[0], "--report", files[1], "--trades", files[2]);

        result.Code.ShouldBe(0, result.Error);
        (await File.ReadAllTextAsync(files[0], TestContext.Current.CancellationToken)).ShouldContain("BACKTEST: a simulation of the past");
        (await File.ReadAllBytesAsync(files[1], TestContext.Current.CancellationToken))[..4].ShouldBe([0x89, 0x50, 0x4E, 0x47]);
        File.ReadLines(files[2]).Last().ShouldStartWith("stdin 1d,long,100,2024-01-02T00:00:00Z,100,2024-01-04T00:00:00Z,120,");
    }

    [Theory]
    [InlineData("ends in .html or .png", "--report", "report.pdf")]
    [InlineData("there is no folder", "--report", "/nowhere/at/all/report.html")]
    [InlineData("there is no folder", "--trades", "/nowhere/at/all/trades.csv")]
    [InlineData("--fee-tier is 'x'", "--fee-tier", "x")]
    [InlineData("SlippageOfRange is 11", "--slippage-of-range", "11")]
    [InlineData("--lot is -1", "--lot", "-1")]
    [InlineData("give its finer bars with --fine-file", "--fine", "1h")]
    [InlineData("Say with --fine how long", "--fine-file", "-")]
    public async Task A_wrong_file_or_cost_is_told_before_the_run(string words, params string[] args)
    {
        var result = await RunAsync(["backtest", "buy-and-hold", "--file", "-", "--interval", "1d", .. args]);

        result.Code.ShouldBe(2, result.Error);
        result.Error.ShouldContain(words);
    }

    [Fact]
    public async Task Bars_of_a_file_fill_by_the_finer_ones_of_another()
    {
        using var folder = new TemporaryFolder();
        var fine = Path.Combine(folder.Path, "hours.csv");
        var days = Bars.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(line => line.Split(','));
        await File.WriteAllLinesAsync(
            fine, ["Date,Open,High,Low,Close,Volume", .. days.Select(cells => $"{cells[0]}T00:00:00Z,{string.Join(',', cells[1..])}")],
            TestContext.Current.CancellationToken);

        var result = await RunAsync("backtest", "buy-and-hold", "--file", "-", "--interval", "1d", "--fine", "12h", "--fine-file", fine);

        result.Code.ShouldBe(0, result.Error);
        result.Lines.ShouldContain("3 candles were filled by finer ones, 0 by themselves: their finer ones do not make them up.");
    }

    [Fact]
    public async Task Funding_of_the_time_is_read_from_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "funding.csv");
        await File.WriteAllTextAsync(file, "time,rate\n2024-01-03T00:00:00Z,0.01\n", TestContext.Current.CancellationToken);

        var result = await RunAsync("backtest", "buy-and-hold", "--file", "-", "--interval", "1d", "--funding-file", file);

        result.Code.ShouldBe(0, result.Error);
        result.Lines.ShouldContain("  funding                             100.00"); // 100 bought at 100, worth 10000 at the close before
        await File.WriteAllTextAsync(file, "time,rate\nyesterday,0.01\n", TestContext.Current.CancellationToken);
        (await RunAsync("backtest", "buy-and-hold", "--file", "-", "--interval", "1d", "--funding-file", file)).Error.ShouldContain("line 2: 'yesterday,0.01'");
    }

    [Fact]
    public async Task An_exchanges_own_fees_are_taken_where_none_are_said()
    {
        string[] args = ["backtest", "buy-and-hold", "bybit/usdm:BTCUSDT", "--from", "-2d", "--interval", "1h", "--sandbox", "--output", "json"];

        var (own, none) = (await CommandLine.RunAsync(args), await CommandLine.RunAsync([.. args, "--fee", "0"]));

        own.Code.ShouldBe(0, own.Error);
        Fees(own).ShouldBeInRange(10, 13); // 0.055 % of about 10000, twice
        Fees(none).ShouldBe(0);

        static double Fees(CommandLine.Result result) =>
            JsonDocument.Parse(string.Join('\n', result.Lines)).RootElement.GetProperty("statistics").GetProperty("commissions").GetDouble();
    }

    [Fact]
    public async Task Orders_fill_by_what_finer_candles_the_archive_has()
    {
        using var folder = new TemporaryFolder();
        var archive = Path.Combine(folder.Path, "candles.db");
        string[] args = ["backtest", "buy-and-hold", "binance:BTCUSDT", "--from", "2026-01-01", "--to", "2026-01-03", "--sandbox", "--archive", archive];
        (await CommandLine.RunAsync([.. args, "--interval", "15m"])).Code.ShouldBe(0);

        var (finer, none) = (await CommandLine.RunAsync([.. args, "--interval", "1h"]), await CommandLine.RunAsync([.. args, "--interval", "1h", "--fine", "none"]));

        finer.Error.ShouldContain("fill by the archive's 15m candles");
        finer.Lines.ShouldContain("47 candles were filled by finer ones, 0 by themselves: their finer ones do not make them up.");
        none.Error.ShouldNotContain("15m");
    }

    [Theory]
    [InlineData("rules", "--file", "-")]
    [InlineData("--file", "-")]
    public async Task Rules_of_a_file_trade_without_code(params string[] args)
    {
        using var folder = new TemporaryFolder();
        var rules = Path.Combine(folder.Path, "signals.json");
        await File.WriteAllTextAsync(rules, """[ { "name": "up", "direction": "long", "when": "close crosses above 105" } ]""", TestContext.Current.CancellationToken);

        var result = await RunAsync(["backtest", .. args, "--interval", "1d", "--rules", rules, "--output", "json"]);

        result.Code.ShouldBe(0, result.Error);
        var trade = JsonDocument.Parse(string.Join('\n', result.Lines)).RootElement.GetProperty("trades").EnumerateArray().ShouldHaveSingleItem();
        trade.GetProperty("entryPrice").GetDecimal().ShouldBe(120m); // above 105 at the close of 3 January, bought at the open of the 4th
    }

    [Fact]
    public async Task Rules_before_series_of_an_exchange_need_no_name_of_a_strategy()
    {
        var result = await CommandLine.RunAsync(
            "backtest", "--rules", "trend-follow", "binance:BTCUSDT", "--from", "-30d", "--interval", "1h", "--sandbox", "--set", "stop=2,4");

        result.Code.ShouldBe(0, result.Error);
        result.Lines[1].ShouldBe("rules trend-follow on binance spot BTCUSDT 1h");
        result.Lines[2].ShouldBe("The best of 2 by Sharpe ratio:");
    }

    [Theory]
    [InlineData("Say which rules with --rules", "rules")]
    [InlineData("no file and no built-in set; these are quantum-cipher", "rules", "--rules", "moon")]
    [InlineData("either the strategy sma-cross or --rules", "sma-cross", "--rules", "trend-follow")]
    public async Task Rules_that_are_none_are_told(string words, params string[] args)
    {
        var result = await RunAsync(["backtest", .. args, "--file", "-", "--interval", "1d"]);

        result.Code.ShouldBe(2, result.Error);
        result.Error.ShouldContain(words);
    }

    [Fact]
    public async Task A_search_halves_and_goes_on_from_its_notes()
    {
        using var folder = new TemporaryFolder();
        string[] args = ["--halving", "--resume", Path.Combine(folder.Path, "notes.jsonl"), "--from", "2026-01-01", "--to", "2026-03-01"];

        var (first, again) = (await SearchAsync(args), await SearchAsync(args));

        first.Code.ShouldBe(0, first.Error);
        first.Lines.ShouldContain("The Sharpe ratio by fast (down) and slow (across); the best in brackets:");
        again.Error.ShouldContain("9 runs stood in the file of --resume"); // 6, then the better 3, which are too few to halve
        again.Lines.ShouldBe(first.Lines);
    }

    private static Task<CommandLine.Result> SearchAsync(params string[] more) => CommandLine.RunAsync(
        ["backtest", "sma-cross", "binance:BTCUSDT", .. more.Contains("--from") ? [] : new[] { "--from", "-60d" }, "--interval", "4h", "--sandbox", "--set", "fast=2,4,6", "--set", "slow=10..20:10", .. more]);

    private static Task<CommandLine.Result> RunAsync(params string[] args) => new CommandLine { Input = Bars }.RunAsync(args);
}
