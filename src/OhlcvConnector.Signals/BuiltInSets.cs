using System.Text;
using OhlcvConnector.Signals.Reading;

namespace OhlcvConnector.Signals;

/// <summary>Sets of rules that come with the package, in the language of everybody's own.</summary>
public static class BuiltInSets
{
    /// <summary>Names of the sets.</summary>
    public static IReadOnlyList<string> Names { get; } = ["quantum-cipher", "value-area", "trend-follow", "mean-reversion"];

    /// <summary>Text of a set: a list of rules, with comments.</summary>
    /// <param name="name">The set's name.</param>
    public static string TextOf(string name) => Resources.TextOf($"{name}.json");

    internal static IEnumerable<Rule> Read(string name, ScoreDefaults defaults)
    {
        var mistakes = new Mistakes();
        var list = JsonTree.Read(Encoding.UTF8.GetBytes(TextOf(name)), mistakes);
        var reader = new RuleReader(mistakes, defaults, name);
        var rules = list?.Items.Select(reader.Read).ToList();
        return mistakes.Count == 0 ? rules!.OfType<Rule>() : throw new InvalidOperationException($"{name}.json: {mistakes.All[0]}");
    }
}
