using System.Diagnostics;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ConformanceTests;

/// <summary>Many series on one venue, which is a process of its own.</summary>
internal static class ScaleRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(75); // each series has a close by then

    public static async Task<int> RunAsync(string exchange, int count, TimeSpan outage)
    {
        using var sandbox = await SandboxProcess.StartAsync(LoopbackPort.Reserve(), 1, count, DateTimeOffset.UtcNow);
        using var http = new HttpClient();
        using var log = new LogRecorder();
        await using var repositories = new VenueRepositories(Venues.All, new ConnectorOptions { Sandbox = sandbox.Address }, log);
        var market = exchange is "hyperliquid" or "bybit" ? Market.UsdMargined : Market.Spot;
        var listed = await repositories.ListAsync(exchange, market);
        var series = listed.Where(instrument => instrument.ExpiresAt is null && instrument.IsTrading).Take(count)
            .Select(instrument => new Series(instrument, Interval.OneMinute)).ToList();
        var (heapBefore, residentBefore) = Memory();
        var watch = Stopwatch.StartNew();
        await using var feed = repositories.Open(series);
        var closes = new Dictionary<Series, DateTimeOffset>();
        var quotes = 0L;
        var gaps = 0;
        var reading = Task.Run(async () =>
        {
            await foreach (var quote in feed.ReadAllAsync())
            {
                quotes++;
                if (quote.IsClosed)
                {
                    lock (closes)
                    {
                        gaps += quote.GapBefore is null
                            && (!closes.TryGetValue(quote.Series, out var before) || before == quote.OpenTime || exchange == "hyperliquid") ? 0 : 1;
                        closes[quote.Series] = quote.CloseTime;
                    }
                }
            }
        });
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await sandbox.CountAsync(http, "subscriptions") < series.Count && watch.Elapsed < Patience)
        {
            await tick.WaitForNextTickAsync();
        }

        var subscribed = watch.Elapsed;
        watch.Restart();
        while (watch.Elapsed < Settle)
        {
            await tick.WaitForNextTickAsync();
        }

        var (heap, resident) = Memory();
        Console.WriteLine(FormattableString.Invariant($"{exchange} {market.Name()}: {series.Count} series, {await sandbox.CountAsync(http, "subscriptions")} subscribed within {subscribed.TotalSeconds:F1} s, {await sandbox.CountAsync(http, "connectionsOpen")} connections, limits exceeded {await sandbox.CountAsync(http, "violations")}, {quotes} quotes, {closes.Count} series with a close; heap {(heap - heapBefore) / 1024.0 / series.Count:F2} KB and resident {(resident - residentBefore) / 1024.0 / series.Count:F1} KB a series"));
        if (outage > TimeSpan.Zero)
        {
            await sandbox.InjectAsync(http, FormattableString.Invariant($$"""[{"kind":"Refuse","duration":{{outage.TotalSeconds}}},{"kind":"ServerError","duration":{{outage.TotalSeconds}}},{"kind":"DropAll"}]"""));
            watch.Restart();
            while (watch.Elapsed < outage)
            {
                await tick.WaitForNextTickAsync();
            }

            var back = DateTimeOffset.UtcNow;
            watch.Restart();
            while (!AllClosed(back - TimeSpan.FromMinutes(1)) && watch.Elapsed < Patience)
            {
                await tick.WaitForNextTickAsync();
            }

            Console.WriteLine(FormattableString.Invariant($"  after an outage of {outage.TotalSeconds:F0} s, streams and REST: all series complete again within {watch.Elapsed.TotalSeconds:F1} s, limits exceeded {await sandbox.CountAsync(http, "violations")}, holes {gaps}"));
        }

        foreach (var warnings in log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).GroupBy(
            line => line[..Math.Min(line.Length, 60)]).Take(20))
        {
            Console.WriteLine($"  {warnings.Count()} x {warnings.First()}");
        }

        await feed.DisposeAsync();
        await reading;
        return await sandbox.CountAsync(http, "violations") == 0 && gaps == 0 ? 0 : 1;

        bool AllClosed(DateTimeOffset until)
        {
            lock (closes)
            {
                return closes.Count == series.Count && closes.Values.All(time => time >= until);
            }
        }
    }

    private static (long Heap, long Resident) Memory()
    {
        GC.Collect();
        return (GC.GetGCMemoryInfo().HeapSizeBytes, Environment.WorkingSet);
    }
}
