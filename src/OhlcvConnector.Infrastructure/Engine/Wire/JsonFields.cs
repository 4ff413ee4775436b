using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// Reading single values with <see cref="Utf8JsonReader"/>, tolerant where venues are: a number may come as a JSON number or as a string.
/// All throw <see cref="JsonException"/> or <see cref="FormatException"/> for anything else.
/// </summary>
internal static class JsonFields
{
    /// <summary>Moves to the next token, which must exist.</summary>
    public static void Next(this ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonException("The message ends too early.");
        }
    }

    /// <summary>Moves to the next token, which must be of this kind.</summary>
    public static void Expect(this ref Utf8JsonReader reader, JsonTokenType type)
    {
        reader.Next();
        if (reader.TokenType != type)
        {
            throw new JsonException($"Expected {type}, found {reader.TokenType}.");
        }
    }

    /// <summary>Moves to the next property's name within an object and returns true, or to the object's end and returns false.</summary>
    public static bool NextProperty(this ref Utf8JsonReader reader)
    {
        reader.Next();
        return reader.TokenType switch
        {
            JsonTokenType.PropertyName => true,
            JsonTokenType.EndObject => false,
            _ => throw new JsonException($"Expected a property, found {reader.TokenType}."),
        };
    }

    /// <summary>Returns true when the property that the reader stands on has this name, and moves to its value then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that the name's length is known where it is compared
    public static bool Property(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueTextEquals(name))
        {
            return false;
        }

        reader.Next();
        return true;
    }

    /// <summary>
    /// Returns a reader on the current value, and moves to the value's end: for what is read when all properties are known, whatever their order.
    /// </summary>
    public static Utf8JsonReader SetAside(this scoped ref Utf8JsonReader reader)
    {
        var value = reader;
        reader.Skip();
        return value;
    }

    /// <summary>Checks that the message ends where its outermost value does.</summary>
    /// <exception cref="JsonException">Something follows.</exception>
    public static void ExpectEnd(this ref Utf8JsonReader reader)
    {
        if (reader.Read())
        {
            throw new JsonException("The message goes on after its end.");
        }
    }

    /// <summary>Moves to the next element within an array and returns true, or to the array's end and returns false.</summary>
    public static bool NextElement(this ref Utf8JsonReader reader)
    {
        reader.Next();
        return reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Leaves out the value that the current property name announces.</summary>
    public static void SkipValue(this ref Utf8JsonReader reader)
    {
        reader.Next();
        reader.Skip();
    }

    /// <summary>The current string or number, as an exact decimal.</summary>
    public static decimal Decimal(this ref Utf8JsonReader reader) => Utf8Decimal.Parse(Scalar(ref reader));

    /// <summary>The current string or number, as an exact decimal; null when it is null or the empty string.</summary>
    public static decimal? DecimalOrNull(this ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty) ? null : reader.Decimal();

    /// <summary>The current string or number, as an integer.</summary>
    public static long Integer(this ref Utf8JsonReader reader)
    {
        var text = Scalar(ref reader);
        return Utf8Parser.TryParse(text, out long value, out var consumed) && consumed == text.Length
            ? value
            : throw new FormatException($"'{Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)])}' is not an integer.");
    }

    /// <summary>The current string or number, as an integer; null when it is anything else.</summary>
    public static long? IntegerOrNull(this ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.Number or JsonTokenType.String
        && Utf8Parser.TryParse(reader.ValueSpan, out long value, out var consumed) && consumed == reader.ValueSpan.Length
            ? value
            : null;

    /// <summary>Reads the current boolean, also as the strings true and false.</summary>
    public static bool Boolean(this ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String when reader.ValueTextEquals("true"u8) => true,
        JsonTokenType.String when reader.ValueTextEquals("false"u8) => false,
        _ => throw new JsonException($"Expected true or false, found {reader.TokenType}."),
    };

    /// <summary>The current string's bytes; only one that holds an escape, which no venue's names do, costs an allocation.</summary>
    public static ReadOnlySpan<byte> Text(this scoped ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? throw new JsonException($"Expected a string, found {reader.TokenType}.")
        : reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!)
        : reader.ValueSpan;

    /// <summary>The current string; null when it is null. For cold paths.</summary>
    public static string? TextOrNull(this ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => throw new JsonException($"Expected a string, found {reader.TokenType}."),
    };

    private static ReadOnlySpan<byte> Scalar(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Number or JsonTokenType.String
        ? reader.ValueSpan
        : throw new JsonException($"Expected a number, found {reader.TokenType}.");
}
