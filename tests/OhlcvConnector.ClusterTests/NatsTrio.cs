using System.ComponentModel;
using System.Diagnostics;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ClusterTests;

/// <summary>Three NATS servers with the settings of deploy/cluster, of which only addresses and folders are others, on loopback.</summary>
internal sealed class NatsTrio : IDisposable
{
    private readonly Process?[] _processes = new Process?[3];
    private readonly string _folder = Directory.CreateTempSubdirectory("nats-trio-").FullName;
    private readonly int[] _clients = Ports();
    private readonly int[] _routes = Ports();

    private NatsTrio()
    {
    }

    /// <summary>Where each is asked whether it is well.</summary>
    public Uri[] Monitors { get; } = [.. Ports().Select(port => new Uri($"http://127.0.0.1:{port}/"))];

    /// <summary>Addresses of all, as the compose file has them.</summary>
    public string Hosts(string address) => Enumerable.Range(0, 3).Aggregate(
        address, (text, index) => text.Replace($"nats-{index + 1}:4222", $"127.0.0.1:{_clients[index]}", StringComparison.Ordinal));

    /// <summary>Starts them, and waits until they are one cluster.</summary>
    public static async Task<NatsTrio> StartAsync()
    {
        var trio = new NatsTrio();
        try
        {
            for (var index = 0; index < 3; index++)
            {
                trio.Start(index);
            }
        }
        catch (Win32Exception exception)
        {
            trio.Dispose();
            throw Needed.Missing($"nats-server is not there: {exception.Message}");
        }

        using var http = new HttpClient();
        await Eventually.TrueAsync(
            () => trio.Monitors.All(monitor => Answers(http, new Uri(monitor, "healthz"))), "the three form a cluster with a leader");
        return trio;
    }

    /// <summary>As kill -9 does.</summary>
    public void Kill(int index)
    {
        _processes[index]?.Kill();
        _processes[index]?.WaitForExit();
        _processes[index]?.Dispose();
        _processes[index] = null;
    }

    /// <summary>Starts one, on what it has on its disk.</summary>
    public void Start(int index)
    {
        var settings = Path.Combine(_folder, $"{index}.conf");
        var text = Deployed.NatsSettings
            .Replace("0.0.0.0:4222", $"127.0.0.1:{_clients[index]}", StringComparison.Ordinal)
            .Replace("0.0.0.0:8222", $"127.0.0.1:{Monitors[index].Port}", StringComparison.Ordinal)
            .Replace("0.0.0.0:6222", $"127.0.0.1:{_routes[index]}", StringComparison.Ordinal)
            .Replace("store_dir: /data", $"store_dir: \"{_folder}/{index}\"", StringComparison.Ordinal);
        File.WriteAllText(settings, Enumerable.Range(0, 3).Aggregate(
            text, (some, other) => some.Replace($"nats-{other + 1}:6222", $"127.0.0.1:{_routes[other]}", StringComparison.Ordinal)));
        var start = new ProcessStartInfo("nats-server", ["--config", settings]) { RedirectStandardError = true };
        start.Environment["NATS_NAME"] = $"nats-{index + 1}";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { }; // else it would stop when nobody reads
        process.BeginErrorReadLine();
        _processes[index] = process;
    }

    /// <summary>Whether an address is answered with a 200.</summary>
    public static bool Answers(HttpClient http, Uri address)
    {
        try
        {
            using var answer = http.GetAsync(address).GetAwaiter().GetResult();
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        for (var index = 0; index < 3; index++)
        {
            Kill(index);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static int[] Ports() => [.. Enumerable.Range(0, 3).Select(_ => LoopbackPort.Reserve())];
}
