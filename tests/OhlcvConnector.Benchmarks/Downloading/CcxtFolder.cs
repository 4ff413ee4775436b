using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace OhlcvConnector.Benchmarks.Downloading;

/// <summary>A folder in which npm's ccxt is installed; deleted at the end when it was made for that.</summary>
internal sealed class CcxtFolder : IDisposable
{
    private readonly string _scripts = Directory.CreateTempSubdirectory("ccxt-").FullName;
    private readonly string _modules;

    private CcxtFolder(string modules) => _modules = modules.Length > 0 ? Path.GetFullPath(modules) : _scripts;

    /// <summary>Opens a folder that has it, or installs it in a new one when none is named; null, which is said, where that is not to be had.</summary>
    public static CcxtFolder? Open(string folder)
    {
        var opened = new CcxtFolder(folder);
        try
        {
            if (folder.Length == 0)
            {
                using var npm = Process.Start(
                    new ProcessStartInfo("npm", ["install", "--no-fund", "--no-audit", "--omit=optional", "--silent", "ccxt@4.5.84"]) { WorkingDirectory = opened._scripts })!;
                npm.WaitForExit();
                if (npm.ExitCode != 0)
                {
                    throw new InvalidOperationException($"npm ended with {npm.ExitCode}");
                }
            }

            return opened;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            Console.WriteLine($"ccxt left out: {exception.Message}");
            opened.Dispose();
            return null;
        }
    }

    /// <summary>Downloads a venue's history.</summary>
    public Process Start(string venue, string port, int rows, string runs)
    {
        var to = HistoryPages.FirstMs + (190 * 1440 * HistoryPages.MinuteMs);
        return Script("ccxt.mjs", venue, port, Text(to - (rows * HistoryPages.MinuteMs)), Text(to), runs);
    }

    /// <summary>Starts a script of this program with ccxt at hand.</summary>
    public Process Script(string name, params string[] args)
    {
        var path = Path.Combine(_scripts, name);
        using (var source = typeof(CcxtFolder).Assembly.GetManifestResourceStream(name)!)
        using (var file = File.Create(path))
        {
            source.CopyTo(file);
        }

        return Process.Start(new ProcessStartInfo("node", [path, _modules, .. args]) { RedirectStandardOutput = true })!;
    }

    public void Dispose() => Directory.Delete(_scripts, recursive: true);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
