using System.Text.Json;

namespace OhlcvConnector.Cli.Decoding;

/// <summary>One recorded message.</summary>
/// <param name="Line">Where it starts, from 1.</param>
/// <param name="Bytes">The message as the venue sent it.</param>
/// <param name="ReceivedAt">When the recorder received it; null where the recording does not say.</param>
internal sealed record RecordedMessage(int Line, ReadOnlyMemory<byte> Bytes, DateTimeOffset? ReceivedAt);

/// <summary>A file of recorded messages: one JSON document, however it is laid out, or one message a line.</summary>
internal static class RecordedFile
{
    /// <summary>The messages of a file.</summary>
    public static IEnumerable<RecordedMessage> Split(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("\uFEFF"u8))
        {
            file = file[3..];
        }

        if (IsOneDocument(file))
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

    /// <summary>Recorders write <c>{"receivedUnixMillis":1785053340448,"frame":{...}}</c>, or nanoseconds.</summary>
    private static RecordedMessage Unwrapped(RecordedMessage message)
    {
        try
        {
            using var document = JsonDocument.Parse(message.Bytes);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("frame", out var frame))
            {
                DateTimeOffset? time =
                    root.TryGetProperty("receivedUnixMillis", out var millis) ? DateTimeOffset.FromUnixTimeMilliseconds(millis.GetInt64())
                    : root.TryGetProperty("receivedUnixNanos", out var nanos) ? DateTimeOffset.UnixEpoch.AddTicks(nanos.GetInt64() / 100)
                    : null;
                return time is null ? message : message with { Bytes = System.Text.Encoding.UTF8.GetBytes(frame.GetRawText()), ReceivedAt = time };
            }
        }
        catch (JsonException)
        {
            // no recorder's form; its decoder says what it is
        }

        return message;
    }
}
