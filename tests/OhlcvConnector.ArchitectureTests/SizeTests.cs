using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests;

/// <summary>Files and classes that fit a head. What is longer is named here with its length, which may fall and not rise.</summary>
public class SizeTests
{
    private const int MaxColumns = 160;
    private const int MaxFile = 300;
    private const int MaxClass = 400; // over all its parts

    /// <summary>An adapter is one class of pure functions, a part for each kind of message, and as long as its exchange's protocol.</summary>
    private static readonly Dictionary<string, int> LongClasses = new()
    {
        ["OhlcvConnector.Infrastructure.Binance.BinanceVenue"] = 450,
        ["OhlcvConnector.Infrastructure.Bybit.BybitVenue"] = 550,
        ["OhlcvConnector.Infrastructure.CoinApi.CoinApiVenue"] = 480,
        ["OhlcvConnector.Infrastructure.GateIo.GateIoVenue"] = 740,
        ["OhlcvConnector.Infrastructure.Hyperliquid.HyperliquidVenue"] = 610,
        ["OhlcvConnector.Infrastructure.Okx.OkxVenue"] = 490,
    };

    [Fact]
    public void Source_files_have_at_most_300_lines() => Check(
        [], MaxFile, Repository.SourceFiles("src").Select(file => (Path.GetRelativePath(Path.Combine(Repository.Root, "src"), file).Replace('\\', '/'), File.ReadLines(file).Count())));

    [Fact]
    public void Classes_have_at_most_400_lines_over_all_their_parts() => Check(
        LongClasses, MaxClass, Repository.SourceFiles("src").SelectMany(Classes).GroupBy(one => one.Name)
            .Select(parts => (parts.Key, parts.Sum(part => part.Lines))));

    /// <summary>A text of more than 60 characters is not cut in two for it.</summary>
    [Fact]
    public void Lines_have_at_most_160_columns() => Repository.SourceFiles("src").Concat(Repository.SourceFiles("tests"))
        .SelectMany(file => File.ReadLines(file).Select((line, index) => (Place: $"{Path.GetRelativePath(Repository.Root, file)}:{index + 1}", Line: line)))
        .Where(one => one.Line.Length > MaxColumns && !Regex.IsMatch(one.Line, "\".{60,}\""))
        .Select(one => one.Place)
        .ShouldBeEmpty();

    private static void Check(Dictionary<string, int> known, int most, IEnumerable<(string Name, int Lines)> all)
    {
        var lines = all.ToDictionary(one => one.Name, one => one.Lines);

        lines.Where(one => one.Value > known.GetValueOrDefault(one.Key, most)).Select(one => $"{one.Key} has {one.Value} lines").Order().ShouldBeEmpty();
        known.Keys.Where(name => lines.GetValueOrDefault(name) <= most).ShouldBeEmpty("It is short enough now: take it off the list.");
    }

    private static IEnumerable<(string Name, int Lines)> Classes(string file)
    {
        var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
        foreach (var type in root.DescendantNodes(node => node is not TypeDeclarationSyntax).OfType<TypeDeclarationSyntax>())
        {
            var place = type.SyntaxTree.GetLineSpan(type.Span);
            var space = type.FirstAncestorOrSelf<BaseNamespaceDeclarationSyntax>()?.Name.ToString();
            yield return ($"{space}.{type.Identifier.Text}", place.EndLinePosition.Line - place.StartLinePosition.Line + 1);
        }
    }
}
