using System.Text.Json;

namespace OhlcvConnector.Signals.Reading;

/// <summary>A value of a JSON text that knows where it stands, so that what is wrong with it can be shown.</summary>
/// <param name="Kind">The kind; true and false are two kinds.</param>
/// <param name="Text">The text of a string, the digits of a number; empty for others.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Path">The way to it, such as <c>rules[2].when</c>.</param>
internal sealed record JsonValue(JsonValueKind Kind, string Text, JsonPlace Place, string Path)
{
    /// <summary>The fields of an object, in their order.</summary>
    public List<JsonField> Fields { get; } = [];

    /// <summary>The items of an array.</summary>
    public List<JsonValue> Items { get; } = [];

    /// <summary>The bytes of the text, comments included.</summary>
    public string Raw { get; init; } = "";

    /// <summary>What it is, for people.</summary>
    public string KindName => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Text}\"",
        JsonValueKind.Number => $"the number {Text}",
        JsonValueKind.Null => "null",
        _ => Kind == JsonValueKind.True ? "true" : "false",
    };

    public JsonValue? this[string name] => Fields.Find(field => field.Name == name)?.Value;

    /// <summary>Writes it without spaces and comments: the same for all spellings of one meaning.</summary>
    public string Compact() => Kind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', Fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{field.Name}:{field.Value.Compact()}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', Items.Select(item => item.Compact()))}]",
        JsonValueKind.String => JsonEncodedText.Encode(Text).ToString(),
        JsonValueKind.Number => Text,
        _ => Kind.ToString(),
    };
}

/// <summary>A field of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where the name begins.</param>
/// <param name="Value">Its value.</param>
internal sealed record JsonField(string Name, JsonPlace Place, JsonValue Value);

/// <summary>A place in a text, both numbers from 1.</summary>
/// <param name="Line">The line.</param>
/// <param name="Column">The column, in characters.</param>
internal readonly record struct JsonPlace(int Line, int Column);
