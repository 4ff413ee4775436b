using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary><c>history --file</c> on files that lack candles at their front or between others, against an exchange that has them, or has them not.</summary>
public sealed class HistoryRepairTests : IAsyncLifetime
{
    private const string Indicators = "rsi:14,macd:12:26:9,obv,vwap,sma:3/5m";
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 30, TimeSpan.Zero);
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private FilteredSandbox _exchange = null!;

    public static TheoryData<string, string?> Forms => new() { { "csv", null }, { "json", null }, { "csv", Indicators }, { "json", Indicators } };

    public async ValueTask InitializeAsync() =>
        _exchange = await FilteredSandbox.StartAsync(new SandboxOptions { StartTime = Start, Speed = 60, EnforceLimits = false });

    public async ValueTask DisposeAsync()
    {
        await _exchange.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_file_that_begins_later_is_filled_in_front(string format, string? with)
    {
        var (late, whole) = (_folder.File("late"), _folder.File("whole"));

        (await RunAsync(late, format, with, "05:00", "06:00")).Code.ShouldBe(0);

        var filled = await RunAsync(late, format, with, "03:00", "07:00");

        filled.Code.ShouldBe(0, filled.Error);
        filled.Error.ShouldContain("late begins at 2026-03-01T05:00:00.000Z; what comes before is read into late.part first.");

        (await RunAsync(whole, format, with, "03:00", "07:00")).Code.ShouldBe(0);
        WithoutReceivedAt(late).ShouldBe(WithoutReceivedAt(whole));
        Directory.GetFiles(_folder.Path).Order().ShouldBe([late, whole]);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_hole_is_asked_for_again_and_filled_as_far_as_the_exchange_has_it(string format, string? with)
    {
        var (holed, whole) = (_folder.File("holed"), _folder.File("whole"));
        _exchange.Lacks = Between("04:10", "04:30");
        var first = await RunAsync(holed, format, with, "04:00", "06:00");

        first.Code.ShouldBe(3, first.Error);
        var before = await File.ReadAllBytesAsync(holed);

        var nothing = await RunAsync(holed, format, with, "04:00", "06:00");

        nothing.Code.ShouldBe(3, nothing.Error);
        nothing.Error.ShouldContain("no candles from 2026-03-01T04:10:00.000Z to 2026-03-01T04:30:00.000Z");
        (await File.ReadAllBytesAsync(holed)).ShouldBe(before);
        (await RunAsync(holed, format, with, "04:00", "06:00", "--allow-gaps")).Code.ShouldBe(0);
        (await RunAsync(holed, format, with, "05:00", "06:00")).Code.ShouldBe(0, "the hole is outside of what is asked for");

        _exchange.Lacks = Between("04:15", "04:20");

        (await RunAsync(holed, format, with, "04:00", "06:00")).Code.ShouldBe(3);
        (await RunAsync(whole, format, with, "04:00", "06:00")).Code.ShouldBe(3);
        WithoutReceivedAt(holed).ShouldBe(WithoutReceivedAt(whole));

        File.Delete(whole);
        _exchange.Lacks = _ => false;
        var filled = await RunAsync(holed, format, with, "04:00", "07:00");

        filled.Code.ShouldBe(0, filled.Error);
        (await RunAsync(whole, format, with, "04:00", "07:00")).Code.ShouldBe(0);
        WithoutReceivedAt(holed).ShouldBe(WithoutReceivedAt(whole));
        Directory.GetFiles(_folder.Path).Order().ShouldBe([holed, whole]);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Holes_at_the_front_between_and_at_the_end_are_filled_in_one_run(string format, string? with)
    {
        var (holed, whole) = (_folder.File("holed"), _folder.File("whole"));
        _exchange.Lacks = time =>
            Between("04:00", "04:10")(time) || Between("04:30", "04:31")(time) || Between("04:50", "04:53")(time) || Between("05:50", "06:00")(time);

        (await RunAsync(holed, format, with, "04:00", "06:00")).Code.ShouldBe(3);
        _exchange.Lacks = time => Between("04:05", "04:07")(time) || Between("04:20", "04:25")(time) || Between("04:50", "04:52")(time);

        (await RunAsync(holed, format, with, "04:00", "06:00")).Code.ShouldBe(3);
        _exchange.Lacks = _ => false;
        var filled = await RunAsync(holed, format, with, "04:00", "06:00");

        filled.Code.ShouldBe(0, filled.Error);
        (await RunAsync(whole, format, with, "04:00", "06:00")).Code.ShouldBe(0);
        WithoutReceivedAt(holed).ShouldBe(WithoutReceivedAt(whole));
    }

    [Fact]
    public async Task Many_small_holes_are_asked_for_together()
    {
        var (holed, whole) = (_folder.File("holed.csv"), _folder.File("whole.csv"));
        _exchange.Lacks = time => time.Minute % 7 == 3;

        (await RunAsync(holed, "csv", null, "00:00", "15:50")).Code.ShouldBe(3);
        _exchange.Lacks = time => time.Minute % 14 == 3;
        _exchange.Questions.Clear();

        (await RunAsync(holed, "csv", null, "00:00", "15:50")).Code.ShouldBe(3);
        _exchange.Questions.Count.ShouldBeLessThan(50, "there were 144 holes");
        (await RunAsync(whole, "csv", null, "00:00", "15:50")).Code.ShouldBe(3);
        WithoutReceivedAt(holed).ShouldBe(WithoutReceivedAt(whole));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Lines_that_somebody_took_out_are_put_in_again(string format, string? with)
    {
        var path = _folder.File("cut");

        (await RunAsync(path, format, with, "04:00", "06:00")).Code.ShouldBe(0);
        var whole = WithoutReceivedAt(path);
        await File.WriteAllLinesAsync(path, (await File.ReadAllLinesAsync(path)).Where((_, line) => line is < 30 or > 40));

        (await RunAsync(path, format, with, "04:00", "06:00")).Code.ShouldBe(0);
        WithoutReceivedAt(path).ShouldBe(whole);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task What_the_file_has_stays_when_the_exchange_has_it_no_more(string format, string? with)
    {
        var (path, whole) = (_folder.File("kept"), _folder.File("whole"));

        (await RunAsync(whole, format, with, "04:00", "06:00")).Code.ShouldBe(0);
        _exchange.Lacks = Between("05:10", "05:20");

        (await RunAsync(path, format, with, "05:00", "06:00")).Code.ShouldBe(3);

        _exchange.Lacks = Between("05:00", "05:10"); // which the file has
        var filled = await RunAsync(path, format, with, "04:00", "06:00");

        filled.Code.ShouldBe(0, filled.Error);
        WithoutReceivedAt(path).ShouldBe(WithoutReceivedAt(whole));
    }

    [Fact]
    public async Task What_lies_before_the_listing_is_no_hole_and_costs_few_questions()
    {
        var path = _folder.File("young.csv");
        _exchange.Lacks = time => time < Day.AddHours(5);

        (await RunAsync(path, "csv", null, "05:00", "06:00")).Code.ShouldBe(0);
        var before = await File.ReadAllBytesAsync(path);
        _exchange.Questions.Clear();

        var result = await RunAsync(path, "csv", null, "00:00", "06:00", from: "2017-01-01");

        result.Code.ShouldBe(0, result.Error);
        result.Errors.Count(line => line.Contains("begins at 2026-03-01T05:00:00.000Z, nothing is missing before")).ShouldBe(1);
        (await File.ReadAllBytesAsync(path)).ShouldBe(before);
        _exchange.Questions.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task A_front_that_the_exchange_lacks_is_marked_once()
    {
        var path = _folder.File("lacking.csv");

        (await RunAsync(path, "csv", null, "05:00", "06:00")).Code.ShouldBe(0);
        _exchange.Lacks = Between("04:00", "05:00");

        (await RunAsync(path, "csv", null, "04:00", "06:00")).Code.ShouldBe(3);
        var marked = await File.ReadAllTextAsync(path);

        marked.Split('\n')[1].ShouldContain(",2026-03-01T04:00:00.000Z,2026-03-01T05:00:00.000Z,");
        (await RunAsync(path, "csv", null, "04:00", "06:00")).Code.ShouldBe(3);
        (await File.ReadAllTextAsync(path)).ShouldBe(marked);
    }

    [Fact]
    public async Task A_second_run_on_a_file_is_refused_also_after_the_first_has_replaced_it()
    {
        var path = _folder.File("shared.csv");

        (await RunAsync(path, "csv", null, "05:00", "06:00")).Code.ShouldBe(0);
        var isThere = new TaskCompletionSource();
        var goesOn = new TaskCompletionSource();
        _exchange.Before = from =>
        {
            if (from < Day.AddHours(6))
            {
                return Task.CompletedTask;
            }

            isThere.TrySetResult();
            return goesOn.Task; // the front is in its place; the end is asked for
        };
        var first = RunAsync(path, "csv", null, "04:00", "07:00");
        await isThere.Task;

        (await File.ReadAllLinesAsync(path)).Length.ShouldBe(121);

        var second = await RunAsync(path, "csv", null, "04:00", "07:00");

        second.Code.ShouldBe(1);
        second.Error.Trim().ShouldBe($"error: {path} is being written by another run. Wait until that has ended, or choose another name.");

        goesOn.SetResult();

        (await first).Code.ShouldBe(0);
        (await File.ReadAllLinesAsync(path)).Length.ShouldBe(181);
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public async Task A_run_that_is_killed_leaves_the_file_as_it_was_and_the_next_goes_on()
    {
        var (path, whole) = (_folder.File("killed.csv"), _folder.File("whole.csv"));

        (await RunAsync(path, "csv", Indicators, "05:00", "06:00")).Code.ShouldBe(0);
        var before = await File.ReadAllBytesAsync(path);
        var isThere = new TaskCompletionSource();
        _exchange.Before = from =>
        {
            if (from < Day.AddDays(-1) || from > Day.AddHours(4))
            {
                return Task.CompletedTask;
            }

            isThere.TrySetResult();
            return Task.Delay(Timeout.Infinite);
        };
        string[] command = [Path.Combine(AppContext.BaseDirectory, "connector-cli.dll"), .. Command(
            path, "csv", Indicators, "00:00", "06:00", "2026-02-27"), _exchange.Option];
        using (var process = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardError = true })!)
        {
            await Task.WhenAny(isThere.Task, process.WaitForExitAsync());
            process.HasExited.ShouldBeFalse();
            process.Kill();
            await process.WaitForExitAsync();
        }

        (await File.ReadAllBytesAsync(path)).ShouldBe(before);
        new FileInfo(path + ".part").Length.ShouldBeGreaterThan(before.Length);
        _exchange.Before = _ => Task.CompletedTask;
        _exchange.Questions.Clear();
        var next = await RunAsync(path, "csv", Indicators, "00:00", "06:00", from: "2026-02-27");

        next.Code.ShouldBe(0, next.Error);
        next.Error.ShouldContain("killed.csv.part has candles up to");
        _exchange.Questions.Count(from => from > Day.AddDays(-2) && from < Day.AddDays(-2).AddHours(20)).ShouldBe(0, "what was read before is not read again");
        (await RunAsync(whole, "csv", Indicators, "00:00", "06:00", from: "2026-02-27")).Code.ShouldBe(0);
        WithoutReceivedAt(path).ShouldBe(WithoutReceivedAt(whole));
        Directory.GetFiles(_folder.Path).Order().ShouldBe([path, whole]);
    }

    [Theory]
    [InlineData("binance:BTCUSDT")]
    [InlineData("binance:BTCUSDT,ETHUSDT")]
    public async Task Ctrl_C_says_that_the_same_command_resumes_and_it_does(string series)
    {
        using var stop = new CancellationTokenSource();
        _exchange.Before = from =>
        {
            if (from > Day)
            {
                stop.Cancel(); // on a page that is not the first
            }

            return Task.CompletedTask;
        };
        string[] command = ["history", series, "--from", "2026-02-28", "--to", "2026-03-02", "--into", _folder.File("many"), _exchange.Option];
        var stopped = await new CommandLine().RunAsync(command, output: null, stop.Token);

        stopped.Code.ShouldBe(130, stopped.Error);
        stopped.Error.ShouldContain("Stopped. The same command goes on from what is written.");

        _exchange.Before = _ => Task.CompletedTask;
        var resumed = await new CommandLine().RunAsync(command);

        resumed.Code.ShouldBe(0, resumed.Error);
        resumed.Error.ShouldContain("; going on from there.");
        (await File.ReadAllLinesAsync(Path.Combine(_folder.File("many"), "binance-BTCUSDT-1m.csv"))).Length.ShouldBe(2881);
    }

    [Fact]
    public async Task A_link_stays_one_and_the_rights_of_the_file_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("links need rights there");
            return;
        }

        var (path, link) = (_folder.File("real.csv"), _folder.File("link.csv"));

        (await RunAsync(path, "csv", null, "05:00", "06:00")).Code.ShouldBe(0);
        File.CreateSymbolicLink(link, path);
        const UnixFileMode Rights = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(path, Rights);

        (await RunAsync(link, "csv", null, "04:00", "06:00")).Code.ShouldBe(0);
        new FileInfo(link).LinkTarget.ShouldBe(path);
        File.GetUnixFileMode(path).ShouldBe(Rights);
        (await File.ReadAllLinesAsync(path)).Length.ShouldBe(121);
    }

    [Fact]
    public async Task A_file_that_is_not_in_the_order_of_time_is_refused_and_stays()
    {
        var path = _folder.File("shuffled.csv");

        (await RunAsync(path, "csv", null, "05:00", "06:00")).Code.ShouldBe(0);
        var lines = await File.ReadAllLinesAsync(path);
        (lines[20], lines[21]) = (lines[21], lines[20]);
        await File.WriteAllLinesAsync(path, lines);
        var before = await File.ReadAllTextAsync(path);
        var result = await RunAsync(path, "csv", null, "05:00", "07:00");

        result.Code.ShouldBe(2);
        result.Error.ShouldContain("is not in the order of time: a candle of 2026-03-01T05:19:00.000Z follows one of 2026-03-01T05:20:00.000Z");
        (await File.ReadAllTextAsync(path)).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_file_with_nothing_but_a_gap_or_an_open_candle_is_asked_for_from_the_beginning(string format, string? with)
    {
        var (path, whole) = (_folder.File("gap"), _folder.File("whole"));
        _exchange.Lacks = time => time >= Day.AddHours(5);

        (await RunAsync(path, format, with, "05:00", "06:00")).Code.ShouldBe(3);
        _exchange.Lacks = _ => false;

        (await RunAsync(path, format, with, "04:00", "06:00")).Code.ShouldBe(0);
        (await RunAsync(whole, format, with, "04:00", "06:00")).Code.ShouldBe(0);
        WithoutReceivedAt(path).ShouldBe(WithoutReceivedAt(whole));
    }

    [Fact]
    public async Task A_file_of_another_market_is_refused_before_anything_is_filled()
    {
        var path = _folder.File("usdm.csv");
        _exchange.Lacks = Between("05:10", "05:20");

        (await RunAsync(path, "csv", null, "05:00", "06:00", "--market=usdm")).Code.ShouldBe(3);
        _exchange.Lacks = _ => false;
        var before = await File.ReadAllBytesAsync(path);
        foreach (var from in (string[])["04:00", "05:00"])
        {
            var result = await RunAsync(path, "csv", null, from, "07:00");
            result.Code.ShouldBe(2);
            result.Error.ShouldContain("The file holds sandbox binance usdm BTCUSDT 1m, not what is asked for. Choose another name, or say --market usdm.");
            (await File.ReadAllBytesAsync(path)).ShouldBe(before);
            Directory.GetFiles(_folder.Path).ShouldBe([path]);
        }
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("pipeline")]
    public async Task A_directory_that_is_not_there_is_said(string name)
    {
        var result = await RunAsync(Path.Combine(_folder.Path, name, "file.csv"), "csv", null, "05:00", "06:00");

        result.Code.ShouldBe(1);
        result.Error.Trim().ShouldBe($"error: There is no directory {Path.Combine(_folder.Path, name)}.");
    }

    private static Func<DateTimeOffset, bool> Between(string from, string to) =>
        time => time >= Day + TimeSpan.Parse(from, CultureInfo.InvariantCulture) && time < Day + TimeSpan.Parse(to, CultureInfo.InvariantCulture);

    private static string[] Command(string path, string format, string? with, string from, string to, string day) =>
        ["history", "binance", "BTCUSDT", "--from", $"{day}T{from}", "--to", $"2026-03-01T{to}", "--output", format, "--file", path, .. with is null ? [] : (string[])["--with", with]];

    private static string WithoutReceivedAt(string path) => Regex.Replace(File.ReadAllText(path), "\"receivedAt\":\"[^\"]*\"|,[^,]*,history", "");

    private Task<CommandLine.Result> RunAsync(
        string path, string format, string? with, string start, string to, string? option = null, string from = "2026-03-01") =>
        new CommandLine().RunAsync([.. Command(path, format, with, start, to, from), .. option is null ? [] : (string[])[option], _exchange.Option]);
}
