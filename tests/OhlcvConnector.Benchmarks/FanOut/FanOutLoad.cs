using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>
/// Loads the server: for each load and run a server process and a process of clients, the product and the floor in turn. Prints medians, and their ratios to
/// the
/// floor's of the same runs. A run's first half is left out.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- fanout [--loads paced,burst,varied,variedburst,flat,many,idle1000,idle5000,deaf]
/// [--kinds product,kestrel,window,alone,tls,kestreltls,redis,nats] [--runs 3] [--seconds 16]</c>
/// </remarks>
internal static class FanOutLoad
{
    private const int WarmUpClients = 200; // until the compiler has done its work
    private const int DeafSeconds = 60;

    /// <summary>The runtime's settings of the server's own program; the floor runs as it comes.</summary>
    private static readonly Dictionary<string, string> ProductSettings = new() { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" };

    private static readonly Dictionary<string, string> Usual = [];
    private static readonly string[] Kinds = [ServerKind.Product, ServerKind.Floor];

    /// <summary>Runs what the arguments ask for, one of the processes or all of them.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["server", var kind, var perSecond, var burst, var deaf]:
                await MeasuredServer.RunAsync(kind, Integer(perSecond), Integer(burst), keepsDeaf: Integer(deaf) > 0);
                return 0;
            case ["clients", var kind, var port, var prompt, var slow, var deaf, var series, var isVaried]:
                LoadClients.Run(kind, Integer(port), Integer(prompt), Integer(slow), Integer(deaf), Integer(series), bool.Parse(isVaried));
                return 0;
            default:
                break;
        }

        var wanted = Option(args, "--loads", "paced,burst,varied,variedburst,flat,many,idle1000,idle5000,deaf").Split(',');
        var runs = Integer(Option(args, "--runs", "3"));
        var seconds = double.Parse(Option(args, "--seconds", "16"), CultureInfo.InvariantCulture);
        string[] kinds = Option(args, "--kinds", string.Join(',', Kinds)).Split(',');
        foreach (var kind in kinds.Where(kind => ServerKind.Problem(kind) is not null))
        {
            Console.WriteLine($"{kind} is left out: {ServerKind.Problem(kind)}.");
        }

        kinds = [.. kinds.Where(kind => ServerKind.Problem(kind) is null)];
        await MeasureLoadsAsync([.. FanOutScenario.Loads.Where(load => wanted.Contains(load.Name))], kinds, runs, TimeSpan.FromSeconds(seconds));
        await MeasureIdleAsync([.. FanOutScenario.Idle.Where(load => wanted.Contains(load.Name))], kinds, runs);
        if (wanted.Contains(FanOutScenario.Deaf100.Name))
        {
            await MeasureDeafAsync();
        }

        return 0;
    }

    private static async Task MeasureLoadsAsync(FanOutScenario[] loads, string[] kinds, int runs, TimeSpan time)
    {
        if (loads.Length == 0)
        {
            return;
        }

        Console.WriteLine("| load | server | CPU us/delivery min/median/max | of the floor | % of a core | deliveries/s | of those due | messages a read | wire bytes/message | of the first server's | bytes/delivery | RSS MB | p50 / p99 ms | of the floor |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var load in loads)
        {
            var results = kinds.ToDictionary(kind => kind, _ => new List<LoadResult>());
            for (var run = 0; run < runs; run++)
            {
                foreach (var kind in kinds)
                {
                    results[kind].Add(await MeasureLoadAsync(load, kind, time));
                }
            }

            var floor = results[kinds.Contains(ServerKind.Floor) ? ServerKind.Floor : kinds[0]];
            var first = results[kinds[0]];
            foreach (var kind in kinds)
            {
                var (own, cpu) = (results[kind], results[kind].Select(result => result.CpuPerDelivery).Order().ToList());
                var (p50, p99) = (Median(own, result => result.P50), Median(own, result => result.P99));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {load.Name} | {kind} | {cpu[0]:F2}/{Median(cpu, value => value):F2}/{cpu[^1]:F2} | {Median(cpu, value => value) / Median(floor, result => result.CpuPerDelivery):F2} | {Median(own, result => result.PercentOfCore):F0} | {Median(own, result => result.PerSecond):N0} | {Median(own, result => result.PercentOfDue):F1} % | {Median(own, result => result.PerReceive):F1} | {Median(own, result => result.WireBytes):F0} | {Median(own, result => result.WireBytes) / Median(first, result => result.WireBytes):F2} ({Median(cpu, value => value) / Median(first, result => result.CpuPerDelivery):F2} of its CPU) | {Median(own, result => result.BytesPerDelivery):F1} | {Median(own, result => result.ResidentMegabytes):F0} | {p50 / 1000:F1} / {p99 / 1000:F1} | {p50 / Median(floor, result => result.P50):F2} / {p99 / Median(floor, result => result.P99):F2} |"));
            }
        }
    }

    private static async Task<LoadResult> MeasureLoadAsync(FanOutScenario load, string kind, TimeSpan time)
    {
        using var server = StartServer(kind, load);
        using var clients = await StartClientsAsync(kind, await server.ReadAsync(), load);
        await server.AskAsync("start");
        await Task.Delay(time / 2);
        var before = await UsageAsync(server, "mark");
        await DeliveriesAsync(clients);
        var watch = Stopwatch.StartNew();
        await Task.Delay(time / 2);
        var after = await UsageAsync(server, "mark");
        var got = await DeliveriesAsync(clients);
        var measured = watch.Elapsed;
        if (got.Closed > 0)
        {
            throw new InvalidOperationException($"{kind} ended {got.Closed} clients of {load.Name}.");
        }

        return LoadResult.Of(load, before, after, got, measured);
    }

    private static async Task MeasureIdleAsync(FanOutScenario[] loads, string[] kinds, int runs)
    {
        if (loads.Length == 0)
        {
            return;
        }

        Console.WriteLine("| clients | server | RSS KiB a client min/median/max | of the floor | the same after collecting garbage | of the floor | heap KiB a client | of the floor |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var load in loads)
        {
            var results = kinds.ToDictionary(kind => kind, _ => new List<(double Resident, double Collected, double Heap)>());
            for (var run = 0; run < runs; run++)
            {
                foreach (var kind in kinds)
                {
                    results[kind].Add(await MeasureIdleAsync(load, kind));
                }
            }

            var floor = results[kinds.Contains(ServerKind.Floor) ? ServerKind.Floor : kinds[0]];
            foreach (var kind in kinds)
            {
                var (own, resident) = (results[kind], results[kind].Select(result => result.Resident).Order().ToList());
                var (rss, collected, heap) = (Median(own, result => result.Resident), Median(own, result => result.Collected), Median(
                    own, result => result.Heap));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {load.Clients} | {kind} | {resident[0]:F1}/{rss:F1}/{resident[^1]:F1} | {rss / Median(floor, result => result.Resident):F2} | {collected:F1} | {collected / Median(floor, result => result.Collected):F2} | {heap:F1} | {heap / Median(floor, result => result.Heap):F2} |"));
            }
        }
    }

    /// <summary>
    /// Resident memory as it is when the clients are there, and after collecting garbage; what some clients cost in advance, such as compiled code, left out.
    /// </summary>
    private static async Task<(double Resident, double Collected, double Heap)> MeasureIdleAsync(FanOutScenario load, string kind)
    {
        using var server = StartServer(kind, load);
        var port = await server.ReadAsync();
        using var first = await StartClientsAsync(kind, port, load with { Clients = WarmUpClients });
        await Task.Delay(TimeSpan.FromSeconds(3));
        var before = await UsageAsync(server, "collect");
        using var clients = await StartClientsAsync(kind, port, load);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var resident = (await UsageAsync(server, "mark")).ResidentBytes;
        var after = await UsageAsync(server, "collect");
        return (PerClient(resident - before.ResidentBytes), PerClient(after.ResidentBytes - before.ResidentBytes), PerClient(
            after.HeapBytes - before.HeapBytes));

        double PerClient(long bytes) => bytes / 1024.0 / load.Clients;
    }

    private static async Task MeasureDeafAsync()
    {
        var load = FanOutScenario.Deaf100;
        using var server = StartServer(ServerKind.Product, load);
        using var clients = await StartClientsAsync(ServerKind.Product, await server.ReadAsync(), load);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var before = await UsageAsync(server, "collect");
        await server.AskAsync("start");
        Console.WriteLine("| s after the first message | heap KiB a client that does not read | RSS MB of the server |");
        Console.WriteLine("|---|---|---|");
        for (var seconds = 10; seconds <= DeafSeconds; seconds += 10)
        {
            await Task.Delay(TimeSpan.FromSeconds(10));
            var now = await UsageAsync(server, "collect");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {seconds} | {(now.HeapBytes - before.HeapBytes) / 1024.0 / load.Deaf:F1} | {now.ResidentBytes / 1e6:F1} |"));
        }

        Console.WriteLine(
            $"clients that read: {(await DeliveriesAsync(clients)).Count / load.Clients} messages each of {(await UsageAsync(server, "mark")).Offered}");
    }

    private static BenchmarkProcess StartServer(string kind, FanOutScenario load) => BenchmarkProcess.Start(
        ServerKind.IsProduct(kind) ? ProductSettings : Usual, "fanout", "server", kind, $"{load.PerSecond}", $"{load.Burst}", $"{load.Deaf}");

    private static async Task<BenchmarkProcess> StartClientsAsync(string kind, string port, FanOutScenario load)
    {
        var clients = BenchmarkProcess.Start(
            Usual, "fanout", "clients", kind, port, $"{load.Clients}", $"{load.Slow}", $"{load.Deaf}", $"{load.Series}", $"{load.IsVaried}");
        try
        {
            await clients.ReadAsync();
            return clients;
        }
        catch
        {
            clients.Dispose();
            throw;
        }
    }

    private static async Task<ServerUsage> UsageAsync(BenchmarkProcess server, string order) =>
        JsonSerializer.Deserialize<ServerUsage>(await server.AskAsync(order))!;

    private static async Task<Deliveries> DeliveriesAsync(BenchmarkProcess clients) => JsonSerializer.Deserialize<Deliveries>(await clients.AskAsync("mark"))!;

    private static double Median<T>(List<T> results, Func<T, double> of) => results.Select(of).Order().ElementAt(results.Count / 2);

    private static string Option(string[] args, string name, string otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed record LoadResult(
        double CpuPerDelivery, double WireBytes, double PercentOfCore, double PerSecond, double PercentOfDue, double PerReceive,
            double BytesPerDelivery, double ResidentMegabytes, double P50, double P99)
    {
        public static LoadResult Of(FanOutScenario load, ServerUsage before, ServerUsage after, Deliveries got, TimeSpan time)
        {
            var cpu = after.CpuMicroseconds - before.CpuMicroseconds;
            return new LoadResult(
                cpu / got.Count,
                (double)got.Bytes / got.Count,
                100 * cpu / time.TotalMicroseconds,
                got.Count / time.TotalSeconds,
                100.0 * got.Count / ((after.Offered - before.Offered) * (load.Clients + load.Slow)),
                (double)got.Count / got.Receives,
                (double)(after.AllocatedBytes - before.AllocatedBytes) / got.Count,
                after.ResidentBytes / 1e6,
                got.P50,
                got.P99);
        }
    }
}
