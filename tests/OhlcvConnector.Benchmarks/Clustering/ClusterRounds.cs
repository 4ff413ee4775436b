using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.ClusterTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Nats.Cluster;
using OhlcvConnector.Testing;

namespace OhlcvConnector.Benchmarks.Clustering;

/// <summary>
/// How long it takes to move all series of a node to another, within Binance's limits, which the simulated exchange enforces: from the moment at which the one
/// is told to leave until the other's last series is subscribed. Beside it the floor: subscribing the same series with nothing to move.
/// </summary>
internal static class ClusterRounds
{
    private const int Rounds = 3;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs it; <c>simulate [series [nodes]]</c> simulates a large cluster instead.</summary>
    public static Task<int> RunAsync(string[] args) => args is ["simulate", .. var sizes]
        ? Task.FromResult(ClusterSimulation.Run(Number(sizes, 0, 100_000), Number(sizes, 1, 50)))
        : MoveAsync(Number(args, 0, 2_000));

    private static int Number(string[] args, int at, int unset) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : unset;

    private static async Task<int> MoveAsync(int count)
    {
        var folder = Directory.CreateTempSubdirectory("cluster-benchmark-");
        var port = LoopbackPort.Reserve();
        using var nats = Start("nats-server", ["-a", "127.0.0.1", "-p", $"{port}", "-js", "-sd", folder.FullName]);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = count });
        try
        {
            using var http = new HttpClient { BaseAddress = sandbox.BaseAddress };
            var clock = sandbox.Clock;
            var options = new NatsBusOptions { Address = $"nats://127.0.0.1:{port}", IsSandbox = true };
            await using var cluster = await OpenAsync(options);
            await using var connector = Create(http.BaseAddress, clock);
            var listed = (await connector.InstrumentsAsync("binance", Market.Spot)).Where(one => one.IsTrading).Take(count).ToList();
            await cluster.Book.AddAsync(listed.Select(one => new ClusterSeries(one.Exchange, one.Market, one.VenueSymbol, Interval.OneMinute)));
            await using var leases = await cluster.LeasesAsync(Lease);
            for (var round = 0; round < Rounds; round++)
            {
                await RoundAsync(http, clock, options, cluster, leases, listed, Math.Min(count, listed.Count));
            }

            Console.WriteLine(FormattableString.Invariant($"limits exceeded {await CountAsync(http, "violations")}"));
            return 0;
        }
        finally
        {
            nats.Kill();
            await nats.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task RoundAsync(
        HttpClient http, TimeProvider clock, NatsBusOptions options, NatsCluster cluster, ILeases leases, IReadOnlyList<Instrument> listed,
        int count)
    {
        var watch = Stopwatch.StartNew();
        await using (var alone = Create(http.BaseAddress!, clock))
        await using (var feed = alone.Feeds.Open([.. listed.Select(one => new Series(one, Interval.OneMinute))]))
        {
            using var end = new CancellationTokenSource();
            var reading = ReadAsync(feed, end.Token);
            await UntilAsync(async () => await CountAsync(http, "subscriptions") >= count);
            watch.Stop();
            await end.CancelAsync();
            await reading;
        }

        var floor = watch.Elapsed;
        await UntilAsync(async () => await CountAsync(http, "subscriptions") == 0);
        await using var first = Start("first", weight: 1);
        await UntilAsync(() => Task.FromResult(first.Member.Counts.CarriedSeries >= count));
        await UntilAsync(async () => await CountAsync(http, "subscriptions") >= count);
        await using var second = Start("second", weight: 0.0001); // it lives, and has nothing yet
        await UntilAsync(() => Task.FromResult(first.Member.Counts.Nodes == 2));
        watch.Restart();
        await first.LeaveAsync();
        await UntilAsync(async () => second.Member.Counts.CarriedSeries >= count && await CountAsync(http, "subscriptions") >= count);
        Console.WriteLine(FormattableString.Invariant($"{count} series moved and subscribed in {watch.Elapsed.TotalSeconds:0.00} s; subscribing alone takes {floor.TotalSeconds:0.00} s; ratio {watch.Elapsed / floor:0.00}"));
        await second.LeaveAsync();
        await UntilAsync(async () => await CountAsync(http, "subscriptions") == 0);

        MemberNode Start(string name, double weight) => MemberNode.Start(
            new ClusterNode(name, name, weight), leases, cluster.Book.SeriesAsync, options, http.BaseAddress!, clock);
    }

    private static async Task ReadAsync(IPriceFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in feed.ReadAllAsync(cancellationToken))
            {
                // only to be subscribed
            }
        }
        catch (OperationCanceledException)
        {
            // enough
        }
    }

    private static Task<NatsCluster> OpenAsync(NatsBusOptions options) => UntilAsync(async () =>
    {
        try
        {
            return await NatsCluster.OpenAsync(options);
        }
        catch (ClusterException)
        {
            return null; // it starts
        }
    });

    private static Connector Create(Uri sandbox, TimeProvider clock) =>
        Connector.Create(options => (options.Sandbox, options.MarketClock) = (sandbox, clock));

    private static async Task<long> CountAsync(HttpClient http, string name)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync("sandbox/statistics"));
        return document.RootElement.GetProperty(name).GetInt64();
    }

    private static async Task UntilAsync(Func<Task<bool>> condition) => await UntilAsync(async () => await condition() ? "" : null);

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> find)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            await Task.Delay(Look);
            if (watch.Elapsed > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException("It did not come to an end within two minutes.");
            }
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
