using System.Diagnostics;
using System.Globalization;

namespace OhlcvConnector.Benchmarks.Ingest;

/// <summary>
/// Loads the whole way from the socket to the reader: for each load and run a server process and, in turn, a process for each kind of client. Prints a table of
/// medians and of the ratios to FLOOR 3 of the same runs.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- ingest [--loads 1000,20000,flat,idle] [--kinds product,floor3,floor1,package,pool]
/// [--runs 3] [--seconds 8]</c>
/// </remarks>
internal static class IngestLoad
{
    private const int IdleConnections = 10;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Runs what the arguments ask for, one of the processes or all of them.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["server", var rate]:
                LoadServer.Run(int.Parse(rate, CultureInfo.InvariantCulture));
                return 0;
            case ["client", var kind, var port, var time, var connections]:
                await IngestClient.RunAsync(kind, Integer(port), double.Parse(time, CultureInfo.InvariantCulture), Integer(connections));
                return 0;
            default:
                break;
        }

        var loads = Option(args, "--loads", "1000,20000,flat,idle").Split(',');
        var kinds = Option(args, "--kinds", $"{IngestClient.Product},{IngestClient.Floor3},{IngestClient.Floor1}").Split(',');
        var runs = Integer(Option(args, "--runs", "3"));
        var seconds = double.Parse(Option(args, "--seconds", "8"), CultureInfo.InvariantCulture);
        Console.WriteLine("| load | client | CPU us/message min/median/max | of FLOOR 3 | % of a core | messages/s | read of them | bytes/message | RSS MB | p50 / p99 us | of FLOOR 3 |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var load in loads)
        {
            var results = kinds.ToDictionary(kind => kind, _ => new List<Measurement>());
            for (var run = 0; run < runs; run++)
            {
                foreach (var kind in load == "idle" ? [IngestClient.Product] : kinds)
                {
                    results[kind].Add(await MeasureAsync(load, kind, seconds));
                }
            }

            Print(load, results);
        }

        return 0;
    }

    private static async Task<Measurement> MeasureAsync(string load, string kind, double seconds)
    {
        var (rate, connections) = load switch
        {
            "flat" => (0, 1),
            "idle" => (1, IdleConnections),
            _ => (Integer(load), 1),
        };
        using var server = Start("server", $"{rate}");
        try
        {
            var port = await server.StandardOutput.ReadLineAsync();
            using var client = Start("client", kind, port!, seconds.ToString(CultureInfo.InvariantCulture), $"{connections}");
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + Grace);
                var line = await client.StandardOutput.ReadLineAsync(patience.Token);
                return Measurement.FromLine(line ?? throw new InvalidOperationException($"{kind} at {load} ended without a result."));
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

    private static Process Start(params string[] args)
    {
        var self = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(IngestLoad).Assembly.Location] : [];
        return Process.Start(new ProcessStartInfo(self, [.. host, "ingest", .. args]) { RedirectStandardOutput = true })!;
    }

    private static void Print(string load, Dictionary<string, List<Measurement>> results)
    {
        var floor = results.GetValueOrDefault(IngestClient.Floor3) ?? [];
        foreach (var (kind, runs) in results.Where(result => result.Value.Count > 0))
        {
            var cpu = runs.Select(run => run.CpuPerMessage).Order().ToList();
            var ratio = floor.Count == 0 ? "" : $"{Median(runs, run => run.CpuPerMessage) / Median(floor, run => run.CpuPerMessage):F3}";
            var latency = floor.Count == 0
                ? ""
                : $"{Median(runs, run => run.P50) / Median(floor, run => run.P50):F2} / {Median(runs, run => run.P99) / Median(floor, run => run.P99):F2}";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {load} | {kind} | {cpu[0]:F2}/{cpu[cpu.Count / 2]:F2}/{cpu[^1]:F2} | {ratio} | {Median(runs, run => run.CpuMicroseconds / run.Seconds / 1e4):F2} | {Median(runs, run => run.Messages / run.Seconds):N0} | {Median(runs, run => 100.0 * run.Delivered / run.Messages):F1} % | {Median(runs, run => run.BytesPerMessage):F1} | {Median(runs, run => run.ResidentMegabytes):F0} | {Median(runs, run => run.P50):F1} / {Median(runs, run => run.P99):F1} | {latency} |"));
        }
    }

    private static double Median(List<Measurement> runs, Func<Measurement, double> of) => runs.Select(of).Order().ElementAt(runs.Count / 2);

    private static string Option(string[] args, string name, string otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
