namespace OhlcvConnector.Server.FanOut;

/// <summary>One client among those of its group. Its fields belong to the <see cref="Broadcast"/>.</summary>
/// <param name="outbox">Where its quotes go.</param>
internal sealed class GroupMember(Outbox outbox)
{
    /// <summary>Where its quotes go.</summary>
    public Outbox Outbox { get; } = outbox;

    /// <summary>What it wants of the market; in a group, in the order of the group's slots.</summary>
    public List<Subscriber> Subscribers { get; } = new(1);

    /// <summary>Its group; null when it wants nothing.</summary>
    public ClientGroup? Group { get; set; }

    /// <summary>Where the group has it.</summary>
    public int Index { get; set; }

    /// <summary>Whether what it wants has changed.</summary>
    public bool HasChanged { get; set; }
}
