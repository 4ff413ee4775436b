using System.Text.RegularExpressions;

namespace OhlcvConnector.ArchitectureTests.Documentation;

/// <summary>A page of the documentation.</summary>
/// <param name="Path">Below the repository's root, with slashes.</param>
/// <param name="Text">What stands there.</param>
internal sealed record Page(string Path, string Text)
{
    private static readonly string[] Folders = ["docs", "src"];

    public static IReadOnlyList<Page> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(
                Folders.SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal)) // what npm installs has pages of its own
            .Select(file => new Page(System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), File.ReadAllText(file)))
            .OrderBy(page => page.Path, StringComparer.Ordinal),
    ];

    /// <summary>The fenced blocks of a language, each with its line and the file that it is said to be from.</summary>
    public IEnumerable<(int Line, string? Sample, string Code)> Blocks(string language) =>
        Regex.Matches(Text, $@"(?:<!-- sample: (?<sample>\S+) -->\n)?^```{language}\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)
            .Select(match => (
                Text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1,
                match.Groups["sample"].Success ? match.Groups["sample"].Value : null,
                match.Groups["code"].Value));

    /// <summary>The text without fenced blocks and code spans.</summary>
    public string Prose => Regex.Replace(Regex.Replace(Text, "^```.*?^```", "", RegexOptions.Singleline | RegexOptions.Multiline), "`[^`\n]*`", "code");

    /// <summary>The anchors of its headings, as code hosts make them.</summary>
    public IEnumerable<string> Anchors => Regex.Matches(Text, @"^#+ (.+)$", RegexOptions.Multiline)
        .Select(match => Regex.Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'));
}
