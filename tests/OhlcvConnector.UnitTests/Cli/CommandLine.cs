using System.Text;
using OhlcvConnector.Cli;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>Runs command lines inside the test, with surroundings of their own.</summary>
internal sealed class CommandLine
{
    public Dictionary<string, string> Environment { get; } = [];

    public string Input { get; init; } = "";

    public IReadOnlyList<string> SettingsFolders { get; init; } = [];

    public bool IsTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    public Func<(int Width, int Height)> Size { get; init; } = () => (80, 24);

    public string? CacheFolder { get; init; }

    public StringWriter Error { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static Task<Result> RunAsync(params string[] args) => new CommandLine().RunAsync(args, output: null);

    public static Task<Result> DecodeAsync(string input, params string[] args) =>
        new CommandLine { Input = input }.RunAsync(["decode", "binance", "-", .. args], output: null);

    public static string Fixture(string path) => Path.Combine(AppContext.BaseDirectory, "Fixtures", path);

    public async Task<Result> RunAsync(string[] args, Stream? output = null, CancellationToken cancellationToken = default)
    {
        using var written = new MemoryStream();
        var terminal = new CliTerminal
        {
            Output = output ?? written,
            Error = TextWriter.Synchronized(Error),
            Input = new MemoryStream(Encoding.UTF8.GetBytes(Input)),
            Variable = name => Environment.GetValueOrDefault(name),
            VariableNames = Environment.Keys,
            IsOutputTerminal = IsTerminal,
            IsErrorTerminal = IsErrorTerminal,
            Size = Size,
            SettingsFolders = SettingsFolders,
            Clock = Clock,
            CacheFolder = CacheFolder,
        };
        var code = await CliProgram.RunAsync(args, terminal, cancellationToken);
        return new Result(code, Encoding.UTF8.GetString(written.ToArray()), Error.ToString());
    }

    internal sealed record Result(int Code, string Output, string Error)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public string[] Errors => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
