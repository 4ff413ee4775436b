using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Signals;

/// <summary>Writes rules into a text that can be kept, and reads them out of it.</summary>
public static class KeptRules
{
    private static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The rules of a built-in set.</summary>
    /// <param name="set">The set's name.</param>
    public static NamedRules OfSet(string set) => Of(set, $"{{ \"sets\": [\"{set}\"] }}");

    /// <summary>The rules of a text: its own, or where it has none those of the built-in sets that are on in it.</summary>
    /// <param name="name">Where the text is from.</param>
    /// <param name="text">A rule file, <c>trading_config.json</c> or a list of rules.</param>
    /// <exception cref="InvalidSettingException">The text is wrong, or has no rule; the message lists all mistakes with their lines.</exception>
    public static NamedRules Of(string name, string text)
    {
        if (TradingConfig.TryRead(Encoding.UTF8.GetBytes(text), out var mistakes) is null)
        {
            throw new InvalidSettingException($"{name}: {string.Join(Environment.NewLine, mistakes)}");
        }

        return OfRead(name, text) ?? throw new InvalidSettingException($"{name} has no rules, and no built-in set is on in it.");
    }

    /// <summary>The same of a text in which nothing is wrong; null where it has no rule.</summary>
    internal static NamedRules? OfRead(string name, string text)
    {
        var root = JsonNode.Parse(text.TrimStart('\uFEFF'), documentOptions: Reading)!;
        var rules = root as JsonArray ?? root["rules"] as JsonArray ?? [];
        if (rules.Count == 0)
        {
            var sets = SetsOf(root).Select(set => JsonNode.Parse(BuiltInSets.TextOf(set), documentOptions: Reading)!.AsArray());
            rules = [.. sets.SelectMany(set => set.Select(rule => rule!.DeepClone()))];
        }

        if (rules.Count == 0)
        {
            return null;
        }

        var whole = new JsonObject { ["sets"] = new JsonArray(), ["rules"] = rules.DeepClone() };
        foreach (var defaults in root is JsonObject fields ? fields.Where(field => field.Key is "weights" or "thresholds") : [])
        {
            whole[defaults.Key] = defaults.Value!.DeepClone();
        }

        return new NamedRules(name, whole.ToJsonString(Writing));
    }

    /// <summary>Reads the rules.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="InvalidSettingException">This version does not understand them any more.</exception>
    public static RuleSet Read(NamedRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return new RuleSet(TradingConfig.Read(rules.Text).Rules);
    }

    private static IEnumerable<string> SetsOf(JsonNode root) => (root as JsonObject)?["sets"] switch
    {
        null => BuiltInSets.Names,
        JsonArray list => list.Select(set => set!.GetValue<string>().ToLowerInvariant()).Distinct(),
        var one => [one.GetValue<string>().ToLowerInvariant()],
    };
}
