using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>
/// A webhook of Discord: an embed with the parts as fields, and the chart as its picture. Discord's limits: title 256, description 4,096, 25 fields of 256 and
/// 1,024, footer 2,048 letters, 6,000 together.
/// </summary>
internal sealed class DiscordChannel(string name, HttpChannel http, bool hasPicture) : INoticeChannel
{
    private const int MostTitle = 256;
    private const int MostText = 2048; // of 4,096, so that fields have room in the 6,000
    private const int MostFields = 25;
    private const int MostName = 256;
    private const int MostValue = 1024;
    private const int MostOfAll = 6000;
    private const int Grouped = 1000;
    private const string Picture = "chart.png";
    private static readonly SearchValues<char> Markup = SearchValues.Create("\\*_~`|>#[]()<:-@.");

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int MostAtOnce => Grouped;

    /// <inheritdoc/>
    public async Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default)
    {
        var message = NoticeMessage.Of(notices);
        var picture = hasPicture ? message.Picture() : null;
        var body = BodyOf(message, picture is not null);
        var separator = http.Address.Query.Length > 0 ? "&" : "?";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(http.Address + separator + "wait=true")); // else it answers before it has taken it
        var json = new ByteArrayContent(body);
        json.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content = json;
        if (picture is not null)
        {
            var file = new ByteArrayContent(picture);
            file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            request.Content = new MultipartFormDataContent { { json, "payload_json" }, { file, "files[0]", Picture } };
        }

        return await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The body of the request.</summary>
    internal static byte[] BodyOf(NoticeMessage message, bool hasPicture)
    {
        var left = MostOfAll;
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteStartObject("allowed_mentions"u8); // nothing that stands in a notice calls anybody
            json.WriteStartArray("parse"u8);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("embeds"u8);
            json.WriteStartObject();
            json.WriteString("title"u8, Take(ref left, Escape(message.Heading, MostTitle)));
            if (message.Text.Length > 0)
            {
                json.WriteString("description"u8, Take(ref left, Escape(message.Text, MostText)));
            }

            json.WriteNumber("color"u8, ColorOf(message.First));
            json.WriteString("timestamp"u8, message.First.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            WriteFields(json, message.Fields, ref left);
            if (hasPicture)
            {
                json.WriteStartObject("image"u8);
                json.WriteString("url"u8, "attachment://" + Picture);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<NoticeField> fields, ref int left)
    {
        json.WriteStartArray("fields"u8);
        for (var index = 0; index < fields.Count; index++)
        {
            var isLast = index == MostFields - 1 && fields.Count > MostFields;
            var shown = isLast ? new NoticeField("and", $"{fields.Count - index} more") : fields[index];
            var name = Escape(shown.Name, MostName);
            var value = Escape(shown.Value, MostValue);
            if (name.Length + value.Length > left)
            {
                break;
            }

            json.WriteStartObject();
            json.WriteString("name"u8, Take(ref left, name));
            json.WriteString("value"u8, Take(ref left, value));
            json.WriteBoolean("inline"u8, true);
            json.WriteEndObject();
            if (isLast)
            {
                break;
            }
        }

        json.WriteEndArray();
    }

    private static string Take(ref int left, string text)
    {
        left -= text.Length;
        return text;
    }

    /// <summary>The text with its markup made harmless, at most so long. Discord refuses an empty one.</summary>
    private static string Escape(string text, int most)
    {
        var escaped = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            var step = char.IsHighSurrogate(text[index]) && index + 1 < text.Length ? 2 : Markup.Contains(text[index]) && !IsInNumber(text, index) ? -1 : 1;
            if (escaped.Length + Math.Abs(step) + 1 > most - 3 && index + Math.Abs(step) < text.Length)
            {
                return escaped.Append("...").ToString();
            }

            escaped.Append(step < 0 ? "\\" : "").Append(text, index, Math.Abs(step));
            index += Math.Abs(step) - 1;
        }

        return string.IsNullOrWhiteSpace(text) ? "-" : escaped.ToString();
    }

    /// <summary>A point, hyphen or colon between letters or figures is no markup, and reads better without a backslash.</summary>
    private static bool IsInNumber(string text, int index) => text[index] is '.' or '-' or ':'
        && (text[index] != ':' || index + 1 >= text.Length || text[index + 1] != '/')
        && ((index > 0 && char.IsLetterOrDigit(text[index - 1])) || (index + 1 < text.Length && char.IsDigit(text[index + 1])));

    private static int ColorOf(Notice notice) => (notice.Severity, notice.Direction) switch
    {
        (NoticeSeverity.Critical, _) => 0xE53935,
        (NoticeSeverity.Warning, _) => 0xFF9F1C,
        (_, NoticeDirection.Long) => 0x26A69A,
        (_, NoticeDirection.Short) => 0xEF5350,
        (_, NoticeDirection.Exit) => 0xF2C94C,
        _ => 0x4C8DFF,
    };
}
