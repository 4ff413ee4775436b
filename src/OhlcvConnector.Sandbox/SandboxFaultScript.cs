using System.Text.Json;

namespace OhlcvConnector;

/// <summary>
/// Faults as JSON: one object or an array of them, such as <c>{"at": 30, "kind": "DropAll", "exchange": "okx"}</c>. Times (<c>at</c>, <c>duration</c>,
/// <c>amount</c>) are seconds of market time; <c>symbol</c>, <c>probability</c> and <c>times</c> may be given, too.
/// </summary>
public static class SandboxFaultScript
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads faults from JSON.</summary>
    /// <exception cref="FormatException">The JSON is not what it should be; the message says where and what is possible.</exception>
    public static IReadOnlyList<SandboxFault> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(One)]
                : [One(document.RootElement)];
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The faults are not JSON: {exception.Message}", exception);
        }
    }

    private static SandboxFault One(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("A fault is an object such as {\"kind\": \"DropAll\", \"exchange\": \"okx\"}.");
        }

        var known = string.Join(", ", Enum.GetNames<SandboxFaultKind>());
        SandboxFault? fault = null;
        if (element.TryGetProperty("kind", out var kind)
            && kind.ValueKind == JsonValueKind.String
            && Enum.TryParse<SandboxFaultKind>(kind.GetString(), ignoreCase: true, out var parsed)
            && Enum.IsDefined(parsed))
        {
            fault = new SandboxFault(parsed);
        }

        if (fault is null)
        {
            throw new FormatException($"A fault's kind is one of {known}.");
        }

        foreach (var property in element.EnumerateObject())
        {
            fault = property.Name switch
            {
                "kind" => fault,
                "at" => fault with { At = Seconds(property) },
                "duration" => fault with { Duration = Seconds(property) },
                "amount" => fault with { Amount = Seconds(property) },
                "exchange" => fault with { Exchange = Text(property) },
                "symbol" => fault with { Symbol = Text(property) },
                "probability" => fault with { Probability = Number(property) },
                "times" => fault with { Times = (int)Math.Clamp(Number(property), int.MinValue, int.MaxValue) },
                _ => throw new FormatException($"A fault has no '{property.Name}'; it has kind, at, exchange, symbol, duration, amount, probability, times."),
            };
        }

        return fault;
    }

    private static TimeSpan Seconds(JsonProperty property)
    {
        var seconds = Number(property);
        return Math.Abs(seconds) <= TimeSpan.FromDays(3_650).TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"A fault's '{property.Name}' is in seconds, at most ten years of them.");
    }

    private static double Number(JsonProperty property) => property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetDouble(out var number)
        ? number
        : throw new FormatException($"A fault's '{property.Name}' is a number.");

    private static string? Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString(),
        JsonValueKind.Null => null,
        _ => throw new FormatException($"A fault's '{property.Name}' is a text."),
    };
}
