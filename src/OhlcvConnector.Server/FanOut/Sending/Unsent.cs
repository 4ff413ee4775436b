namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>To whom something is to be sent.</summary>
internal sealed class Unsent
{
    /// <summary>Clients that were given something of their own.</summary>
    public List<Outbox> Outboxes { get; } = [];

    /// <summary>Groups that were given something.</summary>
    public List<ClientGroup> Groups { get; } = [];
}
