using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Delivery;

/// <summary>What became of the attempts of a channel since this program began; counted by one, read by many.</summary>
internal sealed class ChannelTally(string channel)
{
    private readonly long[] _attempts = new long[Enum.GetValues<NoticeOutcome>().Length];
    private long _told;
    private long _messages;
    private long _givenUp;

    /// <summary>Counts an attempt.</summary>
    public void Count(NoticeOutcome outcome, int notices)
    {
        Interlocked.Increment(ref _attempts[(int)outcome]);
        if (outcome == NoticeOutcome.Delivered)
        {
            Interlocked.Increment(ref _messages);
            Interlocked.Add(ref _told, notices);
        }
    }

    /// <summary>Counts notices that were given up.</summary>
    public void GiveUp(int notices) => Interlocked.Add(ref _givenUp, notices);

    /// <summary>The counts.</summary>
    public NoticeCounts Read() => new(
        channel, Volatile.Read(ref _told), Volatile.Read(ref _messages), Volatile.Read(ref _attempts[(int)NoticeOutcome.Failed]),
        Volatile.Read(ref _attempts[(int)NoticeOutcome.Refused]), Volatile.Read(ref _givenUp));
}
