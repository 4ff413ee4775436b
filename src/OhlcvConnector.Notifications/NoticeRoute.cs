using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications;

/// <summary>A channel with what it is told and how often.</summary>
/// <param name="Channel">The channel.</param>
public sealed record NoticeRoute(INoticeChannel Channel)
{
    /// <summary>Which notices it tells.</summary>
    public NoticeFilter Filter { get; init; } = new();

    /// <summary>When it tells only what is critical; null for never.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>Messages a minute; 0 for any number.</summary>
    public int MaxPerMinute { get; init; } = 20;

    /// <summary>How many notices that wait together are told one by one; more become one message that says how many more there are.</summary>
    public int Group { get; init; } = 5;

    /// <summary>How long a notice is tried before it is given up; null for as long as it takes.</summary>
    public TimeSpan? GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many notices may wait; the oldest beyond that are given up.</summary>
    public int MostWaiting { get; init; } = 10_000;

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
