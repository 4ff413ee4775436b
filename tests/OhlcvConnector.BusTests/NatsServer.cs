using System.ComponentModel;
using System.Diagnostics;
using OhlcvConnector.Testing;

namespace OhlcvConnector.BusTests;

/// <summary>
/// nats-server itself on a free port of loopback, with JetStream in a folder of its own, which a test can kill and start again on the same data. Where it is
/// not installed, tests are skipped with the reason, which is a failure where MUST_RUN is set.
/// </summary>
internal sealed class NatsServer : IDisposable
{
    public const string User = "carrier";
    public const string Password = "nats-Pass@word-0123456789";
    private Process? _process;

    private NatsServer(string folder, int port) => (Folder, Port) = (folder, port);

    public int Port { get; }

    /// <summary>Where it keeps its streams.</summary>
    public string Folder { get; }

    public string Address => $"nats://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}";

    /// <summary>Starts it.</summary>
    /// <param name="withJetStream">False for a server that stores nothing.</param>
    /// <param name="users">More users than the one, in the words of its settings.</param>
    public static async Task<NatsServer> StartAsync(bool withJetStream = true, string users = "")
    {
        var folder = Directory.CreateTempSubdirectory("nats-test-").FullName;
        var server = new NatsServer(folder, LoopbackPort.Reserve());
        await File.WriteAllTextAsync(
            server.Settings,
            $$"""
            listen: 127.0.0.1:{{server.Port}}
            {{(withJetStream ? $"jetstream {{ store_dir: \"{folder}/store\" }}" : "")}}
            authorization { users: [ { user: "{{User}}", password: "{{Password}}" }{{(users.Length > 0 ? $", {users}" : "")}} ] }
            """);
        try
        {
            await server.RunAsync();
            return server;
        }
        catch (Win32Exception exception)
        {
            throw Needed.Missing($"nats-server is not there: {exception.Message}");
        }
    }

    public async Task RunAsync()
    {
        _process = Process.Start(new ProcessStartInfo("nats-server", ["-c", Settings]) { RedirectStandardError = true })!;
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("Server is ready", StringComparison.Ordinal))
            {
                _ = _process.StandardError.ReadToEndAsync(); // else it would stop when nobody reads
                return;
            }
        }

        throw new InvalidOperationException($"nats-server ended at once: {string.Join(' ', said)}");
    }

    /// <summary>As kill -9 does.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Keeps what is on the disk, of a server that was killed.</summary>
    public void CopyStore() => Copy(Path.Combine(Folder, "store"), Path.Combine(Folder, "older"));

    /// <summary>Puts back what was kept, of a server that was killed: all that was stored since is lost.</summary>
    public void RestoreStore()
    {
        Directory.Delete(Path.Combine(Folder, "store"), recursive: true);
        Copy(Path.Combine(Folder, "older"), Path.Combine(Folder, "store"));
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(Folder, recursive: true);
    }

    private string Settings => Path.Combine(Folder, "nats.conf");

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
