using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Server.Notifications;

/// <summary>What a channel is tried with.</summary>
public static class NoticeTrials
{
    /// <summary>A notice that says what it is.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="now">What time it is, UTC.</param>
    /// <param name="isSandbox">Whether the exchanges are simulated.</param>
    public static Notice Notice(string channel, DateTimeOffset now, bool isSandbox) => new()
    {
        Id = $"test-{channel}-{now.UtcTicks}",
        Kind = NoticeKind.Test,
        Title = $"Test: the channel {channel} works",
        Text = "Somebody tried this channel. Nothing else has happened.",
        Time = now,
        IsSandbox = isSandbox,
        Fields = [new NoticeField("channel", channel)],
    };
}
