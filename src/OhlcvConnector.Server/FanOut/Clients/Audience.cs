using System.Runtime.InteropServices;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>
/// Audience of a series: all subscribers that want it alike, one by one until the <see cref="Broadcast"/> has put them into a group. Lives under its channel's
/// lock; what the broadcast calls takes it.
/// </summary>
/// <param name="key">The encoding, closed candles alone or not, and the indicators that its subscribers want.</param>
/// <param name="gate">The channel's lock.</param>
/// <param name="emptied">Called under the lock when the last one has left.</param>
internal sealed class Audience(AudienceKey key, Lock gate, Action<Audience> emptied)
{
    private static long _created;

    private readonly List<Subscriber> _alone = [];
    private readonly SettledClients _settled = new(gate);
    private int _subscribers;

    /// <summary>Gives audiences an order, so that clients that want the same in another order are alike.</summary>
    public long Id { get; } = Interlocked.Increment(ref _created);

    /// <summary>Encoding, closed candles alone or not, and indicators that its subscribers want.</summary>
    public AudienceKey Key { get; } = key;

    /// <summary>Hands a frame to all of them; the status to those who are still given the past, too. Under the channel's lock.</summary>
    public void Push(in OutboundFrame frame, Unsent unsent)
    {
        foreach (var subscriber in CollectionsMarshal.AsSpan(_alone))
        {
            if ((frame.Kind == FrameKind.Status || subscriber.Place.Takes(frame)) && subscriber.Outbox.Push(frame, subscriber.Place))
            {
                unsent.Outboxes.Add(subscriber.Outbox);
            }
        }

        _settled.Push(frame, unsent);
    }

    /// <summary>Adds a subscriber. Under the channel's lock.</summary>
    public void Add(Subscriber subscriber)
    {
        _subscribers++;
        subscriber.Index = _alone.Count;
        _alone.Add(subscriber);
    }

    /// <summary>
    /// Removes a subscriber that has ended, unless a group still counts with it: then <see cref="Release"/> follows. Under the channel's lock.
    /// </summary>
    public void Remove(Subscriber subscriber)
    {
        if (TryTakeOut(subscriber))
        {
            Count(-1);
        }
    }

    /// <summary>Stops sending to a subscriber by itself, because it gets what comes with its group from now on.</summary>
    /// <returns>False when it has ended.</returns>
    public bool TrySettle(Subscriber subscriber)
    {
        lock (gate)
        {
            if (subscriber.Place.IsLive)
            {
                TryTakeOut(subscriber);
                _settled.Add(subscriber.Outbox, subscriber.Place);
            }

            return subscriber.Place.IsLive;
        }
    }

    /// <summary>Removes a subscriber that has ended and was in a group.</summary>
    public void Release(Subscriber subscriber)
    {
        lock (gate)
        {
            _settled.Remove(subscriber.Place);
            Count(-1);
        }
    }

    /// <summary>Adds a group; it gets what comes from now on.</summary>
    /// <param name="group">The group.</param>
    /// <param name="slot">The series' slot in it.</param>
    public void Add(ClientGroup group, int slot)
    {
        lock (gate)
        {
            _settled.Add(group, slot);
        }
    }

    /// <summary>Removes a group; it gets nothing more.</summary>
    /// <param name="group">The group.</param>
    /// <param name="slot">The series' slot in it.</param>
    public void Remove(ClientGroup group, int slot)
    {
        lock (gate)
        {
            _settled.Remove(group, slot);
        }
    }

    private bool TryTakeOut(Subscriber subscriber)
    {
        if (subscriber.Index is not { } index)
        {
            return false;
        }

        var last = _alone[^1];
        (_alone[index], last.Index) = (last, index);
        _alone.RemoveAt(_alone.Count - 1);
        subscriber.Index = null;
        return true;
    }

    private void Count(int change)
    {
        _subscribers += change;
        if (_subscribers == 0)
        {
            emptied(this);
        }
    }
}
