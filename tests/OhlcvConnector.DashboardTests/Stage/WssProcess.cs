using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>connector-wss as a program of its own, which a test can kill and start again on the same port.</summary>
internal sealed partial class WssProcess : IAsyncDisposable
{
    private static readonly string Configuration =
        new DirectoryInfo(AppContext.BaseDirectory).Name; // debug or release: all of a build are of one kind

    private readonly string[] _arguments;
    private readonly List<string> _log = [];
    private readonly Lock _gate = new();
    private Process? _process;

    private WssProcess(string[] arguments) => _arguments = arguments;

    /// <summary>The port of REST and the dashboard.</summary>
    public int Port { get; private set; }

    /// <summary>What it logged.</summary>
    public string Log
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _log);
            }
        }
    }

    public static async Task<WssProcess> StartAsync(params string[] arguments)
    {
        var server = new WssProcess(arguments);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, on the port that it had before if it had one.</summary>
    public async Task StartAsync()
    {
        var program = Path.Combine(ServerTests.Repository.Root, "artifacts/bin/OhlcvConnector.Wss", Configuration, "connector-wss.dll");
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(
            "dotnet", [program, "--port", "0", "--health-port", Port.ToString(CultureInfo.InvariantCulture), .. _arguments])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_gate)
            {
                _log.Add(line.Data ?? "");
            }

            if (line.Data is null)
            {
                listening.TrySetException(new InvalidOperationException($"connector-wss ended:\n{Log}"));
            }
            else if (Health().Match(line.Data) is { Success: true } found)
            {
                listening.TrySetResult(int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture));
            }
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Port = await listening.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }
    }

    [GeneratedRegex(@"health, metrics and REST at http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Health();
}
