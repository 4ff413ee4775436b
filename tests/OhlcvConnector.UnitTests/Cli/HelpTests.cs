using System.Text.RegularExpressions;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("watch")]
    [InlineData("history")]
    [InlineData("record")]
    [InlineData("publish")]
    [InlineData("archive")]
    [InlineData("data")]
    [InlineData("symbols")]
    [InlineData("decode")]
    [InlineData("sandbox")]
    [InlineData("doctor")]
    [InlineData("serve")]
    [InlineData("keys")]
    [InlineData("completion")]
    public async Task Each_command_has_help_with_examples_that_are_its_own(string command)
    {
        string[] args = command.Length == 0 ? ["--help"] : [command, "--help"];
        var result = await CommandLine.RunAsync(args);

        result.Code.ShouldBe(0);
        var example = command.Length == 0 ? "connector-cli binance " : $"connector-cli {command}";
        result.Lines.Count(line => line.StartsWith($"    {example}",
            StringComparison.Ordinal) || (command == "serve" && line.StartsWith("    serve ", StringComparison.Ordinal))).ShouldBeGreaterThan(0);
        result.Output.ShouldMatch($"Usage:\n  \\S+ {(command.Length == 0 ? "<exchange>" : command)}"); // the program's name is that of the test's host here
        if (command.Length > 0)
        {
            result.Output.ShouldNotContain("What to stream", Case.Sensitive, "that is an argument of the stream's");
        }
    }

    [Fact]
    public async Task The_help_of_the_program_lists_every_command_in_a_line()
    {
        var lines = (await CommandLine.RunAsync("--help")).Output.Split("Commands:\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.Select(line => line.Trim().Split(' ')[0]).ShouldBe(["watch", "price", "history", "record", "publish", "archive", "data", "symbols", "decode", "sandbox",
            "indicators", "backtest", "paper", "signals", "forecast", "doctor", "completion", "serve", "cluster", "keys", "notify"]);
        lines.ShouldAllBe(line => line.EndsWith('.'));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _connector_cli connector-cli")]
    [InlineData("zsh", "compdef _connector_cli connector-cli")]
    [InlineData("fish", "complete --command connector-cli")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName connector-cli")]
    public async Task Each_shell_gets_a_script_that_asks_the_program(string shell, string line)
    {
        var result = await CommandLine.RunAsync("completion", shell);

        result.Code.ShouldBe(0);
        result.Output.ShouldContain(line);
        result.Output.ShouldContain("[suggest:");
    }

    [Theory]
    [InlineData("connector-cli ", "binance,history,watch")]
    [InlineData("connector-cli hyp", "hyperliquid")]
    [InlineData("connector-cli watch b", "binance:,bybit:")]
    [InlineData("connector-cli binance BTCUSDT --output ", "csv,json,text")]
    [InlineData("connector-cli symbols okx --market ", "coinm,spot,usdm")]
    [InlineData("connector-cli binance BTCUSDT --interval 1", "15m,1d,1h,1m")]
    [InlineData("connector-cli completion f", "fish")]
    public async Task What_can_follow_is_suggested(string line, string expected)
    {
        var result = await CommandLine.RunAsync($"[suggest:{line.Length}]", line);

        expected.Split(',').ShouldBeSubsetOf(result.Lines.Select(text => text.Trim()));
    }

    [Theory]
    [InlineData("connector-cli binance BTC", "BTCUSDT", true)]
    [InlineData("connector-cli binance btc", "BTCUSDT", true)]
    [InlineData("connector-cli binance BTCUSDT ETH", "ETHUSDT", true)]
    [InlineData("connector-cli binance --market coinm BTC", "BTCUSDT", false)]
    [InlineData("connector-cli okx BTC", "BTC-USDT", false)] // nobody has asked for its symbols
    public async Task Symbols_that_were_listed_before_are_suggested_without_a_network(string line, string symbol, bool isSuggested)
    {
        using var folder = new TemporaryFolder();
        var terminal = new CommandLine { CacheFolder = folder.File("cache") };

        (await terminal.RunAsync(["binance", "BTCUSDT", "--sandbox", "--limit", "1"])).Code.ShouldBe(0);

        line = line.Replace("connector-cli", System.CommandLine.RootCommand.ExecutableName, StringComparison.Ordinal); // here the name of the tests' program
        var result = await terminal.RunAsync([$"[suggest:{line.Length}]", line]);

        result.Lines.Any(text => text.Trim() == symbol).ShouldBe(isSuggested, result.Output);
    }

    [Fact]
    public async Task Symbols_of_an_exchange_go_before_those_of_its_sandbox()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.File("cache"), "symbols"));
        var terminal = new CommandLine { CacheFolder = folder.File("cache") };

        (await terminal.RunAsync(["symbols", "binance", "--sandbox"])).Code.ShouldBe(0);
        await File.WriteAllLinesAsync(Path.Combine(terminal.CacheFolder, "symbols", "binance-spot.txt"), ["BTCREAL"]);

        var line = $"{System.CommandLine.RootCommand.ExecutableName} binance --market spot BTC";
        var result = await terminal.RunAsync([$"[suggest:{line.Length}]", line]);

        result.Lines.Select(text => text.Trim()).ShouldBe(["BTCREAL"]);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_disturbs_nobody()
    {
        using var folder = new TemporaryFolder();
        var terminal = new CommandLine { CacheFolder = folder.File("a file, not a folder", "") };
        var result = await terminal.RunAsync(["binance", "BTCUSDT", "--sandbox", "--limit", "1"]);

        result.Code.ShouldBe(0);
        result.Error.ShouldBe("");
    }

    [Fact]
    public async Task The_script_for_bash_is_one_that_bash_takes()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no bash to ask
        }

        var script = (await CommandLine.RunAsync("completion", "bash")).Output;
        var start = new System.Diagnostics.ProcessStartInfo("bash",
            ["-c", $"connector-cli() {{ printf 'binance\\nbybit\\n'; }}\n{script}\nCOMP_WORDS=(connector-cli b) COMP_CWORD=1 COMP_LINE='connector-cli b' COMP_POINT=15 _connector_cli\necho \"${{COMPREPLY[*]}}\""])
        { RedirectStandardOutput = true };
        using var bash = System.Diagnostics.Process.Start(start)!;

        Regex.Split((await bash.StandardOutput.ReadToEndAsync()).Trim(), "\\s+").ShouldBe(["binance", "bybit"]);
    }
}
