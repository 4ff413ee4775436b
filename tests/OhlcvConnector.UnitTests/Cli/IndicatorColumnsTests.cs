using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary><c>--with</c> on whole command lines against a running sandbox.</summary>
public sealed class IndicatorColumnsTests : IAsyncLifetime
{
    private const string With = "rsi:14,macd:12:26:9,obv,vwap,sma:3/5m";
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 30, TimeSpan.Zero);
    private static readonly string[] Hour = ["history", "binance", "BTCUSDT", "--from", "2026-03-02T10:00", "--to", "2026-03-02T11:00"];

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
    public async Task Values_of_history_are_those_of_a_much_longer_one_from_the_first_row_on()
    {
        const string specifications = "rsi:14,macd:12:26:9,bbands:20:2,vwap,sma:3/5m,ema:50";
        var result = await RunAsync([.. Hour, "--with", specifications]);

        result.Code.ShouldBe(0, result.Error);
        var longer = await RunAsync("history", "binance", "BTCUSDT", "--from", "2026-02-27", "--to", "2026-03-02T11:00");

        longer.Code.ShouldBe(0, longer.Error);
        longer.Lines.Length.ShouldBeGreaterThan(4000);

        var set = IndicatorSet.Parse(specifications);
        var expected = Cells(longer.Lines.Skip(1)).Select(cells =>
        {
            var numbers = cells[6..11].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
            set.Add(new Bar(DateTimeOffset.Parse(cells[4], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), numbers[0], numbers[1], numbers[2],
                numbers[3], numbers[4])
            {
                CloseMs = DateTimeOffset.Parse(cells[5], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
            });
            return Enumerable.Range(0, set.Columns.Count).Select(column => set[column]).ToArray();
        }).ToList()[^60..]; // not TakeLast, which would leave out the work on the others

        result.Lines[0].ShouldEndWith(",gapReason,sandbox," + string.Join(',', set.Columns));
        var rows = Cells(result.Lines.Skip(1)).ToList();

        rows.Count.ShouldBe(60);
        foreach (var (row, values) in rows.Zip(expected))
        {
            row[21..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).Zip(values)
                .ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1e-9 * Math.Max(1, Math.Abs(pair.Second)));
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task A_resumed_file_has_to_the_last_digit_the_values_of_one_written_in_one_go(string format)
    {
        var (whole, torn) = (_folder.File("whole"), _folder.File("torn"));
        string[] command = [.. Hour, "--with", With, "--output", format, "--file"];

        (await RunAsync([.. command, whole])).Code.ShouldBe(0);
        var text = await File.ReadAllTextAsync(whole);
        await File.WriteAllTextAsync(torn, text[..(text.Length / 2)]);
        var resumed = await RunAsync([.. command, torn]);

        resumed.Code.ShouldBe(0, resumed.Error);
        resumed.Error.ShouldContain("going on from there");
        Values(await File.ReadAllLinesAsync(torn), format).ShouldBe(Values(text.TrimEnd().Split('\n'), format));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task A_file_with_other_indicators_is_refused_and_stays(string format)
    {
        var path = _folder.File("file");
        string[] command = [.. Hour, "--output", format, "--file", path];

        (await RunAsync([.. command, "--with", "rsi:14"])).Code.ShouldBe(0);
        var before = await File.ReadAllTextAsync(path);
        foreach (var (other, words) in (((string[], string)[])[(["--with", "rsi:7"], "not the indicators rsi:7"), ([], "not no indicators")]))
        {
            var result = await RunAsync([.. command, .. other]);
            result.Code.ShouldBe(2);
            result.Error.ShouldContain($"has the indicators rsi:14, {words}. Write the same --with");
        }

        (await File.ReadAllTextAsync(path)).ShouldBe(before);
    }

    [Fact]
    public async Task A_stream_has_values_from_its_first_candle_on_and_shows_nothing_older()
    {
        var result = await RunAsync("binance", "BTCUSDT", "ETHUSDT", "--with", "rsi:14,sma:200", "--limit", "6", "--output", "json");

        result.Code.ShouldBe(0, result.Error);
        var rows = result.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();

        rows.Count.ShouldBe(6);
        rows.ShouldAllBe(row => row.GetProperty("openTime").GetDateTimeOffset() >= Start.AddMinutes(-1));
        rows.ShouldAllBe(row => row.GetProperty("rsi:14").GetDouble() > 0 && row.GetProperty("sma:200").GetDouble() > 0);
    }

    [Fact]
    public async Task A_stream_since_a_moment_has_the_values_of_history()
    {
        var history = await RunAsync([.. Hour, "--with", "sma:14,bbands"]);
        var stream = await RunAsync(
            "binance", "BTCUSDT", "--since", "2026-03-02T10:00", "--closed-only", "--limit", "60", "--output", "csv", "--with", "sma:14,bbands");

        stream.Code.ShouldBe(0, stream.Error);
        Values(stream.Lines, "csv").ShouldBe(Values(history.Lines, "csv"));
    }

    [Fact]
    public async Task After_a_gap_indicators_begin_anew_and_it_is_said()
    {
        _sandbox.Inject(new SandboxFault(SandboxFaultKind.Hole) { Amount = TimeSpan.FromMinutes(30) });
        var result = await RunAsync(
            "history", "binance", "BTCUSDT", "--from", "2026-03-02T00:10", "--to", "2026-03-02T00:40", "--with", "sma:3", "--allow-gaps");

        result.Code.ShouldBe(0, result.Error);
        var rows = Cells(result.Lines.Skip(1)).ToList();

        rows[0][17].ShouldBe("2026-03-02T00:10:00.000Z", "what is missing before the range is none of its gaps");
        rows.Select(row => row[21].Length > 0).Take(4).ShouldBe([false, false, true, true]);
        result.Error.ShouldContain("no candles from 2026-03-02T00:10:00.000Z to 2026-03-02T00:30:00.000Z");
        result.Error.ShouldContain("indicators begin at 2026-03-02T00:30:00.000Z");
    }

    [Fact]
    public async Task Watch_has_a_column_for_each_value()
    {
        var result = await RunAsync("watch", "binance:BTCUSDT", "--with", "rsi:14,ema:200", "--refresh", "0.1", "--limit", "30");

        result.Code.ShouldBe(0, result.Error);
        result.Lines.Last().ShouldMatch(@" volume \S+ rsi:14 [\d.]+ ema:200 [\d.]+ live SANDBOX$");
    }

    [Theory]
    [InlineData("binance", "BTCUSDT")]
    [InlineData("history", "binance", "BTCUSDT", "--from", "-1h")]
    [InlineData("watch", "binance:BTCUSDT")]
    public async Task A_wrong_name_or_parameter_is_an_error_before_anything_is_read(params string[] command)
    {
        var name = await RunAsync([.. command, "--with", "rs:14"]);

        (name.Code, name.Output, name.Error.Trim()).ShouldBe((2, "", "error: There is no indicator 'rs'. Did you mean rsi, ac, ad, ao?"));
        var parameter = await RunAsync([.. command, "--with", "rsi:0"]);

        (parameter.Code, parameter.Output, parameter.Error.Trim()).ShouldBe((2, "", "error: rsi: period is a whole number from 1 to 100000, not '0'."));
    }

    [Theory]
    [InlineData("2026-03-03T00:00", "2026-03-04", "The range starts in the future")]
    [InlineData("2026-03-02T00:00", "2026-03-01", "The range ends before it starts")]
    public async Task A_range_that_cannot_be_is_refused_as_it_is_without_indicators(string from, string to, string words)
    {
        var result = await RunAsync("history", "binance", "BTCUSDT", "--from", from, "--to", to, "--with", "rsi:14");

        (result.Code, result.Output).ShouldBe((2, ""));
        result.Error.ShouldContain(words);
    }

    private static IEnumerable<string[]> Cells(IEnumerable<string> lines) => lines.Select(line => line.Split(','));

    /// <summary>The open times and what follows the label of the sandbox.</summary>
    private static List<string> Values(IEnumerable<string> lines, string format) => format == "csv"
        ? [.. lines.Skip(1).Select(line => line.Split(',')).Select(cells => string.Join(' ', [cells[4], .. cells[21..]]))]
        : [.. lines.Select(line => line[line.IndexOf("\"source\"", StringComparison.Ordinal)..])];

    private Task<CommandLine.Result> RunAsync(params string[] args) => new CommandLine().RunAsync([.. args, $"--sandbox={_sandbox.BaseAddress}"]);
}
