using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>A bot of Telegram: a photo with a caption of at most 1,024 letters, or a message of at most 4,096.</summary>
internal sealed class TelegramChannel(string name, HttpChannel http, string chat, bool hasPicture) : INoticeChannel
{
    private const int MostCaption = 1024;
    private const int MostText = 4096;
    private const int MostLine = 500;
    private const int Grouped = 1000;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int MostAtOnce => Grouped;

    /// <inheritdoc/>
    public async Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default)
    {
        var message = NoticeMessage.Of(notices);
        using var request = hasPicture && message.Picture() is { } picture ? Photo(message, picture) : Message(message);
        return await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The text with Telegram's HTML, whole lines of it, at most so long.</summary>
    internal static string TextOf(NoticeMessage message, int most)
    {
        var text = new StringBuilder();
        var lines = new List<string> { $"<b>{Escape(message.Heading)}</b>" };
        lines.AddRange(message.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Escape));
        lines.AddRange(message.Fields.Select(field => $"{Escape(field.Name)}: <b>{Escape(field.Value)}</b>"));
        var last = message.First.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        for (var index = 0; index < lines.Count; index++)
        {
            var more = $"... {lines.Count - index} more lines\n";
            if (text.Length + lines[index].Length + 1 + more.Length + last.Length > most)
            {
                text.Append(more);
                break;
            }

            text.Append(lines[index]).Append('\n');
        }

        return text.Append(last).ToString();
    }

    private HttpRequestMessage Photo(NoticeMessage message, byte[] picture)
    {
        var file = new ByteArrayContent(picture);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return new HttpRequestMessage(HttpMethod.Post, new Uri(http.Address, "sendPhoto"))
        {
            Content = new MultipartFormDataContent
            {
                { new StringContent(chat), "chat_id" },
                { new StringContent(TextOf(message, MostCaption)), "caption" },
                { new StringContent("HTML"), "parse_mode" },
                { file, "photo", "chart.png" },
            },
        };
    }

    private HttpRequestMessage Message(NoticeMessage message)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("chat_id"u8, chat);
            json.WriteString("text"u8, TextOf(message, MostText));
            json.WriteString("parse_mode"u8, "HTML"u8);
            json.WriteStartObject("link_preview_options"u8);
            json.WriteBoolean("is_disabled"u8, true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var content = new ByteArrayContent(text.WrittenSpan.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, new Uri(http.Address, "sendMessage")) { Content = content };
    }

    /// <summary>The text without markup, cut so that it is at most as long as a line may be with what stands for &lt;, &gt; and &amp;.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (escaped.Length > MostLine)
            {
                return escaped.Append("...").ToString();
            }

            escaped.Append(rune.Value switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => rune.ToString() });
        }

        return escaped.ToString();
    }
}
