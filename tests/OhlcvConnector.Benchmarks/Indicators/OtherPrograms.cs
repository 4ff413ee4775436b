using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Benchmarks.Indicators;

/// <summary>The same bars through a C loop, built by gcc, and through libraries of npm, where the machine has these; it is said where it has not.</summary>
internal static class OtherPrograms
{
    private const int MaxBars = 60_000;

    /// <summary>Runs the C loop.</summary>
    /// <returns>ns a bar, by indicator.</returns>
    public static IReadOnlyDictionary<string, double> Floor(Bar[] bars, int chunk, int rounds) => InFolder("the C loop", folder =>
    {
        var program = Path.Combine(folder, "floor");
        Start(folder, "gcc", "-O2", "-o", program, Source(folder, "floor.c"), "-lm");
        return Figures(Start(folder, program, Write(folder, bars), Count(bars), Text(chunk), Text(rounds)));
    });

    /// <summary>Installs the libraries in a folder that is deleted again, and runs them.</summary>
    /// <returns>ns a bar, by library and indicator.</returns>
    public static IReadOnlyDictionary<string, double> Peers(Bar[] bars, int chunk, int rounds) => InFolder("npm's libraries", folder =>
    {
        Start(folder, "npm", "install", "--no-fund", "--no-audit", "--prefix", folder, "technicalindicators@3", "trading-signals@8");
        return Figures(Start(folder, "node", Source(folder, "peers.mjs"), Write(folder, bars), Count(bars), Text(chunk), Text(rounds)));
    });

    private static IReadOnlyDictionary<string, double> InFolder(string what, Func<string, IReadOnlyDictionary<string, double>> run)
    {
        var folder = Directory.CreateTempSubdirectory("indicators-").FullName;
        try
        {
            return run(folder);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException) // no such program, or it failed
        {
            Console.WriteLine($"{what} left out: {exception.Message}");
            return new Dictionary<string, double>();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Source(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        using var source = typeof(OtherPrograms).Assembly.GetManifestResourceStream(name)!;
        using var file = File.Create(path);
        source.CopyTo(file);
        return path;
    }

    private static string Write(string folder, Bar[] bars)
    {
        var path = Path.Combine(folder, "bars.bin");
        double[] numbers = [.. bars.Take(MaxBars).SelectMany(bar => (double[])[bar.Open, bar.High, bar.Low, bar.Close, bar.Volume])];
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return path;
    }

    private static string Count(Bar[] bars) => Text(Math.Min(bars.Length, MaxBars));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Start(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error.Result.Trim()}");
    }

    private static Dictionary<string, double> Figures(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[line.LastIndexOf(' ')..], CultureInfo.InvariantCulture));
}
