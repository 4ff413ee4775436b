using System.Text;
using OhlcvConnector.Cli;

namespace OhlcvConnector.ArchiveTests;

/// <summary>The terminal's program, as a user calls it, with a folder of a test for all that it keeps.</summary>
internal sealed class Terminal(TestFolder folder)
{
    /// <summary>The simulated exchanges that it asks; null for none.</summary>
    public SandboxServer? Sandbox { get; init; }

    /// <summary>The archive that commands on archives name; null for that of the folder.</summary>
    public string? Archive { get; init; }

    public string File => Path.Combine(folder.Path, "sandbox-candles.db");

    public async Task<(int Code, string Output, string Error)> RunAsync(string line, CancellationToken? stop = null)
    {
        var (code, output, error) = await RunBytesAsync(line, stop);
        return (code, Encoding.UTF8.GetString(output), error);
    }

    public async Task<(int Code, byte[] Output, string Error)> RunBytesAsync(string line, CancellationToken? stop = null)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var terminal = new CliTerminal
        {
            Output = output,
            Error = error,
            Input = Stream.Null,
            Variable = name => name == "CONNECTOR_DATA" ? folder.Path : null,
        };
        line += Archive is not null && line.StartsWith("archive ", StringComparison.Ordinal) && !line.Contains("--archive", StringComparison.Ordinal)
            ? $" --archive {Archive}" : "";
        var words = line.Split(' ').Select(word => word == "--live" ? $"--sandbox={Sandbox!.BaseAddress}" : word).ToArray();
        var code = await CliProgram.RunAsync(words, terminal, stop ?? TestContext.Current.CancellationToken);
        return (code, output.ToArray(), error.ToString());
    }
}
