using System.Text.RegularExpressions;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests.Documentation;

/// <summary>Every link leads somewhere: to a file that is there, and to a heading in it. Addresses outside the repository are only looked at.</summary>
public class LinkTests
{
    public static TheoryData<string> Pages() => [.. Page.All.Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string path)
    {
        var page = Page.All.Single(candidate => candidate.Path == path);
        var dead = Regex.Matches(page.Prose, @"\]\(([^)\s]+)\)").Select(match => match.Groups[1].Value).Where(target => !Leads(page, target));

        dead.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_source_file_that_is_named_is_there(string path)
    {
        var sources = Repository.SourceFiles("src").Select(file => file.Replace('\\', '/')).ToList();
        var named = Regex.Matches(Page.All.Single(page => page.Path == path).Text, @"`(?:src/)?([\w./-]+/\w+\.cs)`").Select(match => match.Groups[1].Value)
            .Where(name => !name.StartsWith("tests/", StringComparison.Ordinal) && !name.StartsWith("samples/", StringComparison.Ordinal));
        named.Where(name => !sources.Exists(file => file.EndsWith("/" + name, StringComparison.Ordinal) || file.EndsWith("." + name, StringComparison.Ordinal)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_readme()
    {
        var reached = new HashSet<string> { "README.md" };
        var waiting = new Queue<string>(reached);
        while (waiting.TryDequeue(out var path))
        {
            var page = Page.All.Single(candidate => candidate.Path == path);
            foreach (var target in Regex.Matches(page.Prose, @"\]\(([^)\s#]+)").Select(match => Resolve(page, match.Groups[1].Value)))
            {
                var pages = Page.All.Where(candidate => candidate.Path == target || (candidate.Path.StartsWith(target + "/",
                    StringComparison.Ordinal) && Directory.Exists(Path.Combine(Repository.Root, target))));
                foreach (var next in pages.Where(next => reached.Add(next.Path)))
                {
                    waiting.Enqueue(next.Path);
                }
            }
        }

        Page.All.Select(page => page.Path).Where(path => path.StartsWith("docs/", StringComparison.Ordinal)).Except(reached).ShouldBeEmpty();
    }

    private static bool Leads(Page page, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";
        }

        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? page.Path : Resolve(page, parts[0]);
        if (!File.Exists(Path.Combine(Repository.Root, file)) && !Directory.Exists(Path.Combine(Repository.Root, file)))
        {
            return false;
        }

        return parts.Length == 1 || Page.All.Single(candidate => candidate.Path == file).Anchors.Contains(parts[1]);
    }

    private static string Resolve(Page page, string target) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page.Path)!, target))).Replace('\\', '/')
            .TrimEnd('/');
}
