using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Says the same in other JSON: what no reader may mind.</summary>
internal static class Respelling
{
    /// <summary>Adds fields that nobody knows.</summary>
    public static string WithUnknownFields(string text) => Change(text, node => Walk(node, inner =>
    {
        if (inner is JsonObject fields)
        {
            fields["zNew2027"] = new JsonObject { ["nested"] = new JsonArray(1, "two", null), ["flag"] = true };
            fields["a_new_one"] = 17.5;
        }
    }));

    /// <summary>Puts each object's fields in another order.</summary>
    public static string WithKeysShuffled(string text, Random random) => Change(text, node => Walk(node, inner =>
    {
        if (inner is JsonObject fields)
        {
            var all = fields.ToList();
            fields.Clear();
            foreach (var (name, value) in all.OrderBy(_ => random.Next()))
            {
                fields[name] = value;
            }
        }
    }));

    /// <summary>Turns decimals that are strings into numbers, and numbers into strings.</summary>
    public static string WithNumbersRespelt(string text) => Change(text, Respell);

    private static string Change(string text, Action<JsonNode> change)
    {
        try
        {
            var node = JsonNode.Parse(text);
            if (node is null)
            {
                return text;
            }

            change(node);
            return node.ToJsonString();
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static void Walk(JsonNode node, Action<JsonNode> change)
    {
        foreach (var child in Children(node))
        {
            Walk(child, change);
        }

        change(node);
    }

    private static void Respell(JsonNode node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToList())
                {
                    fields[name] = Other(value) ?? value?.DeepClone();
                }

                break;
            case JsonArray items:
                for (var at = 0; at < items.Count; at++)
                {
                    items[at] = Other(items[at]) ?? items[at]?.DeepClone();
                }

                break;
        }

        foreach (var child in Children(node))
        {
            Respell(child);
        }
    }

    private static IEnumerable<JsonNode> Children(JsonNode node) => node switch
    {
        JsonObject fields => [.. fields.Select(field => field.Value).OfType<JsonNode>()],
        JsonArray items => [.. items.OfType<JsonNode>()],
        _ => [],
    };

    private static JsonNode? Other(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String when value.GetValue<string>() is { Length: > 0 } text && text.All(letter => char.IsAsciiDigit(letter) || letter is '.' or '-')
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) =>
                JsonNode.Parse(text.TrimStart('0') is "" or ['.', ..] ? $"0{text.TrimStart('0')}" : text),
        JsonValueKind.Number => JsonValue.Create(value.ToJsonString()),
        _ => null,
    };
}
