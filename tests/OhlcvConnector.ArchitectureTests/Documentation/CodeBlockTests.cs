using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests.Documentation;

/// <summary>
/// Every block of C# in the documentation is right: one that names a file (<c>&lt;!-- sample: path --&gt;</c> above it) stands in that file as it is,
/// each other one is a program that compiles.
/// </summary>
public class CodeBlockTests
{
    private const string Usual = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    [Fact]
    public void Blocks_that_are_from_a_file_stand_there()
    {
        foreach (var page in Page.All)
        {
            foreach (var (line, sample, code) in page.Blocks("csharp").Where(block => block.Sample is not null))
            {
                File.ReadAllText(Path.Combine(Repository.Root, sample!)).ShouldContain(code.TrimEnd(), Case.Sensitive, $"{page.Path}:{line}");
            }
        }
    }

    [Fact]
    public async Task All_other_blocks_compile()
    {
        var blocks = Page.All.SelectMany(
            page => page.Blocks("csharp").Where(block => block.Sample is null), (page, block) => (page.Path, block.Line, block.Code)).ToList();

        blocks.ShouldNotBeEmpty();
        var folder = Directory.CreateTempSubdirectory("documentation-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "Usual.cs"), Usual);
            for (var i = 0; i < blocks.Count; i++)
            {
                File.WriteAllText(Path.Combine(folder.FullName, $"Block{i}.cs"), Program(i, blocks[i].Path, blocks[i].Line, blocks[i].Code));
            }

            (await CompileAsync(folder.FullName)).ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A block as a method of its own, or types as they are, its usings in a namespace of its own, its lines numbered as in the page.</summary>
    private static string Program(int number, string path, int firstLine, string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var usings = lines.TakeWhile(
            line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains("var ", StringComparison.Ordinal)).Count();
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"#nullable enable\nnamespace Block{number};\n#line {firstLine} \"{path}\"\n{string.Join('\n', lines[..usings])}\n");
        if (Regex.IsMatch(lines[usings..].FirstOrDefault() ?? "", "^((public|internal|sealed|static|abstract) )*(class|record|struct|interface) "))
        {
            text.Append(CultureInfo.InvariantCulture, $"#line {firstLine + usings} \"{path}\"\n{string.Join('\n', lines[usings..])}\n");
            return text.ToString();
        }

        text.Append("internal static class Program\n{\n    public static async Task Main(string[] args)\n    {\n        await Task.CompletedTask;\n");
        text.Append(CultureInfo.InvariantCulture, $"#line {firstLine + usings} \"{path}\"\n{string.Join('\n', lines[usings..])}\n    }}\n}}\n");
        return text.ToString();
    }

    /// <summary>Compiles with the compiler of the SDK that this runs on, against what this test itself runs with.</summary>
    private static async Task<string> CompileAsync(string folder)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var root = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        var compiler = Directory.GetDirectories(Path.Combine(root, "sdk"), $"{Environment.Version.Major}.*").Order(StringComparer.Ordinal)
            .Last() + "/Roslyn/bincore/csc.dll";
        var response = new StringBuilder(
            "-nologo -target:library -langversion:latest -warnaserror+ -nowarn:CS8321,CS0219,CS7022,CS8892 -nostdlib+ -out:out.dll *.cs\n");
        foreach (var reference in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(IsManagedApi))
        {
            response.Append(CultureInfo.InvariantCulture, $"-r:\"{reference}\"\n");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "all.rsp"), response.ToString());
        var start = new ProcessStartInfo(
            Path.Combine(root, "dotnet"), ["exec", compiler, "-noconfig", "@all.rsp"])
        { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : said;
    }

    private static bool IsManagedApi(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name is "mscorlib" or "netstandard" or "System" or "OhlcvConnector.Domain" or "OhlcvConnector.Application" or "OhlcvConnector.Infrastructure"
            or "OhlcvConnector.Sandbox" or "OhlcvConnector.Indicators" or "OhlcvConnector.Trading" or "OhlcvConnector.Trading.Reports"
                or "OhlcvConnector.Trading.Sqlite" or "OhlcvConnector.Signals" or "OhlcvConnector.Forecasting" or "OhlcvConnector.Forecasting.Onnx" or "OhlcvConnector.Archive.Parquet"
                or "OhlcvConnector.Archive.PostgreSql" or "OhlcvConnector.Archive.Sqlite" or "OhlcvConnector.Prices" or "OhlcvConnector.Prices.DynamoDb"
                    or "AWSSDK.Core" or "AWSSDK.DynamoDBv2" or "OhlcvConnector.Client" or "OhlcvConnector.Charts"
                        or "OhlcvConnector.Notifications" or "OhlcvConnector.Messaging.Redis"
                        or "OhlcvConnector.Messaging.Kafka" or "OhlcvConnector.Messaging.Nats"
            || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);
    }
}
