using System.Net;
using System.Net.Sockets;
using System.Text;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public class ExitCodeTests
{
    [Theory]
    [InlineData("binance")]
    [InlineData("binance BTCUSDT --unheard-of")]
    [InlineData("nowhere BTCUSDT")]
    [InlineData("binance BTCUSDT --market moon --sandbox")]
    [InlineData("binance BTCUSDT --interval 7q --sandbox")]
    [InlineData("binance BTCUSDT --interval 7m --sandbox")]
    [InlineData("binance BTCUSDT --output xml")]
    [InlineData("binance BTCUSDT --limit -3")]
    [InlineData("binance BTCUSDT --idle-timeout -3 --sandbox")]
    [InlineData("binance BTCUSDT --idle-timeout NaN --sandbox")]
    [InlineData("binance BTCUSDT --since yesterday --sandbox")]
    [InlineData("binance BTCUSDT --since 2200-01-01 --sandbox")]
    [InlineData("binance BTCUSDT --log-level loud")]
    [InlineData("binance BTCUSDT --proxy ftp://here")]
    [InlineData("binance BTCUSDT --base-url here")]
    [InlineData("binance BTCUSDT --sandbox --testnet")]
    [InlineData("binance BTCUSDT --sandbox --sandbox-speed 0")]
    [InlineData("binance BTCUSDT --sandbox=here")]
    [InlineData("history binance BTCUSDT")]
    [InlineData("history binance BTCUSDT --from 2200-01-01 --sandbox")]
    [InlineData("history binance BTCUSDT --from -1h --to -2h --sandbox")]
    [InlineData("sandbox --port 99999")]
    [InlineData("sandbox --symbols 0")]
    public async Task A_wrong_command_line_is_two(string args)
    {
        var result = await CommandLine.RunAsync(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        result.Code.ShouldBe(2);
        result.Output.ShouldBe("");
        result.Errors[0].ShouldStartWith("error: ");
        result.Error.ShouldNotContain("(Parameter");
        result.Error.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("binance BTCUSDT --outptu json")]
    [InlineData("binance -x BTCUSDT")]
    [InlineData("decode binance --knid history")]
    [InlineData("symbols --filtre")]
    public async Task A_mistyped_option_is_named_and_not_taken_for_a_symbol(string args)
    {
        var result = await CommandLine.RunAsync(args.Split(' '));

        result.Code.ShouldBe(2);
        result.Errors[0].ShouldStartWith("error: There is no option '-");
    }

    [Theory]
    [InlineData("histroy binance BTCUSDT --from -1d", "There is no command or exchange 'histroy'. Did you mean 'history'?")]
    [InlineData("binanse BTCUSDT", "There is no command or exchange 'binanse'. Did you mean 'binance'?")]
    [InlineData("wathc binance:BTCUSDT", "There is no command or exchange 'wathc'. Did you mean 'watch'?")]
    [InlineData("indicators comptue", "There is no command 'comptue'. Did you mean 'compute'?")]
    [InlineData("moon BTCUSDT", "There is no exchange 'moon'. Known are binance, okx, bybit, gateio, hyperliquid, coinapi.")]
    [InlineData("binance BTCUSDT --intervl 5m", "There is no option '--intervl'. Did you mean '--interval'?")]
    [InlineData("serve --prot 1", "There is no option '--prot'. Did you mean '--port'?")]
    [InlineData("history binance BTCUSDT --form -7d", "There is no option '--form'. Did you mean '--from'?")]
    [InlineData("binance BTCUSDT --limit abc", "--limit is 'abc'; it must be a whole number, 0 or more.")]
    [InlineData("binance BTCUSDT --limit 1.5", "--limit is '1.5'; it must be a whole number, 0 or more.")]
    [InlineData("binance BTCUSDT --limit 99999999999999999999", "--limit is '99999999999999999999'; it must be a whole number, 0 or more.")]
    [InlineData("binance BTCUSDT --idle-timeout x", "--idle-timeout is 'x'; it must be a number from 0 to 86400.")]
    [InlineData("sandbox --port 99999", "--port is '99999'; it must be a whole number from 0 to 65535.")]
    [InlineData("serve --port -1", "--port is '-1'; it must be a whole number from 0 to 65535.")]
    [InlineData("binance BTCUSDT -o xml", "--output is 'xml'; it must be text, json or csv.")]
    [InlineData("binance BTCUSDT --log-format xml", "--log-format is 'xml'; it must be text or json.")]
    [InlineData("serve --log-format xml", "--log-format is 'xml'; it must be text or json.")]
    [InlineData("binance", "<symbols> is missing.")]
    [InlineData("binance BTCUSDT --sandbox-speed 60", "--sandbox-speed is the speed of simulated exchanges, and real ones were asked for: give --sandbox, too, or leave it out.")]
    [InlineData("serve --sandbox-speed 60", "--sandbox-speed is the speed of simulated exchanges, and real ones were asked for: give --sandbox, too, or leave it out.")]
    [InlineData("binance BTCUSDT --sandbox=http://127.0.0.1:1 --sandbox-speed 60", "--sandbox-speed is for --sandbox without an address; the sandbox at http://127.0.0.1:1 has its own speed (sandbox --speed).")]
    public async Task A_slip_is_named_with_what_was_probably_meant(string args, string sentence)
    {
        var result = await CommandLine.RunAsync(args.Split(' '));

        result.Code.ShouldBe(2);
        result.Errors[0].ShouldBe($"error: {sentence}");
        result.Error.ShouldNotContain("System.");
    }

    [Fact]
    public async Task The_program_alone_says_what_it_can_do()
    {
        var result = await CommandLine.RunAsync();

        result.ShouldBe((await CommandLine.RunAsync("--help")) with { Code = 0 });
        result.Output.ShouldContain("history");
    }

    [Fact]
    public async Task A_symbol_that_begins_with_an_at_sign_is_no_file()
    {
        var listed = await CommandLine.RunAsync("symbols", "hyperliquid", "--market", "spot", "--sandbox", "-o", "json");
        var symbol = System.Text.Json.Nodes.JsonNode.Parse(
            listed.Lines.First(line => line.Contains("\"venueSymbol\":\"@", StringComparison.Ordinal)))!["venueSymbol"]!.ToString();
        var result = await CommandLine.RunAsync("hyperliquid", symbol, "--market", "spot", "--sandbox", "--limit", "1", "-o", "json");

        result.Code.ShouldBe(0);
        result.Output.ShouldContain($"\"{symbol}\"");
    }

    [Fact]
    public async Task A_wrong_setting_is_two_and_named()
    {
        var line = new CommandLine();
        line.Environment["CONNECTOR_REST_TIMEOUT"] = "9999";
        var result = await line.RunAsync(["binance", "BTCUSDT", "--sandbox"]);

        result.Code.ShouldBe(2);
        result.Errors.ShouldBe(["error: CONNECTOR_REST_TIMEOUT is '9999'; it must be a number of seconds from 0.1 to 600."]);
    }

    [Fact]
    public async Task What_cannot_be_reached_is_said_with_the_attempts_and_the_way_without_a_network()
    {
        var result = await CommandLine.RunAsync("symbols", "binance", "--market", "spot", "--base-url", $"http://127.0.0.1:{LoopbackPort.Reserve()}");

        result.Code.ShouldBe(1);
        result.Errors.Length.ShouldBe(2, "the error, once, and the way without a network");
        result.Error.ShouldMatch(@"error: .*127\.0\.0\.1.*tried 4 times");
        result.Errors.Last().ShouldContain("--sandbox");
    }

    [Fact]
    public async Task A_sandbox_that_does_not_run_is_one()
    {
        var result = await CommandLine.RunAsync("binance", "BTCUSDT", $"--sandbox=http://127.0.0.1:{LoopbackPort.Reserve()}");

        result.Code.ShouldBe(1);
        result.Error.ShouldContain("No sandbox answers at");
    }

    [Theory]
    [InlineData("", "{\"now\":1767225600000,\"speed\":1}")]
    [InlineData("X-Sandbox: true\r\n", "<html>")]
    [InlineData("X-Sandbox: true\r\n", "[]")]
    [InlineData("X-Sandbox: true\r\n", "{\"now\":9223372036854775807,\"speed\":1}")]
    [InlineData("X-Sandbox: true\r\n", "{\"now\":1767225600000,\"speed\":0}")]
    public async Task A_server_that_is_no_sandbox_is_refused(string headers, string body)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var served = ServeAsync(server, $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        var result = await CommandLine.RunAsync("binance", "BTCUSDT", $"--sandbox=http://{server.LocalEndpoint}");
        await served;

        result.Code.ShouldBe(2);
        result.Error.ShouldContain("is no sandbox");
    }

    [Fact]
    public async Task A_stack_trace_comes_only_when_debugging()
    {
        (await CommandLine.RunAsync("nowhere", "BTCUSDT")).Error.ShouldNotContain("UnknownExchangeException");
        (await CommandLine.RunAsync("nowhere", "BTCUSDT", "--log-level", "debug")).Error.ShouldContain("UnknownExchangeException");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("history --help")]
    [InlineData("decode --help")]
    [InlineData("--version")]
    public async Task Asking_for_help_is_no_failure(string args)
    {
        var result = await CommandLine.RunAsync(args.Split(' '));

        result.Code.ShouldBe(0);
        result.Output.ShouldNotBeEmpty();
        result.Error.ShouldBe("");
    }

    [Fact]
    public async Task Help_for_a_reader_that_leaves_is_no_failure()
    {
        using var pipe = new ClosedPipe();
        var result = await new CommandLine().RunAsync(["--help"], pipe);

        result.ShouldBe(new CommandLine.Result(0, "", ""));
    }

    private static async Task ServeAsync(TcpListener server, string answer)
    {
        using var client = await server.AcceptTcpClientAsync();
        var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
    }
}
