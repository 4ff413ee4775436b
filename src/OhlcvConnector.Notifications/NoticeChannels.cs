using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Notifications.Channels;

namespace OhlcvConnector.Notifications;

/// <summary>Channels without settings.</summary>
public static class NoticeChannels
{
    /// <summary>A program's address: each notice as JSON by POST, unsigned.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="address">The address.</param>
    /// <param name="clock">What <c>Retry-After</c> with a date is measured with.</param>
    public static INoticeChannel Webhook(string name, Uri address, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new WebhookChannel(name, new HttpChannel(Secret.Literal(address.ToString()), clock), secret: null, clock);
    }
}
