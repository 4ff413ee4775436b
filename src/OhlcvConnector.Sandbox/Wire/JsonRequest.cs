using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>Reading what clients ask, whatever they send.</summary>
internal static class JsonRequest
{
    /// <summary>Returns a property that is a string; null when it is not there or something else.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Returns a property that is an object or an array; null when it is not there or something else.</summary>
    public static JsonElement? Part(this JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    /// <summary>A query parameter; null when it is missing or empty.</summary>
    public static string? Text(this IQueryCollection query, string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

    /// <summary>Reads a query parameter that is a whole number, null without it; returns false when it is something else.</summary>
    public static bool TryNumber(this IQueryCollection query, string name, out long? value)
    {
        value = null;
        if (query.Text(name) is not { } text)
        {
            return true;
        }

        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        value = number;
        return isNumber;
    }

    /// <summary>Parses a message; null when it is no JSON.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> message)
    {
        try
        {
            return JsonDocument.Parse(message);
        }
        catch (JsonException)
        {
            return null; // each venue has its own words for that
        }
    }
}
