using System.Text.Json;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>Rewrites messages as a venue of tomorrow may send them: fields that nobody knows around those that are known, and these in another order.</summary>
internal static class Stranger
{
    /// <summary>Rewrites every object of a message; what is no JSON stays as it is.</summary>
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> message)
    {
        if (JsonRequest.Parse(message) is not { } document)
        {
            return message;
        }

        using (document)
        {
            return Json.Write(json => Write(json, document.RootElement));
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                json.WriteStartObject("newField");
                json.WriteString("t", "1");
                json.WriteEndObject();
                foreach (var property in element.EnumerateObject().Reverse())
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value);
                }

                json.WriteStartArray("anotherNewField");
                json.WriteNullValue();
                json.WriteNumberValue(1.5e-7);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }
}
