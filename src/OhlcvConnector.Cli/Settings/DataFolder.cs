using System.CommandLine;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Settings;

/// <summary>The folder of what is kept, and the archive in it.</summary>
internal static class DataFolder
{
    private static readonly string Variable = TerminalSettings.Table[nameof(TerminalOptions.Data)].Variable!;

    private const string Archive = "candles.db";
    private const string SandboxArchive = "sandbox-candles.db"; // the two never share a file

    /// <summary>The options that name it.</summary>
    public sealed record Options
    {
        public Option<string?> Data { get; } = OptionOf();

        public Option<string?> Archive { get; } = new(
            "--archive")
        { Description = "The archive: a file, or postgres://user:password@host/database. Default: candles.db in that folder, sandbox-candles.db for simulated ones.", HelpName = "archive" };

        /// <summary>Adds the options to a command.</summary>
        public void AddTo(Command command)
        {
            command.Options.Add(Archive);
            command.Options.Add(Data);
        }
    }

    /// <summary>The option that names the folder.</summary>
    public static Option<string?> OptionOf() =>
        new("--data")
        {
            Description = $"The folder of what is kept. Default: {Variable}, else $STATE_DIRECTORY, else the user's state folder.",
            HelpName = "directory"
        };

    /// <summary>The folder that the command line, the environment or the system names.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="option">The folder that the command line names; null for none.</param>
    public static string Find(CliTerminal terminal, string? option) =>
        option
        ?? EnvironmentSettings.Load(terminal.Variable, terminal.SettingsFolders).Terminal().Data
        ?? (terminal.Variable("STATE_DIRECTORY") is { Length: > 0 } state ? state.Split(':')[0] : null)
        ?? UserState(terminal);

    /// <summary>The archive's file, or its address.</summary>
    public static string ArchiveFile(CliTerminal terminal, ParseResult parsed, Options options, bool isSandbox) =>
        parsed.GetValue(options.Archive) ?? Path.Combine(Find(terminal, parsed.GetValue(options.Data)), isSandbox ? SandboxArchive : Archive);

    /// <summary>Opens an archive that is there, for whoever reads it.</summary>
    public static ICandleArchive OpenExisting(CliTerminal terminal, ParseResult parsed, Options options, bool isSandbox = false) =>
        CandleArchives.Open(ArchiveFile(terminal, parsed, options, isSandbox), isSimulated: isSandbox ? true : null, mustExist: true, terminal.Clock);

    private static string UserState(CliTerminal terminal) => Path.Combine(
        terminal.Variable("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(terminal.Variable("HOME") is { Length: > 0 } home ? home
                : throw new UsageException($"There is no home folder to keep candles in. Name a file with --archive, or a folder with --data or {Variable}."),
                ".local", "state"),
        "ohlcv-connector");
}
