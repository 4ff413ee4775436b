namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Member of a group: one client among those that want the same.</summary>
/// <param name="outbox">The outbox of the client.</param>
internal sealed class GroupMember(Outbox outbox)
{
    /// <summary>Outbox of the client.</summary>
    public Outbox Outbox { get; } = outbox;

    /// <summary>Places of the group's series in the client's outbox, in the order of the group's slots.</summary>
    public List<SeriesPlace> Places { get; } = new(1);

    /// <summary>Index at which the group has the client; belongs to the group.</summary>
    public int Index { get; set; }
}
