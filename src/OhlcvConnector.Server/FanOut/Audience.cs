using System.Runtime.InteropServices;

namespace OhlcvConnector.Server.FanOut;

/// <summary>All who want a series in the same encoding, with the same indicators: one by one until the <see cref="Broadcast"/> has put them into a group. Its state belongs to the series' channel.</summary>
/// <param name="channel">The series.</param>
/// <param name="encoding">How they want it.</param>
/// <param name="closedOnly">Whether they want closed candles alone.</param>
/// <param name="indicators">Whose values they want; null for none.</param>
internal sealed class Audience(SeriesChannel channel, IQuoteEncoding encoding, bool closedOnly, SeriesIndicators? indicators)
{
    private static long _created;

    private readonly List<Subscriber> _alone = [];
    private readonly List<(ClientGroup Group, int Slot)> _groups = [];

    /// <summary>Gives audiences an order, so that clients that want the same in another order are alike.</summary>
    public long Id { get; } = Interlocked.Increment(ref _created);

    /// <summary>The series.</summary>
    public SeriesChannel Channel { get; } = channel;

    /// <summary>How they want it.</summary>
    public IQuoteEncoding Encoding { get; } = encoding;

    /// <summary>Whether they want closed candles alone.</summary>
    public bool ClosedOnly { get; } = closedOnly;

    /// <summary>Whose values they want; null for none.</summary>
    public SeriesIndicators? Indicators { get; } = indicators;

    /// <summary>How many there are, in groups or not.</summary>
    public int Subscribers { get; set; }

    /// <summary>Hands a frame to all of them; the status to those who are still given the past, too.</summary>
    public void Push(in Frame frame, Unsent unsent)
    {
        foreach (var subscriber in CollectionsMarshal.AsSpan(_alone))
        {
            if ((frame.Kind == FrameKind.Status || subscriber.Takes(frame)) && subscriber.Outbox.Push(frame, subscriber.Place))
            {
                unsent.Outboxes.Add(subscriber.Outbox);
            }
        }

        foreach (var (group, slot) in CollectionsMarshal.AsSpan(_groups))
        {
            if (group.Push(frame, slot))
            {
                unsent.Groups.Add(group);
            }
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(Subscriber subscriber)
    {
        subscriber.Index = _alone.Count;
        _alone.Add(subscriber);
    }

    /// <summary>Removes one, unless a group has it; whether it did.</summary>
    public bool Remove(Subscriber subscriber)
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

    /// <summary>Adds a group, and says where it is.</summary>
    public int Add(ClientGroup group, int slot)
    {
        _groups.Add((group, slot));
        return _groups.Count - 1;
    }

    /// <summary>Removes a group from where it is.</summary>
    public void RemoveGroupAt(int index)
    {
        var last = _groups[^1];
        _groups[index] = last;
        last.Group.MovedTo(last.Slot, index);
        _groups.RemoveAt(_groups.Count - 1);
    }
}
