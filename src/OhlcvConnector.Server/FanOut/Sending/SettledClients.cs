using System.Runtime.InteropServices;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Clients of one audience that get what comes with others: by their groups, for turns that bring several messages, and in one row, for a turn that brings
/// one, which then costs the same whatever else each of them wants. Those whose packing has windows get everything with their groups. Belongs to whoever has
/// the turn.
/// </summary>
/// <param name="channel">The lock of the audience's channel, by which it is known: its audiences have no client in common.</param>
internal sealed class SettledClients(Lock channel)
{
    private const int LooksAtOnce = 16;
    private const int NotInRow = -1;

    private readonly Lock _channel = channel;
    private readonly List<(ClientGroup Group, int Slot)> _groups = [];
    private readonly List<(ClientGroup Group, int Slot)> _windowed = [];
    private readonly List<RowEntry> _row = [];
    private int _packed; // of the row

    /// <summary>Number of clients in the row.</summary>
    public int Count => _row.Count;

    /// <summary>True when a turn may bring a message for each of both and still be one message for everybody.</summary>
    public bool IsBeside(SettledClients other) => _channel == other._channel && this != other;

    /// <summary>Adds a client's place.</summary>
    public void Add(Outbox outbox, SeriesPlace place)
    {
        place.RowIndex = NotInRow;
        if (outbox.Packing == Packing.Window)
        {
            return;
        }

        _packed += outbox.Packing == Packing.None ? 0 : 1;
        place.RowIndex = _row.Count;
        _row.Add(new RowEntry(outbox, place, place.FromMs));
    }

    /// <summary>Removes a client's place.</summary>
    public void Remove(SeriesPlace place)
    {
        if (place.RowIndex == NotInRow)
        {
            return;
        }

        _packed -= _row[place.RowIndex].Outbox.Packing == Packing.None ? 0 : 1;
        var last = _row[^1];
        (_row[place.RowIndex], last.Place.RowIndex) = (last, place.RowIndex);
        _row.RemoveAt(_row.Count - 1);
    }

    /// <summary>Adds a group; it gets what comes from now on.</summary>
    public void Add(ClientGroup group, int slot)
    {
        var groups = ListOf(group);
        group.MovedTo(slot, groups.Count);
        groups.Add((group, slot));
    }

    /// <summary>Removes a group; it gets nothing more.</summary>
    public void Remove(ClientGroup group, int slot)
    {
        var groups = ListOf(group);
        var index = group.IndexAt(slot);
        var last = groups[^1];
        groups[index] = last;
        last.Group.MovedTo(last.Slot, index);
        groups.RemoveAt(groups.Count - 1);
    }

    /// <summary>Takes a frame of this turn.</summary>
    public void Push(in OutboundFrame frame, Unsent unsent)
    {
        Push(frame, _windowed, unsent);
        if (_row.Count > 0)
        {
            unsent.Hold(this, frame);
        }
    }

    /// <summary>Hands a frame to the groups, because the turn brings more than that.</summary>
    public void Spread(in OutboundFrame frame, Unsent unsent) => Push(frame, _groups, unsent);

    /// <summary>Makes a frame ready for several threads.</summary>
    public void Prepare(in OutboundFrame frame)
    {
        if (_packed > 0)
        {
            frame.Message.For(Packing.Alone);
        }
    }

    /// <summary>
    /// Sends the only message of a turn to some clients of the row. Looks at some before it sends to them, as <see cref="ClientGroup"/> does.
    /// </summary>
    /// <param name="frame">The message.</param>
    /// <param name="first">The first of the clients.</param>
    /// <param name="count">The number of clients.</param>
    /// <param name="scratch">A buffer for this call.</param>
    public void Send(in OutboundFrame frame, int first, int count, byte[] scratch)
    {
        for (var row = CollectionsMarshal.AsSpan(_row).Slice(first, count); row.Length > 0;)
        {
            var some = row[..Math.Min(LooksAtOnce, row.Length)];
            var ready = 0;
            foreach (ref readonly var entry in some)
            {
                ready += entry.Outbox.IsReady ? 1 : 0;
            }

            foreach (ref readonly var entry in some)
            {
                var (outbox, place, fromMs) = entry;
                var bytes = frame.Message.For(outbox.Packing);
                var isShared = ready > 0 && frame.OpenMs >= fromMs && bytes.Length <= scratch.Length;
                if (!(isShared && outbox.TrySend(bytes, frame.IsQuote ? 1 : 0)) && outbox.PushIfTaken(frame, place))
                {
                    outbox.Flush(scratch);
                }
            }

            row = row[some.Length..];
        }
    }

    private static void Push(in OutboundFrame frame, List<(ClientGroup Group, int Slot)> groups, Unsent unsent)
    {
        foreach (var (group, slot) in CollectionsMarshal.AsSpan(groups))
        {
            if (group.Push(frame, slot))
            {
                unsent.Groups.Add(group);
            }
        }
    }

    private List<(ClientGroup Group, int Slot)> ListOf(ClientGroup group) => group.Packing == Packing.Window ? _windowed : _groups;

    private readonly record struct RowEntry(Outbox Outbox, SeriesPlace Place, long FromMs);
}

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
