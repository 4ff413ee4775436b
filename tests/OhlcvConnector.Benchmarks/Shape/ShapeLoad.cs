using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Benchmarks.Downloading;

namespace OhlcvConnector.Benchmarks.Shape;

/// <summary>
/// What a user really has: five venues with two encrypted connections each, 500 series, 1,000 messages a second together; and the same with a message a second
/// on each connection. The product, FLOOR 3 ten times, ccxt's <c>watchOHLCVForSymbols</c>, and a reader that decrypts and looks at nothing, each a process of
/// its own.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- shape [--loads busy,idle] [--kinds product,floor3,bare,ccxt] [--seconds 20]
/// [--warm 15] [--ccxt FOLDER]</c>; <c>--loads many</c> measures memory and threads of 12, 100 and 1,000 connections with a message in ten seconds on each;
/// <c>--seconds 600</c> is what is told in docs/performance.md where it says so.
/// </remarks>
internal static class ShapeLoad
{
    private const string Ccxt = "ccxt";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>Runs what the arguments ask for, one of the processes or all of them.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["server", var rate]:
                ShapeServer.Run(Number(rate));
                return 0;
            case ["client", var way, var ports, var warm, var time, var perConnection]:
                await ShapeClient.RunAsync(
                    way, Ports(ports), TimeSpan.FromSeconds(Number(warm)), TimeSpan.FromSeconds(Number(time)), (int)Number(perConnection));
                return 0;
            default:
                break;
        }

        var kinds = Option(args, "--kinds", $"{ShapeClient.Product},{ShapeClient.Floor3},{ShapeClient.Bare},{Ccxt}").Split(',');
        var loads = Option(args, "--loads", "busy,idle").Split(',');
        var (seconds, warmUp) = (Option(args, "--seconds", "20"), Option(args, "--warm", "15"));
        using var peer = kinds.Contains(Ccxt) && loads.Contains("busy") ? CcxtFolder.Open(Option(args, "--ccxt", "")) : null;
        Console.WriteLine("| load | client | % of a core | of FLOOR 3 | wake-ups/s | messages/s | RSS MB | threads | p50 / p99 us |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var load in loads)
        {
            ShapeCost? floor = null;
            foreach (var (kind, perConnection, rate) in Runs(load, [.. kinds.OrderByDescending(kind => kind == ShapeClient.Floor3)], peer is not null))
            {
                var cost = await MeasureAsync(kind, perConnection, rate, seconds, warmUp, peer);
                floor = kind == ShapeClient.Floor3 ? cost : floor;
                Print(load == "many" ? $"{perConnection} series a connection" : load, kind, cost, floor);
            }
        }

        return 0;
    }

    private static IEnumerable<(string Kind, int PerConnection, double Rate)> Runs(string load, string[] kinds, bool hasPeer) => load switch
    {
        "busy" => kinds.Where(kind => kind != Ccxt || hasPeer).Select(kind => (kind, ShapeVenue.SymbolsPerConnection, 100.0)),
        "idle" => kinds.Where(kind => kind != Ccxt).Select(kind => (kind, ShapeVenue.SymbolsPerConnection, 1.0)),
        "many" => new[] { 100, 10, 1 }.Select(perConnection => (ShapeClient.Many, perConnection, 0.1)),
        _ => throw new ArgumentException("Loads are busy, idle and many.", nameof(load)),
    };

    private static async Task<ShapeCost> MeasureAsync(string kind, int perConnection, double rate, string seconds, string warmUp, CcxtFolder? peer)
    {
        using var server = Start("server", rate.ToString(CultureInfo.InvariantCulture));
        try
        {
            var ports = (await server.StandardOutput.ReadLineAsync())!;
            using var client = kind == Ccxt ? peer!.Script("watch.mjs", ports, warmUp, seconds) : Start("client", kind, ports, warmUp, seconds, $"{perConnection}");
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(Number(seconds) + Number(warmUp)) + Grace);
                var line = await client.StandardOutput.ReadLineAsync(patience.Token);
                return JsonSerializer.Deserialize<ShapeCost>(line ?? throw new InvalidOperationException($"{kind} ended without a result."))!;
            }
            finally
            {
                client.Kill();
            }
        }
        finally
        {
            server.Kill();
        }
    }

    private static void Print(string load, string kind, ShapeCost cost, ShapeCost? floor)
    {
        var share = cost.CpuMicroseconds / cost.Seconds / 1e4;
        var ofFloor = floor is null ? "" : $"{share / (floor.CpuMicroseconds / floor.Seconds / 1e4):F3}";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {load} | {kind} | {share:F2} | {ofFloor} | {cost.WakeUps / cost.Seconds:F0} | {cost.Messages / cost.Seconds:F0} | {cost.ResidentMegabytes:F0} | {cost.Threads} | {cost.P50:F0} / {cost.P99:F0} |"));
    }

    private static Process Start(params string[] args)
    {
        var self = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(ShapeLoad).Assembly.Location] : [];
        return Process.Start(new ProcessStartInfo(self, [.. host, "shape", .. args]) { RedirectStandardOutput = true })!;
    }

    private static int[] Ports(string text) => [.. text.Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];

    private static string Option(string[] args, string name, string otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
