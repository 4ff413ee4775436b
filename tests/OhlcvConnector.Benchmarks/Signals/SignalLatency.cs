using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Hosting;

namespace OhlcvConnector.Benchmarks.Signals;

/// <summary>
/// How long after a closed candle reached the server a WebSocket client has the signals that it made, all of them kept in SQLite before: the whole server on
/// simulated exchanges at the world's pace, candles of a second, one process, one client that follows candles and signals. The floor is the candle itself
/// on its way to the same client.
/// </summary>
/// <remarks><c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- signal-latency [--series 20] [--signals 2000]</c></remarks>
internal static class SignalLatency
{
    private const double Target = 50;
    private const int Warm = 10; // seconds

    public static async Task<int> RunAsync(string[] args)
    {
        var (series, wanted) = (Option(args, "--series", 20), Option(args, "--signals", 2_000));
        var folder = Directory.CreateTempSubdirectory("signal-latency-");
        try
        {
            return await RunAsync(folder.FullName, series, wanted);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(string folder, int series, int wanted)
    {
        var rules = Path.Combine(folder, "signals.json"); // each close makes one signal, and the built-in rules are evaluated beside it
        await File.WriteAllTextAsync(rules, """{ "limits": { "signalsPerHour": 1000000 }, "rules": [ { "name": "every", "direction": "neutral", "when": "close > 0", "repeat": true } ] }""");
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = Math.Max(20, series), EnforceLimits = false });
        var options = new ServerOptions
        {
            Port = 0,
            HealthPort = 0,
            SignalRules = rules,
            SignalStore = Path.Combine(folder, "signals.db"),
            SignalIntervals = [Interval.OneSecond],
        };
        await using var connector = Connector.Create(connector => (connector.Sandbox, connector.MarketClock) = (sandbox.BaseAddress, sandbox.Clock));
        var listed = await connector.InstrumentsAsync("binance");
        var symbols = listed.Where(one => one.Market == Market.Spot).Take(series).Select(one => one.VenueSymbol).ToList();
        options.Signals.Add($"binance/spot:{string.Join(',', symbols)}");
        await using var server = await ConnectorServer.StartAsync(
            options, connector => (connector.Sandbox, connector.MarketClock) = (sandbox.BaseAddress, sandbox.Clock), logging => logging.ClearProviders());
        using var client = new ClientWebSocket();
        await client.ConnectAsync(server.StreamAddress, CancellationToken.None);
        await SayAsync(client, """{"op":"subscribe","channel":"signals"}""");
        await SayAsync(client, $$"""{"op":"subscribe","exchange":"binance","market":"spot","symbols":["{{string.Join("\",\"", symbols)}}"],"interval":"1s","closed_only":true}""");
        _ = await ReadAsync(client, Warm * symbols.Count); // the pasts are read, and the compiler does its work
        var (candles, signals) = await ReadAsync(client, wanted);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{symbols.Count} series, {Environment.ProcessorCount} processors; from a close's arrival at the server to the client's frame, ms:"));
        Tell("the candle", candles);
        Tell("its signals", signals);
        return At(signals, 0.99) < Target ? 0 : 1;
    }

    /// <summary>Takes the moment of each frame; a signal is compared with the arrival of the candle that made it.</summary>
    private static async Task<(List<double> Candles, List<double> Signals)> ReadAsync(ClientWebSocket client, int wanted)
    {
        var arrivals = new Dictionary<(string, string), double>();
        var waiting = new List<((string, string) Candle, double Seen)>();
        var (candles, signals) = (new List<double>(), new List<double>());
        var buffer = new byte[1 << 20];
        while (signals.Count < wanted)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await client.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            var now = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
            using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            var frame = json.RootElement;
            switch (frame.GetProperty("type").GetString())
            {
                case "quote" when frame.GetProperty("is_closed").GetBoolean() && frame.GetProperty("source").GetString() == "stream":
                    var arrived = (frame.GetProperty("received_at").GetDateTimeOffset().UtcDateTime - DateTime.UnixEpoch).TotalMilliseconds;
                    arrivals[Key(frame)] = arrived;
                    candles.Add(now - arrived);
                    break;
                case "signal":
                    waiting.Add((Key(frame), now));
                    break;
                case "error":
                    throw new InvalidOperationException(frame.GetRawText());
                default:
                    break;
            }

            waiting.RemoveAll(one =>
            {
                var isKnown = arrivals.TryGetValue(one.Candle, out var arrived);
                if (isKnown)
                {
                    signals.Add(one.Seen - arrived);
                }

                return isKnown;
            });
        }

        return (candles, signals);

        static (string, string) Key(JsonElement frame) => (frame.GetProperty("venue_symbol").GetString()!, frame.GetProperty("close_time").GetRawText());
    }

    private static void Tell(string what, List<double> times) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"  {what}: p50 {At(times, 0.5):0.00}, p99 {At(times, 0.99):0.00}, most {times.Max():0.00}, of {times.Count}"));

    private static double At(List<double> times, double share)
    {
        var sorted = times.Order().ToList();
        return sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];
    }

    private static Task SayAsync(ClientWebSocket client, string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static int Option(string[] args, string name, int usual) =>
        Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : usual;
}
