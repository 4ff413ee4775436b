using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Benchmarks.FanOut;
using OhlcvConnector.Prices;

namespace OhlcvConnector.Benchmarks.Prices;

/// <summary>
/// How many questions for the prices of five assets the server answers over 50 connections, with bodies and with 304, beside a bare Kestrel that answers
/// constant
/// bytes of the same size, in turns of one run (ratios are medians of turns); and what 10,000 assets take of the heap.
/// </summary>
/// <remarks><c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- prices [--runs 9] [--seconds 2]</c></remarks>
internal static class PriceLoad
{
    private const int Connections = 50;
    private const int Assets = 10_000;
    private const string Path = "/prices?symbols=COIN00,COIN01,COIN02,COIN03,COIN04";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["serve", var kind, var bytes])
        {
            await PriceServer.RunAsync(kind, int.Parse(bytes, CultureInfo.InvariantCulture));
            return 0;
        }

        var (runs, seconds) = (Option(args, "--runs", 9), Option(args, "--seconds", 2));
        await MemoryAsync();
        Console.WriteLine($"{Connections} connections, {runs} turns of {seconds} s, on {Environment.ProcessorCount} processors");
        Console.WriteLine(
            "| answers | server | bytes | requests/s min/median/max | of the floor | p50 / p99 ms | p99 of the floor |\n|---|---|---|---|---|---|---|");
        await CompareAsync("200", PriceServer.Product, _ => "", runs, seconds);
        await CompareAsync("304", PriceServer.Still, tag => $"If-None-Match: {tag}\r\n", runs, seconds);
        return 0;
    }

    private static int Option(string[] args, string name, int usual) =>
        Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : usual;

    /// <summary>The product and the floor in turns, after one turn that does not count.</summary>
    private static async Task CompareAsync(string name, string kind, Func<string, string> headers, int runs, int seconds)
    {
        using var product = BenchmarkProcess.Start([], "prices", "serve", kind, "0");
        var productPort = int.Parse(await product.ReadAsync(), CultureInfo.InvariantCulture);
        var (size, tag) = await LookAsync(productPort, kind == PriceServer.Still);
        using var floor = BenchmarkProcess.Start([], "prices", "serve", PriceServer.Floor, size.ToString(CultureInfo.InvariantCulture));
        var floorPort = int.Parse(await floor.ReadAsync(), CultureInfo.InvariantCulture);
        var results = new Dictionary<string, List<(double Rate, double Median, double P99)>> { [kind] = [], [PriceServer.Floor] = [] };
        for (var run = 0; run <= runs; run++)
        {
            foreach (var (server, port) in new[] { (PriceServer.Floor, floorPort), (kind, productPort) })
            {
                var result = await MeasureAsync(port, headers(tag), run == 0 ? 2 : seconds);
                if (run > 0)
                {
                    results[server].Add(result);
                }
            }
        }

        foreach (var server in new[] { kind, PriceServer.Floor })
        {
            var turns = results[server].Zip(results[PriceServer.Floor]).ToList();
            var rates = turns.Select(turn => turn.First.Rate).Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {(server == kind ? PriceServer.Product : server)} | {(name == "304" ? 0 : size)} | {rates[0]:N0}/{rates[runs / 2]:N0}/{rates[^1]:N0} | {Median(turn => turn.First.Rate / turn.Second.Rate):F2} | {Median(turn => turn.First.Median):F2} / {Median(turn => turn.First.P99):F2} | {Median(turn => turn.First.P99 / turn.Second.P99):F2} |"));

            double Median(Func<((double Rate, double Median, double P99) First, (double Rate, double Median, double P99) Second), double> of) =>
                turns.Select(of).Order().ElementAt(runs / 2);
        }
    }

    /// <summary>An answer: how long its body is, and its tag, which stays where prices do.</summary>
    private static async Task<(int Size, string Tag)> LookAsync(int port, bool isStill)
    {
        using var http = new HttpClient();
        var address = new Uri($"http://127.0.0.1:{port}{Path}");
        for (var before = ""; ;)
        {
            using var answer = await http.GetAsync(address);
            var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            var tag = answer.Headers.ETag!.ToString();
            if (!isStill || tag == before)
            {
                return (body.Length, tag);
            }

            before = tag;
            await Task.Delay(TimeSpan.FromSeconds(3));
        }
    }

    private static async Task<(double Rate, double Median, double P99)> MeasureAsync(int port, string headers, int seconds)
    {
        var request = Encoding.ASCII.GetBytes($"GET {Path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => AskAsync(port, request, stop.Token))));
        var elapsed = watch.Elapsed.TotalSeconds;
        var times = all.SelectMany(one => one).Order().ToList();
        return (times.Count / elapsed, times[times.Count / 2], times[(int)(times.Count * 0.99)]);
    }

    /// <summary>Asks again and again over one connection; how long each answer took, in ms.</summary>
    private static async Task<List<double>> AskAsync(int port, byte[] request, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
        var (buffer, times) = (new byte[64 * 1024], new List<double>(100_000));
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await socket.SendAsync(request, CancellationToken.None);
            var length = 0;
            do
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += read > 0 ? read : throw new IOException("The server closed the connection.");
            }
            while (!IsWhole(buffer.AsSpan(0, length)));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = answer[..end];
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return true;
        }

        var digits = head[(at + 16)..];
        var line = digits.IndexOf((byte)'\r');
        return answer.Length >= end + 4 + int.Parse(line < 0 ? digits : digits[..line], CultureInfo.InvariantCulture);
    }

    private static async Task MemoryAsync()
    {
        var source = new ManyAssets();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var tracker = new PriceTracker([source], new PriceTrackerOptions { MaxAssets = Assets });
        foreach (var part in Enumerable.Range(0, Assets).Chunk(1_000))
        {
            await tracker.ReadAsync([.. part.Select(i => new PriceRequest($"ASSET{i}"))]);
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{tracker.Counts.Assets:N0} assets take {bytes / 1e6:F1} MB of heap, 24 hourly prices each among it"));
    }

    /// <summary>A source that knows everything of every asset.</summary>
    private sealed class ManyAssets : IPriceProvider
    {
        public string Name => "many";

        public PriceDelivery Delivery => PriceDelivery.Poll;

        public PriceFields Gives => PriceFields.None;

        public Task<IReadOnlyDictionary<PriceRequest, AssetPrice?>> ReadAsync(
            IReadOnlyCollection<PriceRequest> requests, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyDictionary<PriceRequest, AssetPrice?>>(requests.ToDictionary(request => request, request => (AssetPrice?)new AssetPrice
            {
                Symbol = request.Symbol,
                Quote = "USD",
                Price = 1.23456789m,
                LastUpdated = TimeProvider.System.GetUtcNow(),
                Source = Name,
                Name = "Asset " + request.Symbol,
                Change24h = 1,
                High24h = 2,
                Low24h = 1,
                Volume24h = 1_000_000,
                Supply = 21_000_000,
                Hours = new decimal[24],
            }));
    }
}
