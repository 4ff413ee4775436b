using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>Client of a market, and the group that it is in. Belongs to the <see cref="Broadcast"/>.</summary>
/// <param name="outbox">The outbox of the client.</param>
internal sealed class MarketClient(Outbox outbox)
{
    private readonly List<(Subscriber Subscriber, Audience Audience)> _wants = new(1);
    private readonly GroupMember _member = new(outbox);
    private AlikeClients? _group;

    /// <summary>True when what the client wants has changed, so that it is in no group.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Outbox of the client.</summary>
    public Outbox Outbox => _member.Outbox;

    /// <summary>Adds what it wants.</summary>
    public void Add(Subscriber subscriber, Audience audience) => _wants.Add((subscriber, audience));

    /// <summary>Leaves its group, to be put into another one.</summary>
    /// <returns>The group, when it was the last in it; else null.</returns>
    public AlikeClients? Leave()
    {
        HasChanged = true;
        var left = _group;
        _group = null;
        return left is not null && left.Remove(_member) ? left : null;
    }

    /// <summary>Forgets what has ended, and returns what it wants now, in the audiences' order; empty when it wants nothing any more.</summary>
    public Audience[] Settle()
    {
        HasChanged = false;
        _wants.RemoveAll(want =>
        {
            if (want.Subscriber.Place.IsLive)
            {
                return false;
            }

            want.Audience.Release();
            return true;
        });
        _wants.Sort((one, other) => one.Audience.Id.CompareTo(other.Audience.Id));
        return [.. _wants.Select(want => want.Audience)];
    }

    /// <summary>Enters the group of what <see cref="Settle"/> returned.</summary>
    public void Enter(AlikeClients group)
    {
        _member.Places.Clear();
        _member.Places.AddRange(_wants.Select(want => want.Subscriber.Place));
        group.Add(_member);
        _group = group;
    }
}

/// <summary>The clients that want the same series alike: their group, registered with its audiences while it has members.</summary>
internal sealed class AlikeClients
{
    private readonly ClientGroup _group;

    /// <summary>Registers a group; it gets what comes from now on.</summary>
    /// <param name="audiences">The audiences of its members, by <see cref="Audience.Id"/>.</param>
    /// <param name="counters">The counters of the server.</param>
    public AlikeClients(Audience[] audiences, ServerCounters counters)
    {
        Audiences = audiences;
        _group = new ClientGroup(audiences.Length, counters);
        for (var slot = 0; slot < audiences.Length; slot++)
        {
            audiences[slot].Add(_group, slot);
        }
    }

    /// <summary>Audiences that its members belong to.</summary>
    public Audience[] Audiences { get; }

    /// <summary>Adds a member.</summary>
    public void Add(GroupMember member) => _group.Add(member);

    /// <summary>Removes a member, and the group from its audiences with the last one.</summary>
    /// <returns>True when it was the last one.</returns>
    public bool Remove(GroupMember member)
    {
        _group.Remove(member);
        if (_group.Count > 0)
        {
            return false;
        }

        for (var slot = 0; slot < Audiences.Length; slot++)
        {
            Audiences[slot].Remove(_group, slot);
        }

        return true;
    }
}
