using System.Diagnostics;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>connector-cli as a program of its own.</summary>
internal static class Cli
{
    /// <summary>Runs it, and gives what it wrote to standard output.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var kind = new DirectoryInfo(AppContext.BaseDirectory).Name; // debug or release: all of a build are of one kind
        var program = Path.Combine(ServerTests.Repository.Root, "artifacts/bin/OhlcvConnector.Cli", kind, "connector-cli.dll");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"connector-cli {arguments[0]} ended with {process.ExitCode}: {await complaints}");
    }
}
