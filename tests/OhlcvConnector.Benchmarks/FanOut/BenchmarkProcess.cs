using System.Diagnostics;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>Another process of this program, which is told lines and answers with lines. Disposing it ends it.</summary>
internal sealed class BenchmarkProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private BenchmarkProcess(Process process) => _process = process;

    /// <summary>Starts it with additions to the environment, and arguments.</summary>
    public static BenchmarkProcess Start(Dictionary<string, string> environment, params string[] args)
    {
        var self = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(BenchmarkProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(self, [.. host, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new BenchmarkProcess(Process.Start(start)!);
    }

    public async Task<string> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _process.StandardOutput.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException("A process of the benchmark ended early; its error is above.");
    }

    public async Task<string> AskAsync(string order)
    {
        await _process.StandardInput.WriteLineAsync(order);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true); // a broker with it
        _process.Dispose();
    }
}
