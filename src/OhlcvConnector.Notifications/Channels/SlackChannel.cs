using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>
/// An incoming webhook of Slack, in blocks of plain text. Slack's limits: a header of 150, a section of 3,000 letters, ten fields of 2,000. Such a webhook
/// takes no picture.
/// </summary>
internal sealed class SlackChannel(string name, HttpChannel http) : INoticeChannel
{
    private const int MostHeader = 150;
    private const int MostText = 3000;
    private const int MostFields = 10;
    private const int MostField = 2000;
    private const int MostBlocks = 4; // of fields; there may be 50 of all kinds
    private const int MostFallback = 1000;
    private const int Grouped = 1000;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int MostAtOnce => Grouped;

    /// <inheritdoc/>
    public async Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, http.Address) { Content = new ByteArrayContent(BodyOf(NoticeMessage.Of(notices))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The body of the request.</summary>
    internal static byte[] BodyOf(NoticeMessage message)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("text"u8, NoticeMessage.Cut(Escape(message.Heading), MostFallback)); // what a telephone shows
            json.WriteBoolean("unfurl_links"u8, false);
            json.WriteStartArray("blocks"u8);
            WriteBlock(json, "header"u8, NoticeMessage.Cut(message.Heading, MostHeader));
            if (message.Text.Length > 0)
            {
                WriteBlock(json, "section"u8, NoticeMessage.Cut(message.Text, MostText));
            }

            foreach (var fields in message.Fields.Chunk(MostFields).Take(MostBlocks))
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "section"u8);
                json.WriteStartArray("fields"u8);
                foreach (var field in fields)
                {
                    WriteText(json, NoticeMessage.Cut($"{field.Name}\n{field.Value}", MostField));
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteStartObject();
            json.WriteString("type"u8, "context"u8);
            json.WriteStartArray("elements"u8);
            WriteText(json, message.First.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>The three letters by which Slack makes links and calls people, harmless.</summary>
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static void WriteBlock(Utf8JsonWriter json, ReadOnlySpan<byte> type, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WritePropertyName("text"u8);
        WriteText(json, text);
        json.WriteEndObject();
    }

    /// <summary>Plain text, in which no letter means anything.</summary>
    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "plain_text"u8);
        json.WriteString("text"u8, text.Length > 0 ? text : "-");
        json.WriteBoolean("emoji"u8, false);
        json.WriteEndObject();
    }
}
