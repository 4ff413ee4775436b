using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals.Reading;

namespace OhlcvConnector.Signals;

/// <summary>
/// What <c>trading_config.json</c> says: rules, weights and thresholds, which built-in sets are on, and sections of others. <c>signals.json</c> is the same, or
/// its list of rules alone. Comments and commas too many are allowed.
/// </summary>
public sealed class TradingConfig
{
    /// <summary>Most rules of a file.</summary>
    public const int MaxRules = 20_000;

    private const int MaxBytes = 32 * 1024 * 1024;

    private static readonly string[] SectionNames = ["paper", "notifications"];

    internal static readonly string[] Names = ["$schema", "rules", "sets", "weights", "thresholds", "limits", .. SectionNames];

    internal static readonly string[] LimitNames = ["milliseconds", "signalsPerHour"];

    private readonly Dictionary<string, string> _sections = [];

    private TradingConfig(IReadOnlyList<Rule> rules) => Rules = rules;

    /// <summary>What holds without a file: all built-in sets.</summary>
    public static TradingConfig Usual { get; } = Read("{}");

    /// <summary>The rules, those of built-in sets that are on included.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>What one rule may cost and say before it is stopped.</summary>
    public RuleLimits Limits { get; private set; } = RuleLimits.Usual;

    /// <summary>The paper accounts of the section <c>paper</c>.</summary>
    public IReadOnlyList<PaperWish> PaperAccounts { get; private set; } = [];

    /// <summary>JSON schema of the file.</summary>
    public static string Schema => Resources.TextOf("trading-config.schema.json");

    /// <summary>JSON text of a section that others read: <c>paper</c> or <c>notifications</c>; null when the file has none.</summary>
    /// <param name="name">The section's name.</param>
    public string? Section(string name) => _sections.GetValueOrDefault(name);

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">The text is wrong; the message lists all mistakes with their lines.</exception>
    public static TradingConfig Read(string text) => TryRead(Encoding.UTF8.GetBytes(text), out var mistakes)
        ?? throw new InvalidSettingException(string.Join(Environment.NewLine, mistakes));

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="text">The bytes, UTF-8.</param>
    /// <param name="mistakes">What is wrong, all of it; empty when nothing is.</param>
    /// <returns>Null when anything is wrong.</returns>
    public static TradingConfig? TryRead(ReadOnlySpan<byte> text, out IReadOnlyList<ConfigMistake> mistakes)
    {
        var found = new Mistakes();
        var config = text.Length > MaxBytes ? TooLong(found, $"The file has more than {MaxBytes / 1024 / 1024} MB.") : Read(text, found);
        mistakes = found.All;
        return found.Count == 0 ? config : null;
    }

    private static TradingConfig? Read(ReadOnlySpan<byte> text, Mistakes mistakes)
    {
        if (JsonTree.Read(text, mistakes) is not { } root)
        {
            return null;
        }

        if (root.Kind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            mistakes.Add(root, $"The file is an object, {{ \"rules\": [ ... ] }}, or a list of rules, not {root.KindName}.");
            return null;
        }

        var fields = new Fields(root, mistakes);
        fields.Know(Names);
        _ = fields.Text("$schema"); // for editors
        var defaults = ScoreDefaults.Usual.Over(root, mistakes);
        var rules = new List<Rule>();
        foreach (var set in SetsOf(root, fields))
        {
            rules.AddRange(BuiltInSets.Read(set, defaults));
        }

        var config = new TradingConfig(rules);
        foreach (var field in root.Fields.Where(field => SectionNames.Contains(field.Name)))
        {
            if (field.Value.Kind == JsonValueKind.Object)
            {
                config._sections[field.Name] = field.Value.Raw;
            }
            else
            {
                mistakes.Add(field.Value, $"This is an object, not {field.Value.KindName}.");
            }
        }

        config.Limits = LimitsOf(root["limits"], mistakes);
        ReadRules(root.Kind == JsonValueKind.Array ? root : root["rules"], rules, new RuleReader(mistakes, defaults, set: null), mistakes);
        config.PaperAccounts = new PaperReader(mistakes, text).Read(root["paper"]);
        return config;
    }

    private static void ReadRules(JsonValue? list, List<Rule> rules, RuleReader reader, Mistakes mistakes)
    {
        if (list is null)
        {
            return;
        }

        if (list.Kind != JsonValueKind.Array)
        {
            mistakes.Add(list, $"This is a list of rules, not {list.KindName}.");
            return;
        }

        if (list.Items.Count > MaxRules)
        {
            mistakes.Add(list, $"These are {list.Items.Count} rules; a file has at most {MaxRules}.");
            return;
        }

        var names = rules.ToDictionary(rule => rule.Name, rule => rule.Set, StringComparer.OrdinalIgnoreCase);
        foreach (var item in list.Items)
        {
            if (reader.Read(item) is not { } rule)
            {
                continue;
            }

            if (names.TryAdd(rule.Name, null))
            {
                rules.Add(rule);
            }
            else
            {
                mistakes.Add(item["name"]!, names[rule.Name] is { } set
                    ? $"The built-in set {set} has a rule '{rule.Name}'. Take another name, or leave the set out of 'sets'."
                    : $"There are two rules '{rule.Name}'. Take another name.");
            }
        }
    }

    private static RuleLimits LimitsOf(JsonValue? value, Mistakes mistakes)
    {
        if (ScoreDefaults.Object(value, mistakes) is not { } limits)
        {
            return RuleLimits.Usual;
        }

        var fields = new Fields(limits, mistakes);
        fields.Know(LimitNames);
        return new RuleLimits(
            fields.Number(LimitNames[0], 0.01, 10_000) ?? RuleLimits.Usual.Milliseconds,
            fields.Whole(LimitNames[1], 1, 10_000_000) ?? RuleLimits.Usual.SignalsPerHour);
    }

    private static IReadOnlyList<string> SetsOf(JsonValue root, Fields fields)
    {
        if (root["sets"] is null)
        {
            return BuiltInSets.Names;
        }

        var sets = new List<string>();
        foreach (var text in fields.Texts("sets"))
        {
            if (BuiltInSets.Names.FirstOrDefault(name => name.Equals(text.Text, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                sets.Add(known);
            }
            else
            {
                fields.Mistakes.Add(text, $"There is no built-in set '{text.Text}': {Nearest.Words(text.Text, BuiltInSets.Names)}");
            }
        }

        return [.. sets.Distinct()];
    }

    private static TradingConfig? TooLong(Mistakes mistakes, string message)
    {
        mistakes.Add(new JsonPlace(1, 1), "", message);
        return null;
    }
}
