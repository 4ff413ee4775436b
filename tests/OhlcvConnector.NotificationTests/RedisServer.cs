using System.ComponentModel;
using System.Diagnostics;
using OhlcvConnector.Testing;

namespace OhlcvConnector.NotificationTests;

/// <summary>
/// Redis itself on a free port, with a password, which a test can kill and start again on the same data. Where it is not installed, tests are skipped with the
/// reason, which is a failure where MUST_RUN is set.
/// </summary>
internal sealed class RedisServer : IDisposable
{
    public const string Password = "redis-Pass-word-0123456789";
    private readonly string _folder;
    private Process? _process;

    private RedisServer(string folder, int port) => (_folder, Port) = (folder, port);

    public int Port { get; }

    public string Address => $"redis://:{Password}@127.0.0.1:{Port}/0";

    public static async Task<RedisServer> StartAsync(string folder)
    {
        var server = new RedisServer(folder, LoopbackPort.Reserve());
        try
        {
            await server.RunAsync();
            return server;
        }
        catch (Win32Exception exception)
        {
            throw Needed.Missing($"redis-server is not there: {exception.Message}");
        }
    }

    public async Task RunAsync()
    {
        _process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--requirepass", Password, "--dir", _folder, "--appendonly", "yes", "--appendfsync", "always", "--save", ""])
        { RedirectStandardOutput = true })!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync(); // else it would stop when nobody reads
                return;
            }
        }

        throw new InvalidOperationException("redis-server ended at once");
    }

    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Asks as Redis's own terminal does.</summary>
    public async Task<string> AskAsync(params string[] words)
    {
        using var asked = Process.Start(
            new ProcessStartInfo("redis-cli", ["-p", $"{Port}", "--no-auth-warning", "-a", Password, .. words]) { RedirectStandardOutput = true })!;
        var said = await asked.StandardOutput.ReadToEndAsync();
        await asked.WaitForExitAsync();
        return said.Trim();
    }

    public void Dispose() => Kill();
}
