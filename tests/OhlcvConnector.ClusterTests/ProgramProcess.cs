using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ClusterTests;

/// <summary>A program of this build in a process of its own, with an environment that a test gives.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    public ProgramProcess(string program, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments]) { RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    /// <summary>What it logged.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Where it answers who asks for its health, as it says itself.</summary>
    public async Task<Uri> HealthAsync()
    {
        await Eventually.TrueAsync(() => Found() || _process.HasExited, () => Log);
        return Found() ? new Uri(Regex.Match(Log, @"REST at (http://\S+)").Groups[1].Value) : throw new InvalidOperationException(Log);

        bool Found() => Regex.IsMatch(Log, @"REST at http://\S+/");
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(ClusterStage.Patience, cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
