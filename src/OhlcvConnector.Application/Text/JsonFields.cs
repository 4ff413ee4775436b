using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Text;

/// <summary>Reads fields of the server's messages. What is not as its protocol says throws a <see cref="JsonException"/> that names the field.</summary>
internal static class JsonFields
{
    /// <summary>A text; null where there is none.</summary>
    public static string? TextOrNull(this JsonElement json, string name) => json.Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "no text");

    /// <summary>Reads a text that must be there.</summary>
    public static string Text(this JsonElement json, string name) => json.TextOrNull(name) ?? throw Wrong(name, "missing");

    /// <summary>Reads a flag; false where there is none.</summary>
    public static bool Flag(this JsonElement json, string name) => json.Find(name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "neither true nor false"),
    };

    /// <summary>A decimal; null where it is unknown.</summary>
    public static decimal? DecimalOrNull(this JsonElement json, string name) => json.Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : throw Wrong(name, "no number");

    /// <summary>Reads a decimal that must be there.</summary>
    public static decimal Decimal(this JsonElement json, string name) => json.DecimalOrNull(name) ?? throw Wrong(name, "missing");

    /// <summary>A count; null where it is unknown.</summary>
    public static long? CountOrNull(this JsonElement json, string name) => json.Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Wrong(name, "no whole number");

    /// <summary>A moment, UTC; null where there is none.</summary>
    public static DateTimeOffset? TimeOrNull(this JsonElement json, string name) => json.Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : throw Wrong(name, "no time");

    /// <summary>Reads a moment that must be there, UTC.</summary>
    public static DateTimeOffset Time(this JsonElement json, string name) => json.TimeOrNull(name) ?? throw Wrong(name, "missing");

    /// <summary>A list; empty where there is none.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement json, string name) => json.Find(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(name, "no list");

    /// <summary>A list of texts; empty where there is none.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, string name) =>
        [.. json.List(name).Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : throw Wrong(name, "no list of texts"))];

    /// <summary>Reads an interval that must be there.</summary>
    public static Interval Interval(this JsonElement json, string name) =>
        Domain.Interval.TryParse(json.Text(name), out var interval) ? interval : throw Wrong(name, "no interval");

    /// <summary>Reads a market that must be there.</summary>
    public static Market Market(this JsonElement json, string name) =>
        MarketNames.TryParse(json.Text(name), out var market) ? market : throw Wrong(name, "no market");

    /// <summary>Returns a value that is there and not null; else null.</summary>
    public static JsonElement? Find(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static JsonException Wrong(string name, string what) => new($"'{name}' is {what}");
}
