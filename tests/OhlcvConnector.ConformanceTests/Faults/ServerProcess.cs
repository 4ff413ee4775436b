using System.Diagnostics;
using System.Globalization;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>A server in a process of its own, to be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private bool _isOver;

    private ServerProcess(Process process, int port, int restPort)
    {
        _process = process;
        Stream = new Uri($"ws://127.0.0.1:{port}");
        Rest = new Uri($"http://127.0.0.1:{restPort}");
    }

    public Uri Stream { get; }

    public Uri Rest { get; }

    public static async Task<ServerProcess> StartAsync(Uri sandbox, int port, int restPort, params string[] more)
    {
        var start = new ProcessStartInfo
        {
            FileName = "dotnet",
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "connector-cli.dll"), "serve", $"--sandbox={sandbox}", "--port",
                port.ToString(CultureInfo.InvariantCulture),
                "--health-port", restPort.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardError = true,
        };
        Array.ForEach(more, start.ArgumentList.Add);
        var process = Process.Start(start)!;
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("WebSocket at", StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync(); // read, so that it never waits for us
                return new ServerProcess(process, port, restPort);
            }
        }

        throw new InvalidOperationException($"The server did not start: {string.Join('\n', said)}");
    }

    /// <summary>Ends it without a goodbye.</summary>
    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _process.Kill(); // SIGKILL
        _process.WaitForExit();
        _process.Dispose();
    }
}
