using System.Runtime.InteropServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut;

/// <summary>
/// The sending side of one market: hands quotes to the channels, sends once for all that came together, and puts clients that want the same alike into groups.
/// A client is in its group from the end of a turn on; until then, it is sent to by itself.
/// </summary>
/// <param name="counters">Where it counts.</param>
/// <param name="senders">Its threads; it disposes of them.</param>
internal sealed class Broadcast(ServerCounters counters, Senders senders) : IDisposable
{
    private readonly Lock _turn = new();       // one sends, or moves clients, at a time
    private readonly Lock _changing = new();
    private readonly Unsent _unsent = new();
    private readonly Dictionary<Outbox, GroupMember> _members = [];
    private readonly Dictionary<Audience[], ClientGroup> _groups = new(new SameAudiences());
    private readonly List<GroupMember> _changed = [];
    private readonly byte[] _scratch = Outbox.NewScratch();
    private List<(Subscriber Subscriber, bool HasJoined)> _changes = [];
    private uint _turns;

    /// <summary>Hands a quote to all who want it; they have it after <see cref="Flush()"/>.</summary>
    public void Publish(SeriesChannel channel, in PriceQuote quote, DateTimeOffset now)
    {
        lock (_turn)
        {
            channel.Publish(quote, now, _unsent);
        }
    }

    /// <summary>Tells all who want it how a series is; they have it after <see cref="Flush()"/>.</summary>
    public void PublishStatus(SeriesChannel channel, DateTimeOffset now)
    {
        lock (_turn)
        {
            channel.PublishStatus(now, _unsent);
        }
    }

    /// <summary>Sends to all who got something, another one first each time. Afterwards puts those who came, went or changed into their groups.</summary>
    public void Flush()
    {
        lock (_turn)
        {
            _turns++;
            senders.Send(_unsent.Groups, _turns);
            var outboxes = CollectionsMarshal.AsSpan(_unsent.Outboxes);
            var first = outboxes.Length == 0 ? 0 : (int)(_turns % (uint)outboxes.Length);
            Flush(outboxes[first..]);
            Flush(outboxes[..first]);
            _unsent.Outboxes.Clear();
            Settle();
        }
    }

    /// <summary>A subscriber is live.</summary>
    public void Joined(Subscriber subscriber) => Note(subscriber, hasJoined: true);

    /// <summary>A subscriber has ended; its outbox takes nothing shared until the group is without it.</summary>
    public void Left(Subscriber subscriber) => Note(subscriber, hasJoined: false);

    /// <summary>Ends its threads; nothing may be sent any more.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            senders.Dispose();
        }
    }

    private void Note(Subscriber subscriber, bool hasJoined)
    {
        lock (_changing)
        {
            _changes.Add((subscriber, hasJoined));
        }
    }

    private void Flush(ReadOnlySpan<Outbox> outboxes)
    {
        foreach (var outbox in outboxes)
        {
            outbox.Flush(_scratch);
        }
    }

    private void Settle()
    {
        List<(Subscriber Subscriber, bool HasJoined)> changes;
        lock (_changing)
        {
            if (_changes.Count == 0)
            {
                return;
            }

            (changes, _changes) = (_changes, []);
        }

        foreach (var (subscriber, hasJoined) in changes)
        {
            if (hasJoined)
            {
                Add(subscriber);
            }
            else if (_members.TryGetValue(subscriber.Outbox, out var member))
            {
                Change(member);
            }
        }

        foreach (var member in _changed)
        {
            Regroup(member);
        }

        _changed.Clear();
        foreach (var (subscriber, hasJoined) in changes)
        {
            if (!hasJoined)
            {
                subscriber.Outbox.HasLeft();
            }
        }
    }

    private void Add(Subscriber subscriber)
    {
        if (!subscriber.Audience.Channel.TrySettle(subscriber))
        {
            return; // it has ended
        }

        if (!_members.TryGetValue(subscriber.Outbox, out var member))
        {
            _members.Add(subscriber.Outbox, member = new GroupMember(subscriber.Outbox));
        }

        Change(member);
        member.Subscribers.Add(subscriber);
    }

    /// <summary>Takes a client out of its group, to be put into another one.</summary>
    private void Change(GroupMember member)
    {
        if (!member.HasChanged)
        {
            member.HasChanged = true;
            _changed.Add(member);
        }

        if (member.Group is { } group && group.Remove(member))
        {
            _groups.Remove(group.Audiences);
        }
    }

    private void Regroup(GroupMember member)
    {
        member.HasChanged = false;
        member.Subscribers.RemoveAll(HasEnded);
        if (member.Subscribers.Count == 0)
        {
            _members.Remove(member.Outbox);
            return;
        }

        member.Subscribers.Sort((one, other) => one.Audience.Id.CompareTo(other.Audience.Id));
        Audience[] audiences = [.. member.Subscribers.Select(subscriber => subscriber.Audience)];
        if (!_groups.TryGetValue(audiences, out var group))
        {
            _groups.Add(audiences, group = new ClientGroup(audiences, counters));
        }

        group.Add(member);
    }

    private static bool HasEnded(Subscriber subscriber)
    {
        if (subscriber.IsLive)
        {
            return false;
        }

        subscriber.Audience.Channel.Release(subscriber.Audience);
        return true;
    }

    private sealed class SameAudiences : IEqualityComparer<Audience[]>
    {
        public bool Equals(Audience[]? x, Audience[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(Audience[] obj)
        {
            var hash = new HashCode();
            foreach (var audience in obj)
            {
                hash.Add(audience.Id);
            }

            return hash.ToHashCode();
        }
    }
}
