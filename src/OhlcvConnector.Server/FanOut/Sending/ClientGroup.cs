using System.Runtime.InteropServices;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Clients that want exactly the same series of a market alike: what a turn brings is collected once, and each of them that is up to date is sent the same
/// bytes. Who is behind gets the same frames into its outbox.
/// </summary>
internal sealed class ClientGroup
{
    private const int LooksAtOnce = 16;

    private readonly Slot[] _slots;
    private readonly List<GroupMember> _members = [];
    private readonly List<SlotFrame> _ordered = [];  // all but open candles, then all
    private readonly List<SlotFrame> _open = [];     // one a series, without bytes when its close came after it
    private readonly ServerCounters _counters;
    private bool _isAlike = true;

    /// <summary>Creates a group without members.</summary>
    /// <param name="series">The number of series that its members want.</param>
    /// <param name="counters">The counters of the server.</param>
    public ClientGroup(int series, ServerCounters counters)
    {
        _counters = counters;
        _slots = new Slot[series];
    }

    /// <summary>Number of clients in the group.</summary>
    public int Count => _members.Count;

    /// <summary>Adds a client, whose places are in the order of the slots.</summary>
    public void Add(GroupMember member)
    {
        member.Index = _members.Count;
        _members.Add(member);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            _slots[slot].FromMs = Math.Max(_slots[slot].FromMs, member.Places[slot].FromMs);
        }
    }

    /// <summary>Removes a client.</summary>
    public void Remove(GroupMember member)
    {
        var last = _members[^1];
        (_members[member.Index], last.Index) = (last, member.Index);
        _members.RemoveAt(_members.Count - 1);
    }

    /// <summary>Returns where the audience of a slot has the group.</summary>
    public int IndexAt(int slot) => _slots[slot].Index;

    /// <summary>Takes note of where the audience of a slot has the group from now on.</summary>
    public void MovedTo(int slot, int index) => _slots[slot].Index = index;

    /// <summary>Adds a frame of this turn; whether it is the first.</summary>
    public bool Push(in OutboundFrame frame, int slot)
    {
        var isFirst = _ordered.Count == 0 && _open.Count == 0;
        ref var state = ref _slots[slot];
        _isAlike &= frame.OpenMs >= state.FromMs;
        if (frame.Kind != FrameKind.Open)
        {
            if (frame.Kind == FrameKind.Closed && state.OpenAt is { } open && _open[open].Frame.OpenMs <= frame.OpenMs)
            {
                _open[open] = new SlotFrame(default, slot);
            }

            _ordered.Add(new SlotFrame(frame, slot));
        }
        else if (state.OpenAt is { } at)
        {
            _counters.ConflatedUpdates(_open[at].Frame.Bytes is null ? 0 : _members.Count);
            _open[at] = new SlotFrame(frame, slot);
        }
        else
        {
            state.OpenAt = _open.Count;
            _open.Add(new SlotFrame(frame, slot));
        }

        return isFirst;
    }

    /// <summary>Ends the turn: what it brought is whole, and may be sent from now on, to different members on several threads at once.</summary>
    public void EndTurn()
    {
        foreach (var open in _open)
        {
            _slots[open.Slot].OpenAt = null;
            if (open.Frame.Bytes is not null)
            {
                _ordered.Add(open);
            }
        }

        _open.Clear();
    }

    /// <summary>Sends what the turn brought to some members, as much at a time as a write takes.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">The number of members.</param>
    /// <param name="shared">A buffer for this call.</param>
    /// <param name="scratch">Another one.</param>
    public void Send(int first, int count, byte[] shared, byte[] scratch)
    {
        var members = CollectionsMarshal.AsSpan(_members).Slice(first, count);
        for (var frames = CollectionsMarshal.AsSpan(_ordered); frames.Length > 0;)
        {
            var (taken, length, quotes) = Collect(frames, shared);
            var isShared = _isAlike && taken > 0;
            taken = Math.Max(taken, 1); // one that is longer than the buffer goes through the outboxes
            Send(new GroupPart(shared.AsSpan(0, length), quotes, frames[..taken], isShared), members, scratch);
            frames = frames[taken..];
        }
    }

    /// <summary>Begins the next turn: all members have what the last one brought.</summary>
    public void BeginTurn()
    {
        _ordered.Clear();
        _isAlike = true;
    }

    /// <summary>
    /// Looks at some clients before it sends to them: since their last turn their objects have left the processor's caches, and of several looks in a row the
    /// waits for memory overlap, while those of sends do not.
    /// </summary>
    private static void Send(in GroupPart part, ReadOnlySpan<GroupMember> members, byte[] scratch)
    {
        while (members.Length > 0)
        {
            var some = members[..Math.Min(LooksAtOnce, members.Length)];
            var ready = 0;
            foreach (var member in some)
            {
                ready += member.Outbox.IsReady ? 1 : 0;
            }

            var isShared = part.IsShared && ready > 0;
            foreach (var member in some)
            {
                if (!(isShared && member.Outbox.TrySend(part.Bytes, part.Quotes)) && member.Outbox.Push(part.Frames, member.Places))
                {
                    member.Outbox.Flush(scratch);
                }
            }

            members = members[some.Length..];
        }
    }

    private static (int Count, int Length, int Quotes) Collect(ReadOnlySpan<SlotFrame> frames, Span<byte> buffer)
    {
        var (count, length, quotes) = (0, 0, 0);
        foreach (var (frame, _) in frames)
        {
            if (frame.Bytes.Length > buffer.Length - length)
            {
                break;
            }

            frame.Bytes.CopyTo(buffer[length..]);
            length += frame.Bytes.Length;
            quotes += frame.IsQuote ? 1 : 0;
            count++;
        }

        return (count, length, quotes);
    }

    /// <summary>Slot of one series in the group.</summary>
    private struct Slot
    {
        /// <summary>Index at which the audience has the group.</summary>
        public int Index;

        /// <summary>Index of this turn's open candle; null for none.</summary>
        public int? OpenAt;

        /// <summary>Open time from which on candles are for all members, Unix epoch milliseconds: some member was given those before already.</summary>
        public long FromMs;
    }

    private readonly ref struct GroupPart(ReadOnlySpan<byte> bytes, int quotes, ReadOnlySpan<SlotFrame> frames, bool isShared)
    {
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public int Quotes { get; } = quotes;

        public ReadOnlySpan<SlotFrame> Frames { get; } = frames;

        public bool IsShared { get; } = isShared;
    }
}
