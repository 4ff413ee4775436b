using System.Text.Json;

namespace OhlcvConnector.ServerTests;

/// <summary>The description of REST, and where an answer is not as it says.</summary>
internal static class Described
{
    public static async Task<JsonElement> ByAsync(ServerStage stage)
    {
        using var document = JsonDocument.Parse(await stage.GetAsync("/openapi.json"));
        return document.RootElement.Clone();
    }

    public static JsonElement Schema(JsonElement operation, string status) =>
        operation.GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty("application/json").GetProperty("schema");

    /// <summary>Where an answer of a path is not as it is described.</summary>
    public static IEnumerable<string> Mistakes(JsonElement described, string path, string method, string status, JsonElement answer) =>
        Mistakes(described, Schema(described.GetProperty("paths").GetProperty(path).GetProperty(method), status), answer, path);

    /// <summary>Where a value is not as its schema says; what is not described is a mistake, too.</summary>
    public static IEnumerable<string> Mistakes(JsonElement described, JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = described.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (schema.TryGetProperty("oneOf", out var choices)) // an object or null
        {
            var mayBeNull = choices.EnumerateArray().Any(one => one.TryGetProperty("type", out var none) && none.ValueEquals("null"));
            return value.ValueKind == JsonValueKind.Null && mayBeNull ? []
                : Mistakes(described, choices.EnumerateArray().Single(one => one.TryGetProperty("$ref", out _)), value, where);
        }

        var type = schema.GetProperty("type");
        var allowed = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!).ToList() : [type.GetString()!];
        var kind = value.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => allowed.Contains("integer") && value.TryGetInt64(out _) ? "integer" : "number",
            JsonValueKind.String => "string",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        if (!allowed.Contains(kind))
        {
            return [$"{where} is {kind}, not {string.Join(" or ", allowed)}"];
        }

        if (kind == "string" && schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && !value.TryGetDateTimeOffset(out _))
        {
            return [$"{where} is no time"];
        }

        return kind switch
        {
            "array" => value.EnumerateArray().SelectMany((one, index) => Mistakes(described, schema.GetProperty("items"), one, $"{where}[{index}]")),
            "object" => OfObject(described, schema, value, where),
            _ => [],
        };
    }

    private static IEnumerable<string> OfObject(JsonElement described, JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("additionalProperties", out var others))
        {
            return value.EnumerateObject().SelectMany(one => Mistakes(described, others, one.Value, $"{where}.{one.Name}"));
        }

        var known = schema.GetProperty("properties");
        return
        [
            .. schema.GetProperty("required").EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{where} lacks {name}"),
            .. value.EnumerateObject().SelectMany(one => known.TryGetProperty(one.Name, out var property) ? Mistakes(
                described, property, one.Value, $"{where}.{one.Name}") : [$"{where}.{one.Name} is not described"]),
        ];
    }
}
