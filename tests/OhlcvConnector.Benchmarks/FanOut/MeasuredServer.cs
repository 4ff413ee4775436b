using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Server;
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
/// The measured process. Its first line is its port; then it obeys: <c>start</c> begins the messages, <c>mark</c> says what was used, <c>collect</c> the same after
/// collecting garbage. It ends with its input.
/// </summary>
internal static class MeasuredServer
{
    public const string Product = "product";
    public const string Floor = "kestrel";

    public static async Task RunAsync(string kind, int perSecond, int burst)
    {
        var pace = new Pace(perSecond, burst);
        Action<long, int> send;
        int port;
        if (kind == Product)
        {
            var feed = new SyntheticFeed();
            port = await StartProductAsync(feed);
            send = feed.Send;
        }
        else
        {
            var floor = new KestrelFloor();
            port = await floor.StartAsync();
            send = floor.Send;
        }

        Console.WriteLine(port.ToString(CultureInfo.InvariantCulture));
        await Task.Factory.StartNew(() => Obey(pace, send), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // no thread of the pool
    }

    private static void Obey(Pace pace, Action<long, int> send)
    {
        while (Console.ReadLine() is { } order)
        {
            switch (order)
            {
                case "start":
                    pace.Start(send);
                    break;
                case "collect":
                    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    break;
                default:
                    break;
            }

            Console.WriteLine(JsonSerializer.Serialize(new ServerUsage(
                Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet, pace.Offered)));
        }
    }

    private static async Task<int> StartProductAsync(SyntheticFeed feed)
    {
        var options = new ServerOptions { Port = 0, HealthPort = 0, WriteTimeout = TimeSpan.FromHours(1) }; // who does not read is to stay
        var server = await ConnectorServer.StartAsync(options, _ => { }, logging =>
        {
            logging.SetMinimumLevel(LogLevel.None);
            logging.Services.AddSingleton<IPriceFeedRepository>(feed); // before the server's own, which it then does not add
            logging.Services.AddSingleton<IInstrumentRepository>(feed);
        });
        return server.StreamAddress.Port;
    }
}
