using System.Runtime.InteropServices;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Clients that want exactly the same series of a market alike: what a turn brings is collected once, and each of them that is up to date is sent the same
/// bytes. Who is behind gets the same frames into its outbox.
/// </summary>
internal sealed class ClientGroup : IDisposable
{
    /// <summary>Number of clients that are worth a window of their own, which takes some 200 KB.</summary>
    public const int ClientsForWindow = 16;

    private const int LooksAtOnce = 16;

    private readonly Slot[] _slots;
    private readonly List<GroupMember> _members = [];
    private readonly List<SlotFrame> _ordered = [];  // all but open candles, then all
    private readonly List<SlotFrame> _open = [];     // one a series, without message when its close came after it
    private readonly List<byte[]> _windowed = [];    // the same frames as the ordered ones, in the window; else empty
    private readonly ServerCounters _counters;
    private readonly int _clientsForWindow;
    private SharedWindow? _window;
    private bool _isAlike = true;

    /// <summary>Creates a group without members.</summary>
    /// <param name="series">The number of series that its members want.</param>
    /// <param name="counters">The counters of the server.</param>
    /// <param name="packing">The packing that all members have.</param>
    /// <param name="clientsForWindow">The number of members from which on they share a window, if their packing allows it.</param>
    public ClientGroup(int series, ServerCounters counters, Packing packing, int clientsForWindow)
    {
        _counters = counters;
        Packing = packing;
        _clientsForWindow = packing == Packing.Window ? clientsForWindow : int.MaxValue;
        _slots = new Slot[series];
    }

    /// <summary>Packing that all members have.</summary>
    public Packing Packing { get; }

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
            _counters.ConflatedUpdates(_open[at].Frame.Message is null ? 0 : _members.Count);
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
            if (open.Frame.Message is not null)
            {
                _ordered.Add(open);
            }
        }

        _open.Clear();
        if (Packing != Packing.None)
        {
            Pack();
        }
    }

    /// <summary>Sends what the turn brought to some members, as much at a time as a write takes.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">The number of members.</param>
    /// <param name="shared">A buffer for this call.</param>
    /// <param name="scratch">Another one.</param>
    public void Send(int first, int count, byte[] shared, byte[] scratch)
    {
        var members = CollectionsMarshal.AsSpan(_members).Slice(first, count);
        for (var from = 0; from < _ordered.Count;)
        {
            var taken = Collect(from, shared, out var bytes, out var quotes);
            var isShared = _isAlike && taken > 0;
            taken = Math.Max(taken, 1); // one that is longer than the buffer goes through the outboxes
            var frames = CollectionsMarshal.AsSpan(_ordered).Slice(from, taken);
            var window = _windowed.Count > 0 ? _window : null;
            Send(new GroupPart(bytes, quotes, frames, isShared, window, isFirst: from == 0), members, scratch);
            from += taken;
        }
    }

    /// <summary>Begins the next turn: all members have what the last one brought.</summary>
    public void BeginTurn()
    {
        _ordered.Clear();
        _windowed.Clear();
        _isAlike = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _window?.Dispose();
        _window = null;
    }

    /// <summary>Compresses the turn once, before several threads want it: in the group's window, or each frame by itself.</summary>
    private void Pack()
    {
        if (_members.Count < _clientsForWindow)
        {
            Dispose();
        }

        var isWindowed = _isAlike && _members.Count >= _clientsForWindow;
        if (isWindowed)
        {
            _window ??= new SharedWindow();
            _window.BeginTurn();
        }

        foreach (var (frame, _) in _ordered)
        {
            if (isWindowed)
            {
                _windowed.Add(_window!.Pack(frame.Message.Plain));
            }
            else
            {
                frame.Message.For(Packing);
            }
        }
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
                if (isShared && member.Outbox.TrySend(part.Bytes, part.Quotes, part.Window?.Identity, part.IsFresh))
                {
                    continue;
                }

                if (member.Outbox.Push(part.Frames, member.Places))
                {
                    member.Outbox.Flush(scratch);
                }

                if (part.Window is { } window && !member.Outbox.Window.IsInSeveralMarkets)
                {
                    window.Missed();
                }
            }

            members = members[some.Length..];
        }
    }

    private int Collect(int from, byte[] buffer, out ReadOnlySpan<byte> bytes, out int quotes)
    {
        var (count, length) = (0, 0);
        quotes = 0;
        for (; from + count < _ordered.Count; count++)
        {
            var frame = _ordered[from + count].Frame;
            var next = _windowed.Count > 0 ? _windowed[from + count] : frame.Message.For(Packing);
            if (next.Length > buffer.Length - length)
            {
                break;
            }

            quotes += frame.IsQuote ? 1 : 0;
            if (_ordered.Count == 1)
            {
                bytes = next; // as it is
                return 1;
            }

            next.CopyTo(buffer.AsSpan(length));
            length += next.Length;
        }

        bytes = buffer.AsSpan(0, length);
        return count;
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

    private readonly ref struct GroupPart(
        ReadOnlySpan<byte> bytes, int quotes, ReadOnlySpan<SlotFrame> frames, bool isShared, SharedWindow? window, bool isFirst)
    {
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public int Quotes { get; } = quotes;

        public ReadOnlySpan<SlotFrame> Frames { get; } = frames;

        public bool IsShared { get; } = isShared;

        public SharedWindow? Window { get; } = window;

        /// <summary>True when everybody can read it, for the window begins with it.</summary>
        public bool IsFresh { get; } = isFirst && window?.IsFresh == true;
    }
}
