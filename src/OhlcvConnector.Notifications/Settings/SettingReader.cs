using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Notifications.Settings;

/// <summary>
/// Reads an object of a file of settings: each mistake names its field and what would be right; fields that nobody has asked for are mistakes.
/// </summary>
/// <param name="json">The object.</param>
/// <param name="path">Where it stands, such as <c>notifications.channels.team</c>.</param>
internal sealed class SettingReader(JsonElement json, string path)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Where a field stands.</summary>
    public string PathOf(string name) => $"{path}.{name}";

    /// <summary>An error about a field.</summary>
    public InvalidSettingException Wrong(string name, string what) => new($"{PathOf(name)}: {what}");

    /// <summary>A field; null where it is not there.</summary>
    public JsonElement? Field(string name)
    {
        _asked.Add(name);
        return json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A text; null where it is not there.</summary>
    public string? Text(string name) => Field(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text ? text
        : throw Wrong(name, $"{Shown(value)} is no text. Write one in quotation marks.");

    /// <summary>A text that has to be there.</summary>
    public string Needed(string name, string what) => Text(name) ?? throw Wrong(name, $"is missing. Write {what}.");

    /// <summary>A number within a range.</summary>
    public double Number(string name, double least, double most, double otherwise) => Field(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
        : throw Wrong(name, FormattableString.Invariant($"{Shown(value)} is out of range. Write a number from {least} to {most}."));

    /// <summary>A whole number within a range.</summary>
    public int Whole(string name, int least, int most, int otherwise) => Field(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw Wrong(name, $"{Shown(value)} is out of range. Write a whole number from {least} to {most}.");

    /// <summary>True or false.</summary>
    public bool Switch(string name, bool otherwise) => Field(name) is not { } value ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, $"{Shown(value)} is neither true nor false.");

    /// <summary>A list of texts, or one text.</summary>
    public IReadOnlyList<T> List<T>(string name, Func<string, T> read)
    {
        if (Field(name) is not { } value)
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var found = new List<T>();
        for (var index = 0; index < items.Length; index++)
        {
            var place = value.ValueKind == JsonValueKind.Array ? $"{name}[{index}]" : name;
            if (items[index].ValueKind != JsonValueKind.String)
            {
                throw Wrong(place, $"{Shown(items[index])} is no text. Write one in quotation marks.");
            }

            try
            {
                found.Add(read(items[index].GetString()!));
            }
            catch (FormatException exception)
            {
                throw Wrong(place, exception.Message);
            }
        }

        return found;
    }

    /// <summary>A name out of an enumeration, in small letters.</summary>
    public static T Name<T>(string text)
        where T : struct, Enum
    {
        var all = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToList();
        return all.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new FormatException($"'{text}' is none; {Nearest.Words(text, all)}");
    }

    /// <summary>Says which field nobody knows.</summary>
    /// <exception cref="InvalidSettingException">There is one.</exception>
    public void Finish()
    {
        foreach (var field in json.EnumerateObject())
        {
            if (!_asked.Contains(field.Name))
            {
                throw Wrong(field.Name, $"there is no such setting; {Nearest.Words(field.Name, _asked)}");
            }
        }
    }

    /// <summary>What a message shows of a value that is wrong: never a text, which may be a secret in the wrong place.</summary>
    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "the text",
        JsonValueKind.Object => "the object",
        JsonValueKind.Array => "the list",
        _ => value.GetRawText(),
    };
}
