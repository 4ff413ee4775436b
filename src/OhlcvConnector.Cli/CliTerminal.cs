using Microsoft.Win32.SafeHandles;

namespace OhlcvConnector.Cli;

/// <summary>Terminal of a command: what it reads, writes and is told by its surroundings; a test has its own.</summary>
internal sealed record CliTerminal
{
    /// <summary>Data, and nothing else, goes here.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error, for everything that is no data.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input, which <c>-</c> reads.</summary>
    public required Stream Input { get; init; }

    /// <summary>True when a person looks at <see cref="Output"/>.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>True when a person looks at <see cref="Error"/>.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>True when <see cref="Output"/> is looked at in colours: on a terminal that can, unless <c>NO_COLOR</c> is set.</summary>
    public bool ShowsColours => IsOutputTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>The environment.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The names of the environment's variables.</summary>
    public IReadOnlyCollection<string> VariableNames { get; init; } = [];

    /// <summary>Function that returns the number of characters in a line, and of lines, that the terminal shows now.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = () => (80, 24);

    /// <summary>Folders in which a <c>.env</c> file is looked for, in this order.</summary>
    public IReadOnlyList<string> SettingsFolders { get; init; } = [];

    /// <summary>Folder in which symbols are kept for completion; null for none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Returns the terminal of this process.</summary>
    public static CliTerminal OfThisProcess() => new()
    {
        Output = StandardOutput(),
        Error = new Configuration.ForgivingWriter(Console.Error),
        Input = Console.OpenStandardInput(),
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        Variable = Environment.GetEnvironmentVariable,
        VariableNames = [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()],
        Size = () => Console.WindowWidth > 0 && Console.WindowHeight > 0 ? (Console.WindowWidth, Console.WindowHeight) : (80, 24),
        CacheFolder = UserCache(),
        SettingsFolders = [Environment.CurrentDirectory, AppContext.BaseDirectory],
    };

    private static string? UserCache()
    {
        var home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } user ? Path.Combine(user, ".cache") : "";
        return home.Length > 0 ? Path.Combine(home, "ohlcv-connector") : null;
    }

    /// <summary>
    /// The console's own stream swallows the error of a closed pipe, so that a program would go on writing to nobody; a file stream reports it.
    /// For a regular file it is the other way about: only the console's stream moves the position that other programs share.
    /// </summary>
    private static Stream StandardOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var direct = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!direct.CanSeek)
        {
            return direct;
        }

        direct.Dispose();
        return Console.OpenStandardOutput();
    }
}
