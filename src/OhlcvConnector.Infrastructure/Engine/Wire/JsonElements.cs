using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>Reading listings, which are cold: properties that may be missing, empty or of another type.</summary>
internal static class JsonElements
{
    /// <summary>Parses a body.</summary>
    public static JsonDocument Parse(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        return JsonDocument.ParseValue(ref reader);
    }

    /// <summary>A string; null when it is missing, empty or something else.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>A number, also one in a string; null when it is missing, empty or something else.</summary>
    public static decimal? Number(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.Number() : null;

    /// <summary>Returns the value as a number when it is one, also one in a string; else null.</summary>
    public static decimal? Number(this JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The step of a number with so many digits behind the point; null when that is not said.</summary>
    public static decimal? StepOfDigits(decimal? digits) => digits is >= 0 and <= 28 and var count ? new decimal(1, 0, 0, false, (byte)count) : null;

    /// <summary>A moment in Unix epoch milliseconds; null when it is missing, empty or zero.</summary>
    public static DateTimeOffset? Moment(this JsonElement element, string name) =>
        element.Number(name) is > 0 and < 253_402_300_799_999 and var milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;

    /// <summary>A moment in Unix epoch seconds; null when it is missing, empty or zero.</summary>
    public static DateTimeOffset? MomentOfSeconds(this JsonElement element, string name) =>
        element.Number(name) is > 0 and < 253_402_300_799 and var seconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;

    /// <summary>Returns true when a property is there and is <c>true</c>.</summary>
    public static bool IsTrue(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The objects of a list; what is none of them is passed over, and so is a list that is missing.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) ? list.Objects() : [];

    /// <summary>The objects of a list; what is none of them is passed over.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(row => row.ValueKind == JsonValueKind.Object) : [];

    /// <summary>The list that an answer must have.</summary>
    /// <exception cref="FormatException">The answer has no such list.</exception>
    public static JsonElement List(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) ? list.List()
        : throw new FormatException($"There is no '{name}'.");

    /// <summary>Returns the element itself, when it is a list.</summary>
    /// <exception cref="FormatException">The element is no list.</exception>
    public static JsonElement List(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element : throw new FormatException($"There is {element.ValueKind} where a list should be.");
}
