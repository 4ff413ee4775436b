using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Writes JSON objects as text frames, with a writer that each thread keeps.</summary>
internal static class JsonFrame
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static Utf8Buffer? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>A writer in which an object of this type is begun; end it with <see cref="End"/> before another one is begun on this thread.</summary>
    public static Utf8JsonWriter Begin(string type)
    {
        var buffer = BeginText();
        var json = _json ??= new Utf8JsonWriter(buffer, Options);
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        return json;
    }

    /// <summary>Ends the object, and gives its frame.</summary>
    public static byte[] End()
    {
        _json!.WriteEndObject();
        _json.Flush();
        return EndText();
    }

    /// <summary>An empty buffer for JSON that is written without a writer; end it with <see cref="EndText"/>.</summary>
    public static Utf8Buffer BeginText()
    {
        var buffer = _buffer ??= new Utf8Buffer(1024);
        buffer.Clear();
        return buffer;
    }

    /// <summary>The frame of what was written since <see cref="BeginText"/>.</summary>
    public static byte[] EndText() => WebSocketFrame.Text(_buffer!.Written);
}

/// <summary>Fields that both protocols write alike.</summary>
internal static class JsonFields
{
    /// <summary>A moment with milliseconds and Z: <c>2026-01-31T12:00:00.000Z</c>.</summary>
    public static string Time(DateTimeOffset time) => JsonText.Time(time);

    /// <summary>A moment as Python writes it: <c>2026-01-31T12:00:00+00:00</c>, with six digits of a second when they are not zero.</summary>
    /// <param name="time">The moment.</param>
    /// <param name="between">The character between the date and the time of day: T, or a blank.</param>
    public static string PythonTime(DateTimeOffset time, char between) => time.UtcDateTime.ToString(
        $"yyyy-MM-dd'{between}'HH:mm:ss{(time.UtcTicks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond == 0 ? "" : ".ffffff")}'+00:00'",
        CultureInfo.InvariantCulture);

    /// <summary>Writes a decimal as a number or a string; null where it is unknown.</summary>
    public static void WriteDecimal(this Utf8JsonWriter json, ReadOnlySpan<byte> name, decimal? value, bool asString = false)
    {
        if (value is not { } number)
        {
            json.WriteNull(name);
        }
        else if (asString)
        {
            json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNumber(name, number);
        }
    }

    /// <summary>Writes a count; null where it is unknown.</summary>
    public static void WriteCount(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Writes an array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the mark of simulated data; nothing for real data.</summary>
    public static void WriteSandbox(this Utf8JsonWriter json, bool isSandbox)
    {
        if (isSandbox)
        {
            json.WriteBoolean("sandbox"u8, true);
        }
    }
}
