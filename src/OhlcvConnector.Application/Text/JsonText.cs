using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OhlcvConnector.Application.Text;

/// <summary>Writes JSON as text.</summary>
internal static class JsonText
{
    /// <summary>A moment with milliseconds and Z: <c>2026-01-31T12:00:00.000Z</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>What a writer writes.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
