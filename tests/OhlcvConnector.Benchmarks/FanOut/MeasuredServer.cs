using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    /// <param name="kind">A name of <see cref="ServerKind"/>.</param>
    /// <param name="perSecond">Messages a second.</param>
    /// <param name="burst">Messages at one moment.</param>
    /// <param name="keepsDeaf">Whether the product keeps clients that answer no ping.</param>
    public static async Task RunAsync(string kind, int perSecond, int burst, bool keepsDeaf)
    {
        var pace = new Pace(perSecond, burst);
        Action<long, int> send;
        int port;
        BrokerServer? broker = null;
        using var certificate = NewCertificate();
        if (ServerKind.IsProduct(kind))
        {
            var feed = new SyntheticFeed();
            port = await StartProductAsync(feed, keepsDeaf, ServerKind.IsTls(kind) ? certificate : null);
            send = feed.Send;
        }
        else if (kind is ServerKind.Redis or ServerKind.Nats)
        {
            broker = BrokerServer.Start(kind);
            (port, send) = (broker.Port, broker.Send);
        }
        else
        {
            var floor = new KestrelFloor();
            port = await floor.StartAsync(ServerKind.IsTls(kind) ? certificate : null);
            send = floor.Send;
        }

        Console.WriteLine(port.ToString(CultureInfo.InvariantCulture));
        await Task.Factory.StartNew(
            () => Obey(pace, send, broker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // no thread of the pool
    }

    private static void Obey(Pace pace, Action<long, int> send, BrokerServer? broker)
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

            Console.WriteLine(JsonSerializer.Serialize(broker?.Usage(pace.Offered) ?? new ServerUsage(
                Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(
                    forceFullCollection: false), Environment.WorkingSet, pace.Offered)));
        }
    }

    private static async Task<int> StartProductAsync(SyntheticFeed feed, bool keepsDeaf, X509Certificate2? certificate)
    {
        var options = new ServerOptions { Port = 0, HealthPort = 0 };
        if (keepsDeaf)
        {
            (options.WriteTimeout, options.PingInterval) = (TimeSpan.FromHours(1), TimeSpan.Zero);
        }

        if (certificate is not null)
        {
            (options.CertificatePath, options.CertificateKeyPath) = (Path.GetTempFileName(), Path.GetTempFileName());
            await File.WriteAllTextAsync(options.CertificatePath, certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(options.CertificateKeyPath, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        var server = await ConnectorServer.StartAsync(options, _ => { }, logging =>
        {
            logging.SetMinimumLevel(LogLevel.None);
            logging.Services.AddSingleton<IPriceFeedRepository>(feed); // before the server's own, which it then does not add
            logging.Services.AddSingleton<IInstrumentRepository>(feed);
        });
        if (certificate is not null)
        {
            File.Delete(options.CertificatePath!);
            File.Delete(options.CertificateKeyPath!);
        }

        return server.StreamAddress.Port;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
