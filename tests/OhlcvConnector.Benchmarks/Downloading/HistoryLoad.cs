using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.Benchmarks.Downloading;

/// <summary>
/// Downloads 260,640 minutes from each venue's twin on loopback, in several ways in turn, each a process of its own: the floor, the library, for Binance the
/// terminal's command as well, and ccxt.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- history [--venues binance,okx,bybit,gateio,hyperliquid]
/// [--kinds floor,product,csv,json,ccxt] [--turns 3] [--runs 4] [--rows 260640] [--delay 0] [--ccxt FOLDER]</c>: milliseconds that each answer waits; a
/// folder in which ccxt is installed, else it is installed in one that is deleted.
/// </remarks>
internal static class HistoryLoad
{
    private const string Ccxt = "ccxt";

    /// <summary>Runs what the arguments ask for, one of the processes or all of them.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["server", var venue, var delay]:
                HistoryServer.Run(venue, TimeSpan.FromMilliseconds(Integer(delay)));
                return 0;
            case ["client", var kind, var venue, var port, var runs, var rows]:
                await HistoryClient.RunAsync(kind, venue, Integer(port), Integer(runs), Integer(rows));
                return 0;
            default:
                break;
        }

        var kinds = Option(args, "--kinds", $"{HistoryClient.Floor},{HistoryClient.Product},{HistoryClient.Csv},{HistoryClient.Json},{Ccxt}").Split(',');
        using var peer = kinds.Contains(Ccxt) ? CcxtFolder.Open(Option(args, "--ccxt", "")) : null;
        Console.WriteLine("| venue | client | CPU us/row min/median/max | of floor | bytes/row | s for all rows |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var venue in Option(args, "--venues", "binance,okx,bybit,gateio,hyperliquid").Split(','))
        {
            var possible = kinds.Where(kind => kind == Ccxt ? peer is not null : venue == "binance" || kind is HistoryClient.Floor or HistoryClient.Product);
            await CompareAsync(venue, [.. possible], peer, args);
        }

        return 0;
    }

    private static async Task CompareAsync(string venue, string[] kinds, CcxtFolder? peer, string[] args)
    {
        var (turns, runs, rows) = (Integer(Option(args, "--turns", "3")), Option(args, "--runs", "4"), Option(args, "--rows", $"{HistoryClient.Rows}"));
        using var server = Start("server", venue, Option(args, "--delay", "0"));
        try
        {
            var port = (await server.StandardOutput.ReadLineAsync())!;
            var results = kinds.ToDictionary(kind => kind, _ => new List<DownloadCost>());
            for (var turn = 0; turn < turns; turn++)
            {
                foreach (var kind in kinds)
                {
                    using var client = kind == Ccxt ? peer!.Start(venue, port, Integer(rows), runs) : Start("client", kind, venue, port, runs, rows);
                    var line = await client.StandardOutput.ReadToEndAsync();
                    await client.WaitForExitAsync();
                    results[kind].Add(
                        JsonSerializer.Deserialize<DownloadCost>(line.Trim().Split('\n')[^1]) ?? throw new InvalidOperationException($"{kind} failed: {line}"));
                }
            }

            Print(venue, results);
        }
        finally
        {
            server.Kill();
        }
    }

    private static void Print(string venue, Dictionary<string, List<DownloadCost>> results)
    {
        var floor = results.TryGetValue(HistoryClient.Floor, out var floors) ? Median(floors, Cpu) : double.NaN;
        foreach (var (kind, runs) in results)
        {
            var cpu = runs.Select(Cpu).Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {venue} | {kind} | {cpu[0]:F2}/{cpu[cpu.Count / 2]:F2}/{cpu[^1]:F2} | {cpu[cpu.Count / 2] / floor:F2} | {Median(runs, run => (double)run.AllocatedBytes / run.Rows):F0} | {Median(runs, run => run.Seconds * HistoryClient.Rows / run.Rows):F2} |"));
        }

        var isOfOneTime = venue is "binance" or "okx" or "bybit"; // of the others each reads its newest candles
        if (isOfOneTime && results.Values.SelectMany(runs => runs).Where(run => run.Sum != 0).Select(run => Math.Round(run.Sum)).Distinct().Count() > 1)
        {
            Console.WriteLine($"The sums differ: {string.Join(", ", results.Select(result => $"{result.Key} {result.Value[0].Sum} of {result.Value[0].Rows} rows"))}");
        }
    }

    private static double Cpu(DownloadCost run) => run.CpuMicroseconds / run.Rows;

    private static double Median(List<DownloadCost> runs, Func<DownloadCost, double> of) => runs.Select(of).Order().ElementAt(runs.Count / 2);

    private static Process Start(params string[] args)
    {
        var self = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(HistoryLoad).Assembly.Location] : [];
        return Process.Start(new ProcessStartInfo(self, [.. host, "history", .. args]) { RedirectStandardOutput = true })!;
    }

    private static string Option(string[] args, string name, string otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
