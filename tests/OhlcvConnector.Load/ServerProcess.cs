using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OhlcvConnector.Load;

/// <summary>The server as a process of its own, so that its CPU and memory are its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private ServerProcess(Process process, Uri stream, Uri health)
    {
        _process = process;
        Stream = stream;
        Health = health;
    }

    public Uri Stream { get; }

    public Uri Health { get; }

    /// <summary>Its resident memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Its open files and sockets.</summary>
    public int Handles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>Its threads.</summary>
    public int Threads => Directory.GetFileSystemEntries($"/proc/{_process.Id}/task").Length;

    /// <summary>Its timers, by its metrics.</summary>
    public async Task<double> TimersAsync() => (await MetricsAsync())["connector_timers"];

    public static async Task<ServerProcess> StartAsync(string program, Uri sandbox, params string[] more)
    {
        var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "--port", "0", "--health-port", "0", $"--sandbox={sandbox}", .. more])
            {
                RedirectStandardError = true,
                Environment = { ["MALLOC_ARENA_MAX"] = "2" }, // as deploy/ has it
            })!;
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (Regex.Match(line, @"WebSocket at (\S+); health, metrics and REST at (\S+)") is { Success: true } match)
            {
                _ = process.StandardError.ReadToEndAsync();
                return new ServerProcess(process, new Uri(match.Groups[1].Value), new Uri(match.Groups[2].Value));
            }

            Console.Error.WriteLine(line);
        }

        throw new InvalidOperationException("The server did not start.");
    }

    public async Task<Dictionary<string, double>> MetricsAsync()
    {
        var text = await _http.GetStringAsync(new Uri(Health, "/metrics"));
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Sends SIGTERM; the exit code, and how long it took.</summary>
    public async Task<(int Code, TimeSpan Took)> TerminateAsync()
    {
        var watch = Stopwatch.StartNew();
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
        return (_process.ExitCode, watch.Elapsed);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
