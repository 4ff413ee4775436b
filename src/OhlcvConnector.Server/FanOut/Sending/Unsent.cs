namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>To whom something is to be sent.</summary>
internal sealed class Unsent
{
    private readonly List<HeldFrame> _held = [];
    private bool _isSpread;

    /// <summary>Clients that were given something of their own.</summary>
    public List<Outbox> Outboxes { get; } = [];

    /// <summary>Groups that were given something.</summary>
    public List<ClientGroup> Groups { get; } = [];

    /// <summary>Messages that are the only one of this turn for those who get it.</summary>
    public IReadOnlyList<HeldFrame> Held => _held;

    /// <summary>Holds a message back as long as it is the only one of the turn for its clients; with the first further one, all go to the groups.</summary>
    public void Hold(SettledClients clients, in OutboundFrame frame)
    {
        if (!_isSpread && _held.TrueForAll(held => held.Clients.IsBeside(clients)))
        {
            _held.Add(new HeldFrame(clients, frame));
            return;
        }

        _isSpread = true;
        foreach (var held in _held)
        {
            held.Clients.Spread(held.Frame, this);
        }

        _held.Clear();
        clients.Spread(frame, this);
    }

    /// <summary>Ends the turn for what clients share.</summary>
    public void EndTurn()
    {
        Groups.Clear();
        _held.Clear();
        _isSpread = false;
    }
}

/// <summary>The only message of a turn for some clients.</summary>
/// <param name="Clients">The clients.</param>
/// <param name="Frame">The message.</param>
internal readonly record struct HeldFrame(SettledClients Clients, OutboundFrame Frame);
