namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>One client among those of its group.</summary>
/// <param name="outbox">Where its quotes go.</param>
internal sealed class GroupMember(Outbox outbox)
{
    /// <summary>Where its quotes go.</summary>
    public Outbox Outbox { get; } = outbox;

    /// <summary>Its places in the outbox, in the order of the group's slots.</summary>
    public List<SeriesPlace> Places { get; } = new(1);

    /// <summary>Where the group has it; belongs to the group.</summary>
    public int Index { get; set; }
}
