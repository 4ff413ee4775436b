using System.Text.RegularExpressions;
using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Cli.Watching;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Testing;
using Shouldly;
using Spectre.Console;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Cli;

public sealed class WatchTests : IAsyncLifetime
{
    private const string Enter = "\e[?1049h";
    private const string Leave = "\e[?1049l";

    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 20, EnforceLimits = false });

    public async ValueTask DisposeAsync() => await _sandbox.DisposeAsync();

    [Theory]
    [InlineData("binance:BTCUSDT", "binance", null, "BTCUSDT")]
    [InlineData("binance/usdm:BTC/USDT:USDT", "binance", Market.UsdMargined, "BTC/USDT:USDT")]
    [InlineData("hyperliquid/perp:xyz:TSLA", "hyperliquid", Market.UsdMargined, "xyz:TSLA")]
    public void A_target_names_exchange_market_and_symbol(string text, string exchange, Market? market, string symbol) =>
        SeriesTarget.Parse(text).ShouldBe(new SeriesTarget(exchange, market, symbol));

    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("binance:")]
    [InlineData(":BTCUSDT")]
    [InlineData("binance/moon:BTCUSDT")]
    public void Anything_else_is_refused_with_an_example(string text) =>
        Should.Throw<UsageException>(() => SeriesTarget.Parse(text)).Message.ShouldContain($"'{text}'");

    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 8, "▁▂▃▄▅▆▇█")]
    [InlineData(new[] { 1, 9, 1, 9, 1, 9, 1, 9 }, 4, "████")]
    [InlineData(new[] { 5, 5, 5 }, 8, "▅▅▅")]
    [InlineData(new int[0], 8, "")]
    public void A_sparkline_goes_from_the_lowest_to_the_highest(int[] prices, int width, string line) =>
        Sparkline.Draw([.. prices.Select(price => (decimal)price)], width, isPlain: false).ShouldBe(line);

    [Fact]
    public void A_row_says_how_the_price_moved_over_its_candles()
    {
        var row = new WatchRow(SeriesTarget.Parse("binance:BTCUSDT"), null);
        for (var index = 0; index < 70; index++)
        {
            row.Post(Closed(Minutes(), index), heardAt: index);
        }

        row.Post(Quote(Minutes(), 70, close: 200), heardAt: 99);
        var facts = row.Facts!;

        (facts.Last, facts.Direction, facts.High, facts.HeardAt).ShouldBe((200m, 1, 200m, 99));
        facts.Closes.Count.ShouldBe(WatchRow.Window);
        facts.Low.ShouldBe(111, "the window's first candle is the twelfth");
        facts.Change.ShouldBe((200m / 111) - 1);
        facts.Volume.ShouldBe((59 * 50) + 10);
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(80, true)]
    [InlineData(160, true)]
    public void A_table_fits_its_width_and_leaves_out_what_matters_less(int width, bool hasTrend)
    {
        var rows = new[] { "binance/coinm:BTCUSD_PERP", "okx:BTC-USDT" }.Select(text => new WatchRow(SeriesTarget.Parse(text), null)).ToList();
        for (var index = 0; index < 60; index++)
        {
            rows[0].Post(Closed(Minutes(), index), 0);
        }

        var lines = Render(WatchTable.Create(rows, width, isPlain: true, _ => TimeSpan.FromSeconds(3), _ => "live"), width);

        lines.Length.ShouldBe(3);
        lines.ShouldAllBe(line => line.Length <= width);
        lines[0].ShouldContain("last");
        lines[0].Contains("high", StringComparison.Ordinal).ShouldBe(width > 40);
        lines[0].Contains("trend", StringComparison.Ordinal).ShouldBe(hasTrend);
        string.Concat(lines).ShouldAllBe(character => character < 128, "a plain terminal gets ASCII");
    }

    [Theory]
    [InlineData(80, 2)]
    [InlineData(100, 2)]
    [InlineData(160, 3)]
    public void Values_that_do_not_fit_are_left_out_from_the_last_on(int width, int shown)
    {
        string[] names = ["bbands:20:2.percentB", "macd:12:26:9.histogram", "stochrsi:14:14:3:1.d"];
        var row = new WatchRow(SeriesTarget.Parse("binance/usdm:BTCUSDT"), IndicatorSet.Parse(string.Join(',', names)));
        for (var index = 0; index < 60; index++)
        {
            row.Post(Closed(Minutes(), index), 0);
        }

        var lines = Render(WatchTable.Create([row], width, isPlain: true, _ => TimeSpan.FromSeconds(3), _ => "live"), width);

        lines.Length.ShouldBe(2, "nothing is broken into two lines");
        names.Count(name => lines[0].Contains(name, StringComparison.Ordinal)).ShouldBe(shown);
        lines[0].ShouldContain("state");
    }

    [Fact]
    public async Task Without_a_terminal_there_are_plain_lines_and_no_escape()
    {
        var result = await RunAsync(new CommandLine(), "binance:BTCUSDT", "okx:BTC-USDT", "hyperliquid:BTC", "--limit", "30");

        result.Code.ShouldBe(0, result.Error);
        result.Output.ShouldNotContain("\e");
        foreach (var name in (string[])["binance:BTCUSDT", "okx:BTC-USDT", "hyperliquid/usdm:BTC"])
        {
            result.Lines.ShouldContain(
                line => Regex.IsMatch(line, $@"^\d\d:\d\d:\d\dZ {name} [0-9.]+ [+-]?[0-9.]+% low [0-9.]+ high [0-9.]+ volume [0-9.kM]+ live SANDBOX$"), name);
        }
    }

    [Fact]
    public async Task A_dumb_terminal_gets_plain_lines_too() =>
        (await RunAsync(new CommandLine { IsTerminal = true, Environment = { ["TERM"] = "dumb" } }, "binance:BTCUSDT", "--limit", "5")).Output
            .ShouldNotContain("\e");

    [Fact]
    public async Task On_a_terminal_each_picture_covers_the_one_before_also_after_a_change_of_size_and_the_screen_is_given_back()
    {
        var asked = 0;
        var line = new CommandLine { IsTerminal = true, Environment = { ["NO_COLOR"] = "1" }, Size = () => ++asked % 2 == 0 ? (50, 10) : (120, 30) };
        var result = await RunAsync(line, "binance:BTCUSDT", "bybit:ETHUSDT", "--limit", "20");

        result.Code.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith(Enter);
        var pictures = result.Output[..result.Output.IndexOf(Leave, StringComparison.Ordinal)].Split("\e[H")[1..];

        pictures.Length.ShouldBe(20);
        pictures.ShouldAllBe(picture => picture.Contains("\e[J"));
        for (var i = 0; i < pictures.Length; i++)
        {
            var width = i % 2 == 1 ? 50 : 120;
            Plain(pictures[i]).Split('\n').ShouldAllBe(text => text.Length <= width);
        }

        result.Output.ShouldNotContain("\e[3", Case.Sensitive, "NO_COLOR");
        var left = Plain(result.Output[result.Output.IndexOf(Leave, StringComparison.Ordinal)..]);

        left.ShouldContain("SANDBOX, not real.");
        left.ShouldContain("ETHUSDT");
    }

    [Fact]
    public async Task More_rows_than_lines_are_said_to_be_missing()
    {
        var line = new CommandLine { IsTerminal = true, Size = () => (80, 5) };
        var result = await RunAsync(line, "binance:BTCUSDT", "binance:ETHUSDT", "binance:SOLUSDT", "binance:BNBUSDT", "--limit", "2");

        Plain(result.Output).ShouldContain("3 more do not fit; make the window taller.");
    }

    [Fact]
    public async Task A_mistake_ends_it_with_the_error()
    {
        var unknown = await RunAsync(new CommandLine { IsTerminal = true }, "binance:BTCUSDT", "okx:NOPE");

        unknown.Code.ShouldBe(1);
        unknown.Errors.Last().ShouldStartWith("error: okx has no symbol 'NOPE'.");
        unknown.Output.ShouldContain(Leave);
        (await RunAsync(new CommandLine(), "nope:BTCUSDT")).Code.ShouldBe(2);
        (await RunAsync(new CommandLine(), "BTCUSDT")).Errors.Last().ShouldContain("binance:BTCUSDT");
    }

    [Fact]
    public async Task An_exchange_that_cannot_be_reached_is_shown_as_down_and_the_others_go_on()
    {
        using var stop = new CancellationTokenSource();
        var proxy = $"http://127.0.0.1:{LoopbackPort.Reserve()}";
        var line = new CommandLine();
        using var output = new EndsWith(stop, "down");
        var result = await line.RunAsync(["watch", "binance:BTCUSDT", "--proxy", proxy, "--refresh", "0.1"], output, stop.Token);

        result.Code.ShouldBe(ExitCode.Interrupted);
    }

    private static string Plain(string text) => Regex.Replace(text, "\e\\[[?0-9;]*[A-Za-z]", "");

    private static string[] Render(Table table, int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(table);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    private Task<CommandLine.Result> RunAsync(CommandLine line, params string[] args) =>
        line.RunAsync(["watch", .. args, "--refresh", "0.1", $"--sandbox={_sandbox.BaseAddress}"]);

    private sealed class EndsWith(CancellationTokenSource stop, string word) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            if (System.Text.Encoding.UTF8.GetString(buffer).Contains(word, StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        }
    }
}
