using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The real programs under a service manager: they say when they are ready and when they stop, log for the journal, and end with 0.</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("OhlcvConnector.Wss", "connector-wss.dll", "")]
    [InlineData("OhlcvConnector.Cli", "connector-cli.dll", "serve")]
    public async Task A_service_manager_is_told_when_the_server_is_ready_and_when_it_stops(string project, string program, string command)
    {
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(_path));
        var built = Path.Combine(AppContext.BaseDirectory, "../..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), program);
        var start = new ProcessStartInfo(
            "dotnet", [built, .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--sandbox", "--port", "0", "--health-port", "0"])
        {
            RedirectStandardError = true,
            Environment = { ["NOTIFY_SOCKET"] = _path, ["JOURNAL_STREAM"] = "8:1" },
        };
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            (await ReceiveAsync(manager)).ShouldBe("READY=1");
            Process.Start("kill", ["-TERM", $"{process.Id}"]).Dispose();
            (await ReceiveAsync(manager)).ShouldBe("STOPPING=1");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));

            process.ExitCode.ShouldBe(0);
            var lines = (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            lines.ShouldContain(line => line.StartsWith("<4>SANDBOX: ", StringComparison.Ordinal));
            lines.ShouldContain(line => line.StartsWith("<6>WebSocket at ws://127.0.0.1:", StringComparison.Ordinal));
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[100];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
