using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OhlcvConnector.ArchitectureTests;

/// <summary>Which source file of a project uses which others, as the compiler binds names. The parts of a partial class are one file.</summary>
internal sealed class SourceGraph
{
    private static readonly ConcurrentDictionary<string, Lazy<SourceGraph>> Known = new();

    /// <summary>All that these tests were built with; read once for all projects.</summary>
    private static readonly PortableExecutableReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file))];

    private readonly string _folder;
    private readonly Dictionary<string, HashSet<string>> _uses = [];

    private SourceGraph(string folder) => _folder = folder;

    /// <summary>Every use of one file by another.</summary>
    public IEnumerable<(string From, string To)> Uses => _uses.SelectMany(pair => pair.Value.Select(to => (pair.Key, to)));

    /// <summary>Reads a project's sources, once.</summary>
    /// <param name="project">Its folder under <c>src</c>.</param>
    public static SourceGraph Of(string project) => Known.GetOrAdd(project, name => new Lazy<SourceGraph>(() => Read(name))).Value;

    /// <summary>Returns the circles of files within one folder, each as the uses within it.</summary>
    /// <param name="exceptions">Uses that are not counted, each as <c>Folder/File uses Folder/Other</c>.</param>
    public IEnumerable<string> CirclesOfFiles(IReadOnlyCollection<string> exceptions) => Uses.Where(
        use => Path.GetDirectoryName(use.From) == Path.GetDirectoryName(use.To))
        .Where(use => !exceptions.Contains(Name(use)))
        .GroupBy(use => Path.GetDirectoryName(use.From)!)
        .SelectMany(group => Circles(group.ToLookup(use => use.From, use => use.To)));

    /// <summary>Returns the circles of folders, each as the uses within it; the project's own folder, where its front doors are, is not counted.</summary>
    /// <param name="exceptions">Uses that are not counted, each as <c>Folder uses Other</c>.</param>
    public IEnumerable<string> CirclesOfFolders(IReadOnlyCollection<string> exceptions) => Circles(
        Uses.Select(use => (From: Path.GetDirectoryName(use.From)!, To: Path.GetDirectoryName(use.To)!))
            .Where(use => use.From != use.To && use.From.Length > 0 && use.To.Length > 0 && !exceptions.Contains(Name(use)))
            .Distinct().ToLookup(use => use.From, use => use.To));

    private static string Name((string From, string To) use) => $"{use.From} uses {use.To}".Replace(Path.DirectorySeparatorChar, '/');

    private static SourceGraph Read(string project)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        var language = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), language, file))
            .Append(CSharpSyntaxTree.ParseText("global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;", language))
            .ToList();
        var own = AssemblyNameOf(project);
        var references = References.Where(reference => Path.GetFileNameWithoutExtension(reference.FilePath) != own);
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);
        var compilation = CSharpCompilation.Create(own, trees, references, options.WithMetadataImportOptions(MetadataImportOptions.All));
        var graph = new SourceGraph(folder);
        Parallel.ForEach(trees.Where(tree => tree.FilePath.Length > 0), tree => graph.Read(compilation.GetSemanticModel(tree)));
        return graph;
    }

    /// <summary>The name that its project file gives the assembly, which others open their doors to; else the project's.</summary>
    private static string AssemblyNameOf(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj")).Descendants("AssemblyName").FirstOrDefault()?.Value ?? project;

    private void Read(SemanticModel model)
    {
        var from = NameOf(model.SyntaxTree.FilePath);
        var used = new HashSet<string>();
        foreach (var name in model.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var type = model.GetSymbolInfo(name).Symbol switch
            {
                INamedTypeSymbol named => named,
                IMethodSymbol { IsExtensionMethod: true } method => method.ContainingType,
                { IsStatic: true } member => member.ContainingType,
                _ => null,
            };
            foreach (var place in type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
            {
                used.Add(NameOf(place.SyntaxTree.FilePath));
            }
        }

        used.Remove(from);
        lock (_uses)
        {
            _uses.TryAdd(from, []);
            _uses[from].UnionWith(used);
        }
    }

    /// <summary>The path below the project, without what tells the parts of a partial class apart.</summary>
    private string NameOf(string file)
    {
        var name = Path.GetFileName(file);
        return Path.Combine(Path.GetDirectoryName(Path.GetRelativePath(_folder, file))!, name[..name.IndexOf('.', StringComparison.Ordinal)]);
    }

    /// <summary>Each largest set of nodes that all reach one another, as the uses within it.</summary>
    private static IEnumerable<string> Circles(ILookup<string, string> uses)
    {
        var reach = uses.Select(group => group.Key).ToDictionary(node => node, node => ReachableFrom(node, uses));
        return reach.Keys.Where(node => reach[node].Contains(node)).Select(Circle).Distinct();

        string Circle(string node)
        {
            var circle = reach[node].Where(other => reach.TryGetValue(other, out var back) && back.Contains(node)).Order(StringComparer.Ordinal).ToList();
            return string.Join("; ", circle.Select(one => $"{one} uses {string.Join(", ", uses[one].Where(circle.Contains).Order(StringComparer.Ordinal))}"));
        }
    }

    private static HashSet<string> ReachableFrom(string node, ILookup<string, string> uses)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(uses[node]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
            {
                foreach (var further in uses[next])
                {
                    open.Push(further);
                }
            }
        }

        return found;
    }
}
