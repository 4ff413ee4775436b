using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OhlcvConnector.Signals.Reading;

/// <summary>Reads JSON, comments and commas too many included, into values that know where they stand.</summary>
internal ref struct JsonTree
{
    private const int MaxDepth = 48;

    private readonly ReadOnlySpan<byte> _text;
    private readonly Mistakes _mistakes;
    private Utf8JsonReader _reader;
    private int _line;
    private int _lineStart;
    private int _scanned;

    private JsonTree(ReadOnlySpan<byte> text, Mistakes mistakes)
    {
        _text = text;
        _mistakes = mistakes;
        _reader = new Utf8JsonReader(
            text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
    }

    /// <summary>Reads a text.</summary>
    /// <returns>Null when it is no JSON; the mistake is among the mistakes.</returns>
    public static JsonValue? Read(ReadOnlySpan<byte> text, Mistakes mistakes)
    {
        text = text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        if (!Utf8.IsValid(text))
        {
            mistakes.Add(new JsonPlace(1, 1), "", "This is not UTF-8 text. Save the file as UTF-8.");
            return null;
        }

        var tree = new JsonTree(text, mistakes);
        try
        {
            tree._reader.Read();
            var value = tree.Value("");
            while (tree._reader.Read())
            {
            }

            return value;
        }
        catch (JsonException trouble)
        {
            var cut = trouble.Message.IndexOf(" LineNumber", StringComparison.Ordinal);
            var line = (int)(trouble.LineNumber ?? 0);
            mistakes.Add(
                new JsonPlace(line + 1, ColumnOf(text, line, (int)(trouble.BytePositionInLine ?? 0))), "",
                $"This is not JSON: {(cut < 0 ? trouble.Message : trouble.Message[..cut])}");
            return null;
        }
    }

    private JsonValue Value(string path)
    {
        var (place, start) = (Place(), (int)_reader.TokenStartIndex);
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(place, start, path);
            case JsonTokenType.StartArray:
                var list = new JsonValue(JsonValueKind.Array, "", place, path);
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(Value($"{path}[{list.Items.Count}]"));
                }

                return list;
            case JsonTokenType.String:
                return new JsonValue(JsonValueKind.String, _reader.GetString()!, place, path);
            case JsonTokenType.Number:
                return new JsonValue(JsonValueKind.Number, Encoding.UTF8.GetString(_reader.ValueSpan), place, path);
            default:
                return new JsonValue(
                    _reader.TokenType == JsonTokenType.True ? JsonValueKind.True : _reader.TokenType == JsonTokenType.False ? JsonValueKind.False
                        : JsonValueKind.Null,
                    "", place, path);
        }
    }

    private JsonValue ReadObject(JsonPlace place, int start, string path)
    {
        var fields = new List<JsonField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var (name, at) = (_reader.GetString()!, Place());
            _reader.Read();
            var value = Value(path.Length == 0 ? name : $"{path}.{name}");
            if (names.Add(name))
            {
                fields.Add(new JsonField(name, at, value));
            }
            else
            {
                _mistakes.Add(at, value.Path, "The field is there twice. Keep one of them.");
            }
        }

        var end = (int)_reader.TokenStartIndex + 1;
        var isSection = path.Length > 0 && !path.AsSpan().ContainsAny('.', '[');
        var result = new JsonValue(JsonValueKind.Object, "", place, path) { Raw = isSection ? Encoding.UTF8.GetString(_text[start..end]) : "" };
        result.Fields.AddRange(fields);
        return result;
    }

    /// <summary>Where the token begins; tokens are asked for in their order, so that lines are counted once.</summary>
    private JsonPlace Place()
    {
        var at = (int)_reader.TokenStartIndex;
        for (; _scanned < at; _scanned++)
        {
            if (_text[_scanned] == '\n')
            {
                (_line, _lineStart) = (_line + 1, _scanned + 1);
            }
        }

        return new JsonPlace(_line + 1, Encoding.UTF8.GetCharCount(_text[_lineStart..at]) + 1);
    }

    private static int ColumnOf(ReadOnlySpan<byte> text, int line, int bytes)
    {
        for (; line > 0; line--)
        {
            text = text[(text.IndexOf((byte)'\n') + 1)..];
        }

        return Encoding.UTF8.GetCharCount(text[..Math.Min(bytes, text.Length)]) + 1;
    }
}
