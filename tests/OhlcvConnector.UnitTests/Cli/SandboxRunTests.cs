using System.Globalization;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>Whole command lines against a running sandbox.</summary>
public sealed class SandboxRunTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 30, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync() =>
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { StartTime = Start, Speed = 20, EnforceLimits = false });

    public async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_stream_ends_after_its_limit()
    {
        var result = await RunAsync("binance", "BTCUSDT,ETHUSDT", "--limit", "5", "--output", "json");

        result.Code.ShouldBe(0, result.Error);
        result.Lines.Length.ShouldBe(5);
        result.Lines.ShouldAllBe(line => line.EndsWith(",\"sandbox\":true}"));
    }

    [Theory]
    [InlineData("iso", "2026-03-02T11:30:00.000Z")]
    [InlineData("unix", "1772451000")]
    [InlineData("unix-ms", "1772451000000")]
    public async Task Times_come_as_they_are_wanted(string times, string first)
    {
        var json = await RunAsync("binance", "BTCUSDT", "--since", "1772451000000", "--limit", "1", "--output", "json", "--times", times);

        json.Lines.ShouldHaveSingleItem().ShouldContain($"\"openTime\":{(times == "iso" ? $"\"{first}\"" : first)},");
        var csv = await RunAsync("binance", "BTCUSDT", "--since", "2026-03-02T11:30", "--limit", "1", "--output", "csv", "--times", times);

        csv.Lines[1].Split(',')[4].ShouldBe(first);
        var text = await RunAsync("binance", "BTCUSDT", "--since", "2026-03-02T11:30", "--limit", "1", "--times", times);

        text.Lines[^1].ShouldStartWith(times == "iso" ? "03-02 11:30 " : first + " ");
        var watch = await RunAsync("watch", "binance:BTCUSDT", "--limit", "1", "--times", times);
        watch.Lines[0].Split(' ')[0]
            .ShouldMatch(times switch { "iso" => "^[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", "unix" => "^177245[0-9.]+$", _ => "^177245[0-9]{7}$" });
    }

    [Theory]
    [InlineData("csv", "unix")]
    [InlineData("json", "unix-ms")]
    public async Task A_file_with_times_as_numbers_is_resumed_and_filled(string format, string times)
    {
        var (parts, whole) = (_folder.File("parts." + format), _folder.File("whole." + format));
        foreach (var (from, to) in new[] { ("03:00", "04:00"), ("03:00", "05:00"), ("02:00", "05:00") })
        {
            var run = await ReadAsync(parts, from, to);
            run.Code.ShouldBe(0, run.Error);
        }

        (await ReadAsync(whole, "02:00", "05:00")).Code.ShouldBe(0);
        Stable(parts).ShouldBe(Stable(whole));
        Stable(parts).Length.ShouldBe(format == "csv" ? 181 : 180);

        Task<CommandLine.Result> ReadAsync(string path, string from, string to) =>
            RunAsync("history", "binance", "BTCUSDT", "--from", $"2026-03-01T{from}", "--to", $"2026-03-01T{to}", "--file", path, "--output", format,
                "--times", times);

        static string[] Stable(string path) =>
            [.. File.ReadAllLines(path).Select(line => System.Text.RegularExpressions.Regex.Replace(line, "(\"receivedAt\":[0-9.]+)|(,[0-9.]+,history)", ""))];
    }

    [Fact]
    public async Task A_symbol_that_is_refused_among_several_is_an_error_and_the_others_go_on()
    {
        _sandbox.Inject(new SandboxFault(SandboxFaultKind.RejectSubscribe) { Symbol = "ETHUSDT" });

        var result = await RunAsync("bybit", "BTCUSDT", "ETHUSDT", "--market", "spot", "--closed-only", "--limit", "2", "--output", "csv");

        result.Code.ShouldBe(1, result.Error);
        result.Lines.Length.ShouldBe(3);
        result.Errors.ShouldContain(
            line => line.StartsWith("error: bybit spot ETHUSDT 1m was refused by the exchange, and the others go on: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_comes_first_and_the_stream_joins_without_a_seam()
    {
        var result = await RunAsync("binance", "BTC/USDT", "--since", "2026-03-02T11:30", "--closed-only", "--limit", "32", "--output", "csv");

        result.Code.ShouldBe(0, result.Error);
        OpenTimes(result.Lines).ShouldBe(Enumerable.Range(0, 32).Select(minute => new DateTimeOffset(2026, 3, 2, 11, 30, 0, TimeSpan.Zero).AddMinutes(minute)));
        result.Lines[1].ShouldStartWith("binance,spot,BTC/USDT,1m,");
    }

    [Fact]
    public async Task Candles_that_the_exchange_lacks_are_built_when_asked_for()
    {
        var refused = await RunAsync("gateio", "BTC_USDT", "--interval", "1w", "--limit", "1");

        refused.Code.ShouldBe(2);
        refused.Errors.Last().ShouldEndWith("It can be built from 1d. Add --build.");

        var live = await RunAsync("gateio", "BTC_USDT", "--interval", "1w", "--build", "--limit", "1", "--output", "csv");

        live.Code.ShouldBe(0, live.Error);
        live.Lines[1].ShouldStartWith("gateio,spot,BTC_USDT,1w,2026-03-02T00:00:00.000Z,2026-03-09T00:00:00.000Z,");

        var weeks = await RunAsync("history", "gateio", "BTC_USDT", "--interval", "1w", "--build", "--from", "2026-02-01");

        weeks.Code.ShouldBe(0, weeks.Error);
        OpenTimes(weeks.Lines).Select(time => time.Day).ShouldBe([2, 9, 16, 23]);
    }

    [Fact]
    public async Task History_over_several_pages_is_whole()
    {
        var result = await RunAsync("history", "binance", "BTCUSDT", "--from", "2026-02-26", "--to", "2026-03-01T23:00");

        result.Code.ShouldBe(0, result.Error);
        var times = OpenTimes(result.Lines);

        times.Count.ShouldBe(5700);
        times.Zip(times.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task An_interrupted_file_ends_up_like_one_that_was_not(string format)
    {
        var whole = _folder.File("whole");
        var torn = _folder.File("torn");
        string[] range = ["history", "binance", "BTCUSDT", "--from", "2026-03-01", "--to", "2026-03-01T10:00", "--output", format, "--file"];

        (await RunAsync([.. range, whole])).Code.ShouldBe(0);
        var text = await File.ReadAllTextAsync(whole);
        await File.WriteAllTextAsync(torn, text[..(text.Length / 2)]);
        var resumed = await RunAsync([.. range, torn]);

        resumed.Code.ShouldBe(0, resumed.Error);
        resumed.Error.ShouldContain("going on from there");
        WithoutReceivedAt(await File.ReadAllTextAsync(torn)).ShouldBe(WithoutReceivedAt(text));
        var before = await File.ReadAllTextAsync(torn);

        (await RunAsync([.. range, torn])).Code.ShouldBe(0);
        (await File.ReadAllTextAsync(torn)).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_of_another_market_is_refused_and_stays()
    {
        var path = _folder.File("usdm.csv");
        string[] range = ["history", "binance", "BTCUSDT", "--from", "2026-03-01", "--file", path];

        (await RunAsync([.. range, "--to", "2026-03-01T01:00", "--market", "um"])).Code.ShouldBe(0);
        var before = await File.ReadAllTextAsync(path);
        var result = await RunAsync([.. range, "--to", "2026-03-01T02:00"]);

        result.Code.ShouldBe(2);
        result.Error.ShouldContain("binance usdm BTCUSDT 1m");
        (await File.ReadAllTextAsync(path)).ShouldBe(before);
    }

    [Fact]
    public async Task An_unknown_symbol_is_told_with_suggestions_and_leaves_no_file()
    {
        var stream = await RunAsync("binance", "BTCUSD");

        stream.Code.ShouldBe(1);
        stream.Output.ShouldBe("");
        stream.Errors.Single().ShouldStartWith("error: binance spot has no symbol 'BTCUSD'. Did you mean BTCUSDT");
        var path = _folder.File("none.csv");
        var history = await RunAsync("history", "binance", "NOPE", "--from", "-1h", "--file", path);

        history.Code.ShouldBe(1);
        history.Output.ShouldBe("");
        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public async Task Symbols_are_listed_in_both_spellings()
    {
        var text = await RunAsync("symbols", "binance", "--market", "cm", "--filter", "btc");

        text.Lines[0].ShouldStartWith("SANDBOX");
        text.Output.ShouldMatch(@"BTC/USD:BTC\s+BTCUSD_PERP\s+coinm\s+BTC\s+USD\s+trading\s+100");
        var json = await RunAsync("symbols", "binance", "--filter", "BTCUSDT", "--market", "spot", "--output", "json");

        json.Lines.ShouldAllBe(line => line.StartsWith(
            "{\"exchange\":\"binance\",\"market\":\"spot\",\"symbol\":\"BTC/USDT\",\"venueSymbol\":\"BTCUSDT\",") && line.EndsWith(",\"sandbox\":true}"));
    }

    [Fact]
    public async Task Ctrl_C_ends_with_its_code_and_whole_lines()
    {
        using var stop = new CancellationTokenSource();
        using var output = new CancelledBy(stop);
        var result = await new CommandLine().RunAsync(["binance", "BTCUSDT", "--output", "json", Address], output, stop.Token);

        result.Code.ShouldBe(130);
        System.Text.Encoding.UTF8.GetString(output.ToArray()).ShouldEndWith("}\n");
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_it_quietly()
    {
        using var pipe = new ClosedPipe(accepts: 1);
        var result = await new CommandLine().RunAsync(["binance", "BTCUSDT", "--output", "json", Address], pipe);

        result.Code.ShouldBe(0);
        result.Error.ShouldBe("");
    }

    [Fact]
    public async Task Silence_is_an_error_when_it_was_asked_to_be()
    {
        var line = new CommandLine();
        line.Environment["CONNECTOR_STREAM_IDLE_TIMEOUT"] = "0.2";
        var result = await line.RunAsync(["binance", "BTCUSDT", "--closed-only", "--interval", "1w", Address]);

        result.Code.ShouldBe(1);
        result.Errors.Last().ShouldBe("error: no candle came for 0.2 s (--idle-timeout).");
    }

    private string Address => $"--sandbox={_sandbox.BaseAddress}";

    private static List<DateTimeOffset> OpenTimes(string[] csv) =>
        [.. csv.Skip(1).Select(line => DateTimeOffset.Parse(line.Split(',')[4], CultureInfo.InvariantCulture))];

    private static string WithoutReceivedAt(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, "\"receivedAt\":\"[^\"]*\"|,[^,]*,history", "");

    private Task<CommandLine.Result> RunAsync(params string[] args) => new CommandLine().RunAsync([.. args, Address]);

    private sealed class CancelledBy(CancellationTokenSource stop) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            stop.Cancel();
        }
    }
}
