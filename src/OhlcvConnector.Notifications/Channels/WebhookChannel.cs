using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>
/// A program's address: each notice as JSON by POST, alone, signed where there is a secret: the header <c>X-Ohlcv-Signature</c> is <c>v1=</c> and the
/// HMAC-SHA256, in hexadecimal, of the header <c>X-Ohlcv-Timestamp</c>, a point and the body.
/// </summary>
internal sealed class WebhookChannel(string name, HttpChannel http, Secret? secret, TimeProvider clock) : INoticeChannel
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int MostAtOnce => 1;

    /// <inheritdoc/>
    public async Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default)
    {
        var body = Encoding.UTF8.GetBytes(NoticeJson.Of(notices[0]));
        using var request = new HttpRequestMessage(HttpMethod.Post, http.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var id = Uri.EscapeDataString(notices[0].Id); // a header takes no other letters
        request.Headers.TryAddWithoutValidation("Idempotency-Key", id);
        if (secret is not null)
        {
            var time = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.TryAddWithoutValidation("X-Ohlcv-Timestamp", time);
            request.Headers.TryAddWithoutValidation("X-Ohlcv-Signature", Signature(secret.Value, time, body));
        }

        return await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static string Signature(string secret, string time, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(time), (byte)'.', .. body];
        return "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }
}
