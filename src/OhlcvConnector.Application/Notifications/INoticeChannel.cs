namespace OhlcvConnector.Application.Notifications;

/// <summary>A way to somebody: a chat, an address of a program, a mailbox. It sends, and says how that went; when and how often, who uses it decides.</summary>
public interface INoticeChannel
{
    /// <summary>Its name in settings, lists and metrics.</summary>
    string Name { get; }

    /// <summary>How many notices one call may bring; 1 where each is told alone.</summary>
    int MostAtOnce { get; }

    /// <summary>Sends notices: one, or several that are told together.</summary>
    /// <param name="notices">The notices, the oldest first, at most <see cref="MostAtOnce"/>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How it went. Only the token's end is thrown.</returns>
    Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default);
}

/// <summary>How an attempt to deliver went.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Problem">What went wrong, in words that hold no secret; null for nothing.</param>
/// <param name="Wait">How long the other side wants nothing more; null where it says nothing.</param>
public sealed record NoticeDelivery(NoticeOutcome Outcome, string? Problem = null, TimeSpan? Wait = null)
{
    /// <summary>It has arrived.</summary>
    public static NoticeDelivery Done { get; } = new(NoticeOutcome.Delivered);
}

/// <summary>Outcomes of an attempt to deliver.</summary>
public enum NoticeOutcome
{
    /// <summary>It has arrived.</summary>
    Delivered,

    /// <summary>It has not arrived, or nobody knows; another attempt may succeed.</summary>
    Failed,

    /// <summary>The other side will never take it: a wrong address, a revoked token, a message that it does not like.</summary>
    Refused,
}
