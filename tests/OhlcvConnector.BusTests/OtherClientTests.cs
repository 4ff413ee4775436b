using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.BusTests;

/// <summary>The terminal's program publishes simulated candles, and a client with nothing of ours reads them: Python over plain sockets.</summary>
public class OtherClientTests
{
    [Fact]
    public async Task Another_peoples_client_finds_every_candle_in_order_with_the_exchanges_digits()
    {
        using var folder = new TestFolder();
        using var server = await NatsServer.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 600, SymbolCount = 5 });
        var terminal = new Terminal(folder) { Sandbox = sandbox };
        using var stop = new CancellationTokenSource();
        var publishing = terminal.RunAsync(
            $"publish binance:BTCUSDT,ETHUSDT okx/usdm:BTC-USDT-SWAP --interval 1m --since -20m --live --into {server.Address} --output json", stop.Token);
        await Eventually.TrueAsync(() => publishing.IsCompleted || StoredCount(server) >= 90, () => "90 candles are not there");
        await stop.CancelAsync();
        var (_, output, error) = await publishing;

        error.ShouldContain("none of them real (SANDBOX)");
        error.ShouldNotContain(NatsServer.Password);
        using var summary = JsonDocument.Parse(output);
        summary.RootElement.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        var published = summary.RootElement.GetProperty("published").GetInt32();
        var read = await ReadAsync(server);
        read.Count.ShouldBe(published);
        foreach (var series in read.GroupBy(candle => candle.GetProperty("subject").GetString()))
        {
            series.Count().ShouldBeGreaterThan(20);
        }

        var (code, listed, _) = await terminal.RunAsync(
            $"history binance BTCUSDT --interval 1m --from -60m --output json --server {server.Address}");
        code.ShouldBeOneOf(0, 3);
        var ours = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("open", out _)).Select(line => line.GetProperty("close").GetRawText()).ToList();
        ours.ShouldBe(read.Where(candle => candle.GetProperty("subject").GetString() == "ohlcv.binance.spot.BTCUSDT.1m").Select(candle => candle.GetProperty("close").GetString()!));
    }

    private static int StoredCount(NatsServer server)
    {
        try
        {
            return Stored.AllAsync(server).GetAwaiter().GetResult().Count;
        }
        catch (NATS.Client.JetStream.NatsJSApiException)
        {
            return 0; // it is not there yet
        }
    }

    private static async Task<List<JsonElement>> ReadAsync(NatsServer server)
    {
        var script = Path.Combine(Repository.Root, "tests/clients/bus_reader.py");
        try
        {
            using var client = Process.Start(new ProcessStartInfo(
                "python3", [script, $"127.0.0.1:{server.Port}", NatsServer.User, NatsServer.Password, "OHLCV"])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = client.StandardError.ReadToEndAsync();
            var lines = await client.StandardOutput.ReadToEndAsync();
            await client.WaitForExitAsync();
            client.ExitCode.ShouldBe(0, await error);
            return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("MUST_RUN") is not "1")
        {
            Assert.Skip("python3 is not installed here.");
            throw;
        }
    }
}
