using System.Text.Json;
using OhlcvConnector.Signals.Conditions;
using OhlcvConnector.Signals.Language;

namespace OhlcvConnector.Signals.Reading;

/// <summary>Reads the conditions of one rule: texts, and <c>all</c>, <c>any</c> and <c>not</c> of them.</summary>
internal sealed class ConditionReader(Mistakes mistakes)
{
    private const int MaxParts = 200;

    private static readonly string[] Names = ["all", "any", "not", "if", "weight"];

    public List<Reference> References { get; } = [];

    public List<WeighedLeaf> Leaves { get; } = [];

    /// <summary>Reads a condition; null when it is wrong.</summary>
    public Condition? Read(JsonValue value, bool isDenied = false)
    {
        switch (value.Kind)
        {
            case JsonValueKind.String:
                return ReadText(value, 1, isDenied)?.Condition;
            case JsonValueKind.Array:
                return Several(value, isDenied, isAny: false);
            case JsonValueKind.Object:
                return ReadObject(value, isDenied);
            default:
                mistakes.Add(value, $"A condition is a text such as \"rsi:14 crosses above 30\", or {{ \"all\": [ ... ] }}, not {value.KindName}.");
                return null;
        }
    }

    /// <summary>Reads a text; null when it is wrong.</summary>
    public WeighedLeaf? ReadText(JsonValue value, double weight, bool isDenied = false)
    {
        if (Leaves.Count >= MaxParts)
        {
            mistakes.Add(value, $"A rule has at most {MaxParts} conditions. Make two rules of it.");
            return null;
        }

        var count = References.Count;
        try
        {
            var leaf = ConditionText.Read(value.Text, References);
            var weighed = new WeighedLeaf(leaf.Text, leaf.Condition, leaf.First, weight, isDenied);
            Leaves.Add(weighed);
            return weighed;
        }
        catch (PhraseException trouble)
        {
            References.RemoveRange(count, References.Count - count);
            mistakes.Add(value.Place with { Column = value.Place.Column + 1 + trouble.At }, value.Path, $"\"{Shown(value.Text)}\": {trouble.Message}");
            return null;
        }
    }

    private static string Shown(string text) => text.Length <= ConditionText.MaxLength ? text : text[..50] + "...";

    private Condition? ReadObject(JsonValue value, bool isDenied)
    {
        var fields = new Fields(value, mistakes);
        fields.Know(Names);
        var kinds = value.Fields.Where(field => field.Name is "all" or "any" or "not" or "if").ToList();
        if (kinds.Count != 1)
        {
            mistakes.Add(value, kinds.Count == 0
                ? "A condition has one of all, any, not and if: { \"all\": [ \"rsi:14 < 30\", \"close > ema:200\" ] }."
                : $"A condition has one of all, any, not and if; here are {string.Join(" and ", kinds.Select(kind => kind.Name))}. Put one into the other.");
            return null;
        }

        var inner = kinds[0].Value;
        if (value["weight"] is { } needless && (kinds[0].Name != "if" || inner.Kind != JsonValueKind.String))
        {
            mistakes.Add(needless, "Only a text has a weight: { \"if\": \"rsi:14 < 30\", \"weight\": 2 }.");
        }

        switch (kinds[0].Name)
        {
            case "not":
                return Read(inner, !isDenied) is { } denied ? new Not(denied) : null;
            case "if" when inner.Kind == JsonValueKind.String:
                return ReadText(inner, fields.Number("weight", 0.001, 1_000) ?? 1, isDenied)?.Condition;
            case "if":
                mistakes.Add(inner, $"'if' is a text, with a weight beside it: {{ \"if\": \"rsi:14 < 30\", \"weight\": 2 }}, not {inner.KindName}.");
                return null;
            default:
                return Several(inner, isDenied, kinds[0].Name == "any");
        }
    }

    private Condition? Several(JsonValue list, bool isDenied, bool isAny)
    {
        if (list.Kind != JsonValueKind.Array || list.Items.Count == 0)
        {
            mistakes.Add(list, "This is a list of conditions, at least one: [ \"rsi:14 < 30\", \"close > ema:200\" ].");
            return null;
        }

        var parts = list.Items.Select(item => Read(item, isDenied)).ToList();
        return parts.Contains(null) ? null : isAny ? new AnyOf(parts!) : new AllOf(parts!);
    }
}
