using System.Text.RegularExpressions;
using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Downloading;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary><c>history</c> of several series and exchanges in one run.</summary>
public sealed class ManyHistoriesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 30, TimeSpan.Zero);
    private static readonly string[] Hour = ["--from", "2026-03-01T10:00", "--to", "2026-03-01T11:00"];

    private readonly TemporaryFolder _folder = new();
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync() =>
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { StartTime = Start, Speed = 60, EnforceLimits = false });

    public async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("binance BTCUSDT", "binance:BTCUSDT")]
    [InlineData("binance BTCUSDT,ETHUSDT", "binance:BTCUSDT binance:ETHUSDT")]
    [InlineData("binance BTCUSDT ETHUSDT", "binance:BTCUSDT binance:ETHUSDT")]
    [InlineData("binance BTC/USDT:USDT", "binance:BTC/USDT:USDT")]
    [InlineData("hyperliquid xyz:GOLD @107", "hyperliquid:xyz:GOLD hyperliquid:@107")]
    [InlineData("binance:BTCUSDT,ETHUSDT okx/usdm:BTC-USDT-SWAP", "binance:BTCUSDT binance:ETHUSDT okx/usdm:BTC-USDT-SWAP")]
    [InlineData("binance BTCUSDT okx:BTC-USDT ETHUSDT", "binance:BTCUSDT okx:BTC-USDT binance:ETHUSDT")]
    [InlineData("binance:BTCUSDT binance:BTCUSDT Binance:BTCUSDT", "binance:BTCUSDT")]
    public void Series_are_written_in_either_way(string words, string expected) =>
        string.Join(' ', SeriesTarget.ParseAll(words.Split(' '), market: null)).ShouldBe(expected);

    [Theory]
    [InlineData("binance")]
    [InlineData("BTCUSDT")]
    [InlineData("binance ,")]
    [InlineData("binance:")]
    [InlineData("binance/moon:BTCUSDT")]
    [InlineData("binance:BTCUSDT okx")]
    public void What_names_no_series_is_refused(string words) => Should.Throw<UsageException>(() => SeriesTarget.ParseAll(words.Split(' '), market: null));

    [Theory]
    [InlineData("binance:BTCUSDT", "1m", "csv", "binance-BTCUSDT-1m.csv")]
    [InlineData("binance:BTCUSDT", "1M", "csv", "binance-BTCUSDT-1mo.csv")]
    [InlineData("Okx/usdm:BTC-USDT-SWAP", "1h", "json", "okx-usdm-BTC-USDT-SWAP-1h.jsonl")]
    [InlineData("hyperliquid:@107", "1d", "csv", "hyperliquid-_107-1d.csv")]
    [InlineData("binance:../../BTC/USDT:USDT", "1m", "csv", "binance-.._.._BTC_USDT_USDT-1m.csv")]
    public void Files_have_names_that_every_system_takes(string target, string interval, string format, string expected) =>
        SeriesTarget.Parse(target).FileName(Interval.Parse(interval), format).ShouldBe(expected);

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task To_stdout_comes_all_of_one_then_all_of_the_next_under_one_header(string format)
    {
        string[] series = ["binance:BTCUSDT", "okx/usdm:BTC-USDT-SWAP", "binance:ETHUSDT", "bybit/usdm:BTCUSDT", "binance:BNBUSDT", "binance:SOLUSDT"];
        var expected = new List<string>();
        foreach (var one in series)
        {
            var single = await RunAsync(["history", one, .. Hour, "--output", format]);
            single.Code.ShouldBe(0, single.Error);
            expected.AddRange(single.Lines.Skip(format == "csv" && expected.Count > 0 ? 1 : 0));
        }

        var all = await RunAsync(["history", .. series, .. Hour, "--output", format]);

        all.Code.ShouldBe(0, all.Error);
        all.Lines.Select(WithoutReceivedAt).ShouldBe(expected.Select(WithoutReceivedAt));
        all.Errors.Order().ShouldBe([.. series.Select(one => $"{one}: 60 candles.").Append("6 of 6 series are whole.").Order()]);
    }

    [Fact]
    public async Task One_that_fails_does_not_end_the_others_and_all_is_summed_up()
    {
        _sandbox.Inject(new SandboxFault(SandboxFaultKind.Hole) { Exchange = "okx", Amount = TimeSpan.FromMinutes(30) });
        string[] command =
            ["history", "binance:NOPE,BTCUSDT", "okx:BTC-USDT", "--from", "2026-03-01T00:10", "--to", "2026-03-01T01:00", "--into", _folder.File("candles")];
        var result = await RunAsync(command);

        result.Code.ShouldBe(1, result.Error);
        result.Output.ShouldBe("");
        result.Errors.ShouldContain(line => line.StartsWith("error: binance:NOPE: binance spot has no symbol 'NOPE'.", StringComparison.Ordinal));
        result.Errors.ShouldContain("okx:BTC-USDT: 30 candles written to okx-BTC-USDT-1m.csv, and some are missing.");
        result.Errors.Last().ShouldBe("1 of 3 series are whole; incomplete: okx:BTC-USDT; failed: binance:NOPE.");
        Directory.GetFiles(_folder.File("candles")).Select(Path.GetFileName).Order().ShouldBe(["binance-BTCUSDT-1m.csv", "okx-BTC-USDT-1m.csv"]);

        command[1] = "binance:BTCUSDT";

        (await RunAsync(command)).Code.ShouldBe(3);
        (await RunAsync([.. command, "--allow-gaps"])).Code.ShouldBe(0);
        _sandbox.ClearFaults();

        (await RunAsync(command)).Code.ShouldBe(0);
        (await File.ReadAllLinesAsync(_folder.File("candles/okx-BTC-USDT-1m.csv"))).Length.ShouldBe(51);
    }

    [Fact]
    public async Task All_of_several_that_fail_leave_no_output()
    {
        var result = await RunAsync(["history", "binance:NOPE", "okx:NOPE", .. Hour]);

        result.Code.ShouldBe(1);
        result.Output.ShouldBe("");
        result.Errors.Last().ShouldBe("0 of 2 series are whole; failed: binance:NOPE, okx:NOPE.");
    }

    [Fact]
    public async Task Files_of_several_are_those_of_single_runs_and_are_resumed()
    {
        var (single, folder) = (_folder.File("single.csv"), _folder.File("many"));
        string[] many = ["history", "binance", "ETHUSDT", "BTCUSDT", "--with", "rsi:14", "--into", folder];

        (await RunAsync([.. many, "--from", "2026-03-01T10:30", "--to", "2026-03-01T10:40"])).Code.ShouldBe(0);
        (await RunAsync([.. many, .. Hour])).Code.ShouldBe(0);
        (await RunAsync(["history", "binance", "BTCUSDT", "--with", "rsi:14", "--file", single, .. Hour])).Code.ShouldBe(0);
        WithoutReceivedAt(await File.ReadAllTextAsync(Path.Combine(folder, "binance-BTCUSDT-1m.csv")))
            .ShouldBe(WithoutReceivedAt(await File.ReadAllTextAsync(single)));
    }

    [Theory]
    [InlineData("binance:A,B --file x.csv", "--file is for one series, here are 2")]
    [InlineData("binance:A --file x.csv --into y", "either --file")]
    [InlineData("binance:A/B,A_B --into y", "binance:A/B and binance:A_B would be written to the same file")]
    [InlineData("binance:BTCUSDT binanse:ETHUSDT", "There is no exchange 'binanse'")]
    [InlineData("binance:A okx:B --base-url http://127.0.0.1:1", "--base-url is the address of one exchange")]
    public async Task What_does_not_go_together_is_refused_before_anything_is_read(string words, string expected)
    {
        var result = await RunAsync(["history", .. words.Split(' '), .. Hour]);

        result.Code.ShouldBe(2);
        result.Error.ShouldContain(expected);
    }

    [Theory]
    [InlineData("/dev/stdout")]
    [InlineData("/dev/null")]
    public async Task A_device_is_no_file_to_resume(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "it has no such names");
        var result = await RunAsync(["history", "binance:BTCUSDT", "--file", name, .. Hour]);

        result.Code.ShouldBe(2);
        result.Error.Trim().ShouldBe($"error: {name} is no file that can be resumed. Without --file, candles go to stdout.");
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_all_of_them_quietly()
    {
        using var pipe = new ClosedPipe();
        var result = await new CommandLine().RunAsync(["history", "binance:BTCUSDT,ETHUSDT", "okx:BTC-USDT", .. Hour, Address], pipe);

        result.Code.ShouldBe(0, result.Error);
        result.Error.ShouldNotContain("error");
    }

    [Fact]
    public async Task A_terminal_shows_one_line_for_all_that_is_never_wider_than_it()
    {
        var line = new CommandLine { IsErrorTerminal = true, Size = () => (70, 20) };
        var result = await line.RunAsync(["history", "binance:BTCUSDT,ETHUSDT", .. Hour, "--into", _folder.File("shown"), Address]);

        result.Code.ShouldBe(0, result.Error);
        var shown = result.Error.Split('\r', '\n');

        shown.ShouldAllBe(text => text.Length < 70);
        shown.Last(text => text.Contains("candles")).ShouldMatch(@"^\[#+\] 100 ?% 120/120 candles [\d.]+k?/s [\d.]+kB 2/2 series\s*$");
    }

    [Fact]
    public async Task Who_has_no_turn_yet_is_kept_back_up_to_a_limit_and_loses_nothing()
    {
        using var output = new MemoryStream();
        var turns = new OutputTurns(output, "header\n"u8.ToArray(), 3);
        var large = new byte[5 * 1024 * 1024];
        turns[1].Write(large);

        turns.RoomAsync(0, CancellationToken.None).IsCompleted.ShouldBeTrue();
        turns.RoomAsync(2, CancellationToken.None).IsCompleted.ShouldBeTrue();
        var waits = turns.RoomAsync(1, CancellationToken.None);

        waits.IsCompleted.ShouldBeFalse();
        turns[2].Write("two"u8);
        turns.End(2);
        turns[0].Write("zero"u8);

        output.Length.ShouldBe("header\nzero".Length);
        turns.End(0);
        await waits;
        turns[1].Write("one"u8);
        turns.End(1);

        System.Text.Encoding.UTF8.GetString(output.ToArray()).ShouldBe($"header\nzero{new string('\0', large.Length)}onetwo");
    }

    private string Address => $"--sandbox={_sandbox.BaseAddress}";

    private static string WithoutReceivedAt(string text) => Regex.Replace(text, "\"receivedAt\":\"[^\"]*\"|,[^,]*,history", "");

    private Task<CommandLine.Result> RunAsync(IEnumerable<string> args) => new CommandLine().RunAsync([.. args, Address]);
}
