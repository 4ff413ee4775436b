using System.Text;
using System.Text.Json;

namespace OhlcvConnector.Infrastructure.Recorded;

/// <summary>Recorded message of an exchange.</summary>
/// <param name="Line">The line of the file that it starts on, from 1.</param>
/// <param name="Bytes">The message as the exchange sent it, UTF-8.</param>
/// <param name="ReceivedAt">The time at which the recorder received it, UTC; null where the recording does not say.</param>
public sealed record RecordedMessage(int Line, ReadOnlyMemory<byte> Bytes, DateTimeOffset? ReceivedAt);

/// <summary>A file of recorded messages: one JSON document, however it is laid out, or one message a line.</summary>
public static class RecordedFile
{
    private const long LatestMs = 253_402_300_799_999; // 9999-12-31

    /// <summary>
    /// Reads the messages of a file, those that recorders wrapped (<c>{"receivedUnixMillis":...,"frame":...}</c>) without what they are wrapped in.
    /// </summary>
    /// <param name="file">The whole file, UTF-8, with or without a byte order mark.</param>
    public static IEnumerable<RecordedMessage> Split(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("\uFEFF"u8))
        {
            file = file[3..];
        }

        if (IsOneDocument(file) || IsOneBrokenDocument(file.Span))
        {
            yield return Unwrapped(new RecordedMessage(1, file, null));
            yield break;
        }

        var line = 1;
        while (file.Length > 0)
        {
            var end = file.Span.IndexOf((byte)'\n');
            var text = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            if (!text.Span.Trim(" \r\t"u8).IsEmpty)
            {
                yield return Unwrapped(new RecordedMessage(line, text, null));
            }

            line++;
        }
    }

    private static bool IsOneDocument(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(file);
            return true;
        }
        catch (JsonException)
        {
            return false; // several lines, or a broken one, which its decoder reports
        }
    }

    /// <summary>
    /// Returns true when the file is one document over many lines that breaks off: after the first, all its lines are indented, or close something.
    /// </summary>
    private static bool IsOneBrokenDocument(ReadOnlySpan<byte> file)
    {
        var lines = 0;
        foreach (var range in file.Split((byte)'\n'))
        {
            var line = file[range].TrimEnd(" \r\t"u8);
            if (!line.IsEmpty && (lines++ == 0 ? line[0] is not ((byte)'{' or (byte)'[') : line[0] is not ((byte)' ' or (byte)'\t' or (byte)'}' or (byte)']')))
            {
                return false;
            }
        }

        return lines > 1;
    }

    /// <summary>Recorders write <c>{"receivedUnixMillis":1785053340448,"frame":{...}}</c>, or nanoseconds; a frame that is no JSON is a string there.</summary>
    private static RecordedMessage Unwrapped(RecordedMessage message)
    {
        try
        {
            using var document = JsonDocument.Parse(message.Bytes);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("frame", out var frame) && ReceivedAt(root) is { } time
                ? message with
                {
                    Bytes = Encoding.UTF8.GetBytes(frame.ValueKind == JsonValueKind.String ? frame.GetString()! : frame.GetRawText()),
                    ReceivedAt = time,
                }
                : message;
        }
        catch (JsonException)
        {
            return message; // no recorder's form; its decoder says what it is
        }
    }

    private static DateTimeOffset? ReceivedAt(JsonElement root) =>
        Number(root, "receivedUnixMillis", LatestMs) is { } millis ? DateTimeOffset.FromUnixTimeMilliseconds(millis)
        : Number(root, "receivedUnixNanos", long.MaxValue) is { } nanos ? DateTimeOffset.UnixEpoch.AddTicks(nanos / 100)
        : null;

    private static long? Number(JsonElement root, string name, long most) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
        && number >= 0 && number <= most ? number : null;
}
