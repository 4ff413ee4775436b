using System.Text;
using System.Text.Json;
using OhlcvConnector.Cli;
using Shouldly;

namespace OhlcvConnector.ServerTests.Client;

/// <summary><c>connector-cli --server</c> prints what it prints without it.</summary>
public class TerminalTests
{
    [Fact]
    public async Task A_stream_is_labelled_and_ends_at_its_limit_and_with_Ctrl_C()
    {
        await using var stage = await ClientStage.SetAsync();
        string[] command = ["binance", "BTCUSDT", "ETHUSDT", .. Server(stage)];

        var (code, lines, error) = await RunAsync([.. command, "--since", "-5m", "--limit", "6"]);
        var (jsonCode, json, _) = await RunAsync([.. command, "--limit", "3", "--output", "json"]);
        using var interrupt = new CancellationTokenSource();
        var running = RunAsync(command, _ => interrupt.Cancel(), interrupt.Token);

        code.ShouldBe(0, error);
        lines[0].ShouldStartWith("SANDBOX: simulated exchanges");
        lines.Count(line => line.EndsWith('~')).ShouldBe(6);
        jsonCode.ShouldBe(0);
        json.ShouldAllBe(line => line.EndsWith("\"sandbox\":true}", StringComparison.Ordinal));
        (await running).Code.ShouldBe(130);
    }

    [Fact]
    public async Task History_and_symbols_are_those_of_the_exchange_itself()
    {
        await using var stage = await ClientStage.SetAsync();
        string[] direct = [$"--sandbox={stage.Sandbox.BaseAddress}"];
        string[] history = ["history", "binance", "BTCUSDT", "--from", "2026-03-01T00:00Z", "--to", "2026-03-01T03:00Z", "--output", "json"];
        string[] symbols = ["symbols", "okx", "--market", "usdm", "--output", "json"];

        var read = await RunAsync([.. history, .. Server(stage)]);
        var listed = await RunAsync([.. symbols, .. Server(stage)]);

        read.Lines.Select(Candle).ShouldBe((await RunAsync([.. history, .. direct])).Lines.Select(Candle));
        read.Lines.Length.ShouldBe(180);
        listed.Lines.ShouldBe((await RunAsync([.. symbols, .. direct])).Lines);
        listed.Lines.Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Watch_shows_rows_that_are_labelled()
    {
        await using var stage = await ClientStage.SetAsync();
        using var stop = new CancellationTokenSource();

        var (code, lines, error) = await RunAsync(["watch", "binance:BTCUSDT", "okx:BTC-USDT", .. Server(stage)], Stop, stop.Token);

        code.ShouldBe(130, error);
        lines.ShouldContain(line => line.Contains("BTCUSDT", StringComparison.Ordinal) && line.EndsWith(" SANDBOX", StringComparison.Ordinal));

        void Stop(string line)
        {
            if (line.Contains("BTC-USDT", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        }
    }

    [Theory]
    [InlineData("--server and --sandbox exclude each other", "--server", "ws://127.0.0.1:1", "--sandbox")]
    [InlineData("--server and --proxy exclude each other", "--server", "ws://127.0.0.1:1", "--proxy", "http://127.0.0.1:1")]
    [InlineData("--server is '127.0.0.1:8765'; it must be an address such as ws://127.0.0.1:8765", "--server", "127.0.0.1:8765")]
    [InlineData("--server-rest is 'x'", "--server", "ws://127.0.0.1:1", "--server-rest", "x")]
    public async Task What_cannot_be_meant_is_said(string words, params string[] options)
    {
        var (code, _, error) = await RunAsync(["binance", "BTCUSDT", .. options]);

        code.ShouldBe(2);
        error.ShouldContain(words);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_code_1()
    {
        var (code, _, error) = await RunAsync(["binance", "BTCUSDT", "--server", "ws://127.0.0.1:1"]);

        code.ShouldBe(1);
        error.ShouldContain("error: The connector server at http://127.0.0.1:2/ did not answer usably");
    }

    private static string[] Server(ClientStage stage) => ["--server", stage.Streams, "--server-rest", stage.Rests];

    private static string Candle(string line)
    {
        using var document = JsonDocument.Parse(line);
        return string.Join(
            ' ', document.RootElement.EnumerateObject().Where(field => field.Name is not "receivedAt").Select(field => field.Value.GetRawText()));
    }

    private static async Task<(int Code, string[] Lines, string Error)> RunAsync(
        string[] args, Action<string>? written = null, CancellationToken cancellationToken = default)
    {
        using var output = new Listening(written);
        using var error = new StringWriter();
        var terminal = new CliTerminal
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            Input = Stream.Null,
            Variable = _ => null,
            VariableNames = [],
        };
        var code = await CliProgram.RunAsync(args, terminal, cancellationToken);
        return (code, Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries), error.ToString());
    }

    /// <summary>Keeps what is written, and tells of it.</summary>
    private sealed class Listening(Action<string>? written) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, count);
            written?.Invoke(Encoding.UTF8.GetString(buffer, offset, count));
        }
    }
}
