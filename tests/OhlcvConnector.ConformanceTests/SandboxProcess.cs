using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.ConformanceTests;

/// <summary>The simulated venues in a process of their own: to be killed, or so that they do not count as ours.</summary>
internal sealed class SandboxProcess : IDisposable
{
    private readonly Process _process;

    private SandboxProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<SandboxProcess> StartAsync(int port, double speed, int symbols, DateTimeOffset start)
    {
        var process = Process.Start(new ProcessStartInfo
        {
            FileName = "dotnet",
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "connector-cli.dll"), "sandbox", "--port", port.ToString(CultureInfo.InvariantCulture),
                "--speed", speed.ToString(CultureInfo.InvariantCulture), "--symbols", symbols.ToString(CultureInfo.InvariantCulture),
                "--start", start.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            },
            RedirectStandardOutput = true,
        })!;
        var first = await process.StandardOutput.ReadLineAsync();
        return first?.StartsWith("SANDBOX", StringComparison.Ordinal) == true
            ? new SandboxProcess(process, new Uri($"http://127.0.0.1:{port}/"))
            : throw new InvalidOperationException($"The sandbox did not start: {first}");
    }

    /// <summary>One of its counts, as <c>/sandbox/statistics</c> names them.</summary>
    public async Task<long> CountAsync(HttpClient http, string name)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(Address, "sandbox/statistics")));
        return document.RootElement.GetProperty(name).GetInt64();
    }

    /// <summary>Makes something go wrong there.</summary>
    public async Task InjectAsync(HttpClient http, string faults)
    {
        using var content = new StringContent(faults);
        using var answer = await http.PostAsync(new Uri(Address, "sandbox/faults"), content);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends it without a goodbye.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
