using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Hosting;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>What a server process has used since it began.</summary>
/// <param name="CpuMicroseconds">User and system time of the process.</param>
/// <param name="AllocatedBytes">Managed bytes allocated.</param>
/// <param name="HeapBytes">Managed bytes in use.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="Offered">Messages that were due to each client.</param>
internal sealed record ServerUsage(double CpuMicroseconds, long AllocatedBytes, long HeapBytes, long ResidentBytes, long Offered);

/// <summary>
/// The measured process. Its first line is its port; then it obeys: <c>start</c> begins the messages, <c>mark</c> says what was used, <c>collect</c> the same
/// after
/// collecting garbage. It ends with its input.
/// </summary>
internal static class MeasuredServer
{
    public const string Product = "product";
    public const string Floor = "kestrel";

    /// <param name="kind">The product or the floor.</param>
    /// <param name="perSecond">Messages a second.</param>
    /// <param name="burst">Messages at one moment.</param>
    /// <param name="keepsDeaf">Whether the product keeps clients that answer no ping.</param>
    public static async Task RunAsync(string kind, int perSecond, int burst, bool keepsDeaf)
    {
        var pace = new Pace(perSecond, burst);
        Action<long, int> send;
        int port;
        if (kind == Product)
        {
            var feed = new SyntheticFeed();
            port = await StartProductAsync(feed, keepsDeaf);
            send = feed.Send;
        }
        else
        {
            var floor = new KestrelFloor();
            port = await floor.StartAsync();
            send = floor.Send;
        }

        Console.WriteLine(port.ToString(CultureInfo.InvariantCulture));
        await Task.Factory.StartNew(
            () => Obey(pace, send), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // no thread of the pool
    }

    private static void Obey(Pace pace, Action<long, int> send)
    {
        while (Console.ReadLine() is { } order)
        {
            switch (order)
            {
                case "start":
                    send(0, VenueFrames.SymbolCount); // a series' first quote tells its clients that it lives; that is not to be measured
                    pace.Start(send);
                    break;
                case "collect":
                    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    break;
                default:
                    break;
            }

            Console.WriteLine(JsonSerializer.Serialize(new ServerUsage(
                Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(
                    forceFullCollection: false), Environment.WorkingSet, pace.Offered)));
        }
    }

    private static async Task<int> StartProductAsync(SyntheticFeed feed, bool keepsDeaf)
    {
        var options = new ServerOptions { Port = 0, HealthPort = 0 };
        if (keepsDeaf)
        {
            (options.WriteTimeout, options.PingInterval) = (TimeSpan.FromHours(1), TimeSpan.Zero);
        }

        var server = await ConnectorServer.StartAsync(options, _ => { }, logging =>
        {
            logging.SetMinimumLevel(LogLevel.None);
            logging.Services.AddSingleton<IPriceFeedRepository>(feed); // before the server's own, which it then does not add
            logging.Services.AddSingleton<IInstrumentRepository>(feed);
        });
        return server.StreamAddress.Port;
    }
}
