using System.Collections.Concurrent;
using System.Diagnostics;
using OhlcvConnector.BusTests;

namespace OhlcvConnector.ClusterTests;

/// <summary>A node in a process of its own, whose way to NATS can be cut; killed, suspended and started again as a test wants.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Uri _sandbox;
    private readonly TimeSpan _lease;
    private readonly CutProxy _way;
    private Process? _process;

    public NodeProcess(string name, Uri sandbox, NatsServer server, TimeSpan lease)
    {
        (Name, _sandbox, _lease) = (name, sandbox, lease);
        _way = new CutProxy(server.Port);
    }

    /// <summary>The program that this build has.</summary>
    public static string OwnProgram => Path.Combine(AppContext.BaseDirectory, "connector-wss.dll");

    /// <summary>The program that is started.</summary>
    public string Program { get; set; } = OwnProgram;

    public string Name { get; }

    /// <summary>What it logged.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Program, $"--sandbox={_sandbox}", "--port", "0", "--health-port", "0", "--cluster",
                $"nats://{NatsServer.User}:{Uri.EscapeDataString(NatsServer.Password)}@127.0.0.1:{_way.Port}", "--cluster-node", Name,
            },
            RedirectStandardError = true,
        };
        start.Environment["CONNECTOR_WSS_CLUSTER_LEASE"] = FormattableString.Invariant($"{_lease.TotalSeconds}");
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Log.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    /// <summary>As kill -9 does.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Suspends it, as SIGSTOP does.</summary>
    public void Suspend() => Signal("-STOP");

    /// <summary>Wakes it.</summary>
    public void Wake() => Signal("-CONT");

    /// <summary>Asks it to end, as SIGTERM does, and waits until it has.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        Signal("-TERM");
        await _process!.WaitForExitAsync(cancellationToken).WaitAsync(ClusterStage.Patience, cancellationToken);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Lets nothing through to NATS, nor back; nobody is told.</summary>
    public void Cut() => _way.Cut();

    /// <summary>Lets everything through again, what was held up too.</summary>
    public void Heal() => _way.Heal();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Kill();
        }

        await _way.DisposeAsync();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process!.Id}"]);
        kill.WaitForExit();
    }
}
