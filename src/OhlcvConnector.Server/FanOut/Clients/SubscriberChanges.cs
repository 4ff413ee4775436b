namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>
/// The subscribers of a market that came or went since the last turn. Channels write it from any thread, the broadcast takes it between two turns.
/// </summary>
internal sealed class SubscriberChanges
{
    private readonly Lock _gate = new();
    private List<SubscriberChange> _changes = [];

    /// <summary>Adds a change.</summary>
    public void Add(Subscriber subscriber, Audience audience, bool hasJoined)
    {
        lock (_gate)
        {
            _changes.Add(new SubscriberChange(subscriber, audience, hasJoined));
        }
    }

    /// <summary>Takes all changes, in their order.</summary>
    public IReadOnlyList<SubscriberChange> TakeAll()
    {
        lock (_gate)
        {
            if (_changes.Count == 0)
            {
                return [];
            }

            var taken = _changes;
            _changes = [];
            return taken;
        }
    }
}

/// <summary>A subscriber that came or went.</summary>
/// <param name="Subscriber">The subscriber.</param>
/// <param name="Audience">With whom it wants the series.</param>
/// <param name="HasJoined">True when it came: it gets what comes from now on. False when it has ended: its outbox takes nothing shared until its group is
/// without it.</param>
internal readonly record struct SubscriberChange(Subscriber Subscriber, Audience Audience, bool HasJoined);
