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

            want.Audience.Release(want.Subscriber);
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
        Outbox.Window.Leave(); // it has not got what the group got before
        group.Add(_member);
        _group = group;
    }
}

/// <summary>The clients that want the same series alike: their group, registered with its audiences while it has members.</summary>
internal sealed class AlikeClients : IDisposable
{
    private readonly ClientGroup _group;

    /// <summary>Registers a group; it gets what comes from now on.</summary>
    /// <param name="wish">What its members want.</param>
    /// <param name="counters">The counters of the server.</param>
    /// <param name="clientsForWindow">The number of members from which on they may share a window.</param>
    public AlikeClients(GroupWish wish, ServerCounters counters, int clientsForWindow)
    {
        Wish = wish;
        var audiences = wish.Audiences;
        _group = new ClientGroup(audiences.Length, counters, wish.Packing, clientsForWindow);
        for (var slot = 0; slot < audiences.Length; slot++)
        {
            audiences[slot].Add(_group, slot);
        }
    }

    /// <summary>Wish that its members have in common.</summary>
    public GroupWish Wish { get; }

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

        for (var slot = 0; slot < Wish.Audiences.Length; slot++)
        {
            Wish.Audiences[slot].Remove(_group, slot);
        }

        Dispose();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _group.Dispose();
}

/// <summary>Wish of a group's members: what they have in common.</summary>
/// <param name="Audiences">Audiences that they belong to, by <see cref="Audience.Id"/>.</param>
/// <param name="Packing">Packing that they agreed to.</param>
internal readonly record struct GroupWish(Audience[] Audiences, Packing Packing)
{
    /// <inheritdoc/>
    public bool Equals(GroupWish other) => Packing == other.Packing && Audiences.AsSpan().SequenceEqual(other.Audiences);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Packing);
        foreach (var audience in Audiences)
        {
            hash.Add(audience.Id);
        }

        return hash.ToHashCode();
    }
}
