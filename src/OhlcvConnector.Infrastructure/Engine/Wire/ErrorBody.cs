using System.Text.Json;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>The code and the words of an error body, under the names that a venue gives them.</summary>
internal readonly record struct ErrorBody(string Code, string Text)
{
    /// <summary>
    /// Reads code and text from the top of a JSON object; what is not there, or is no JSON, is empty. It reads no further than both: what follows is a page of
    /// rows.
    /// </summary>
    public static ErrorBody Read(ReadOnlySpan<byte> body, string codeName, string textName)
    {
        if (!body.TrimStart(" \r\n\t"u8).StartsWith("{"u8))
        {
            return new ErrorBody("", "");
        }

        string? code = null;
        string? text = null;
        var reader = new Utf8JsonReader(body);
        reader.Next();
        while ((code is null || text is null) && reader.NextProperty())
        {
            if (reader.ValueTextEquals(codeName))
            {
                reader.Next();
                code = reader.TextOrNull() ?? "";
            }
            else if (reader.ValueTextEquals(textName))
            {
                reader.Next();
                text = reader.TextOrNull() ?? "";
            }
            else
            {
                reader.SkipValue();
            }
        }

        return new ErrorBody(code ?? "", text ?? "");
    }
}
