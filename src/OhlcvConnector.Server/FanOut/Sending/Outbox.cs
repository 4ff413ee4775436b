namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Outbox of one client: what the client is still to get. Everything but open candles waits in order and is never dropped; an open candle has one place a
/// series, where the newest wins, and never follows its own close. When more closed candles wait than the bound allows, the client is told so and cut off;
/// nobody else notices. All that waits leaves in as few writes as possible, on the thread that brings it as long as the peer keeps up.
/// </summary>
/// <param name="wire">The connection that takes the bytes.</param>
/// <param name="capacity">Closed candles (and answers) that may wait.</param>
/// <param name="writeTimeout">The longest time that one write may take before the peer counts as dead.</param>
/// <param name="clock">The clock of <paramref name="writeTimeout"/>.</param>
/// <param name="counters">The counters of the server.</param>
/// <param name="slowConsumer">Returns what a client that is cut off gets last: an error and the close frame.</param>
internal sealed partial class Outbox(IWire wire, int capacity, TimeSpan writeTimeout, TimeProvider clock, ServerCounters counters, Func<byte[][]> slowConsumer)
{
    private readonly Lock _gate = new();
    private readonly OutboxContent _content = new(counters);
    private readonly TaskCompletionSource _closingBegan = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<OutboxEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClientWindow _window;
    private int _leaving; // subscriptions that ended, while a group still counts with them
    private OutboxPhase _phase;
    private OutboxActivity _activity;
    private bool _isSlow;
    private Task _pump = Task.CompletedTask;

    /// <summary>
    /// Completes when nothing more is taken: after <see cref="Close"/>, the limit of quotes, the cutting off of a slow client, or the loss of the peer.
    /// </summary>
    public Task Closing => _closingBegan.Task;

    /// <summary>Completes when everything has left after <see cref="Close"/>, or the peer is gone.</summary>
    public Task<OutboxEnd> Ended => _ended.Task;

    /// <summary>Packing of what the client shares with others; what is said to it alone is never compressed.</summary>
    public Packing Packing { get; init; }

    /// <summary>Window of compressed frames that the client is in.</summary>
    public ref ClientWindow Window => ref _window;

    /// <summary>True when the client was, or is being, cut off because it reads too slowly.</summary>
    public bool IsSlow
    {
        get
        {
            lock (_gate)
            {
                return _isSlow;
            }
        }
    }

    /// <summary>Closed candles and answers that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _content.Waiting;
            }
        }
    }

    /// <summary>Ends the client after so many quotes, with this close frame.</summary>
    public void LimitQuotes(long quotes, byte[] farewell)
    {
        lock (_gate)
        {
            _content.LimitQuotes(quotes, farewell);
        }
    }

    /// <summary>Adds a message of a series. Whether the outbox wants a <see cref="Flush(byte[])"/>.</summary>
    public bool Push(in OutboundFrame frame, SeriesPlace place)
    {
        lock (_gate)
        {
            return Enqueue(frame, place);
        }
    }

    /// <summary>Adds a message of a series if it is for the client. Whether the outbox wants a <see cref="Flush(byte[])"/>.</summary>
    public bool PushIfTaken(in OutboundFrame frame, SeriesPlace place)
    {
        lock (_gate)
        {
            return place.Takes(frame) && Enqueue(frame, place);
        }
    }

    /// <summary>
    /// Adds what a group did not send to this client, which is behind, or about to leave. Whether the outbox wants a <see cref="Flush(byte[])"/>.
    /// </summary>
    public bool Push(ReadOnlySpan<SlotFrame> frames, List<SeriesPlace> places)
    {
        lock (_gate)
        {
            _window.Leave(); // also where nothing of it is for the client
            var wantsFlush = false;
            foreach (ref readonly var entry in frames)
            {
                var place = places[entry.Slot];
                wantsFlush |= place.Takes(entry.Frame) && Enqueue(entry.Frame, place);
            }

            return wantsFlush;
        }
    }

    /// <summary>
    /// Adds a frame that is no live candle: an answer, a notice, or a part of the past with so many candles. Whether the outbox wants a <see
    /// cref="Flush(byte[])"/>.
    /// </summary>
    public bool Push(byte[] frame, int candles = 0)
    {
        lock (_gate)
        {
            return Enqueue(frame, Math.Max(1, candles), isQuote: false);
        }
    }

    /// <summary>Adds a notice, unless something waits: then it would say nothing new. Whether the outbox wants a <see cref="Flush(byte[])"/>.</summary>
    public bool PushIfIdle(byte[] frame)
    {
        lock (_gate)
        {
            return _content.IsIdle && Enqueue(frame, weight: 1, isQuote: false);
        }
    }

    /// <summary>Ends a subscription: forgets its open candle that waits, and takes nothing that a group shares until <see cref="HasLeft"/>.</summary>
    public void Leave(SeriesPlace place)
    {
        lock (_gate)
        {
            place.IsLive = false; // together with the next, else it could miss a candle and get the one after it
            place.Open = null;
            _leaving++;
        }
    }

    /// <summary>Ends what <see cref="Leave"/> began: the group of the ended subscription is known to be without it.</summary>
    public void HasLeft()
    {
        lock (_gate)
        {
            _leaving--;
        }
    }

    /// <summary>Takes nothing more after these frames; what waits still leaves, open candles excepted. Call <see cref="Flush(byte[])"/> afterwards.</summary>
    public void Close(params ReadOnlySpan<byte[]> last)
    {
        lock (_gate)
        {
            if (_phase != OutboxPhase.Open)
            {
                return;
            }

            foreach (var frame in last)
            {
                _content.Add(frame, weight: 0, isQuote: false);
            }

            BeginClosing();
            _content.ClearOpen();
        }
    }

    /// <summary>Gives up a peer that is gone, or is to be cut: nothing leaves any more.</summary>
    public void Abandon(string reason)
    {
        lock (_gate)
        {
            BeginClosing();
            _phase = OutboxPhase.Gone;
            _content.Clear();
        }

        _ended.TrySetResult(new OutboxEnd(IsComplete: false, reason));
    }

    /// <summary>Waits until no write is under way any more; after <see cref="Abandon"/>.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _pump;
        }
    }

    /// <summary>A buffer as <see cref="Flush(byte[])"/> wants it.</summary>
    public static byte[] NewScratch() => new byte[WriteSize];

    private bool Enqueue(in OutboundFrame frame, SeriesPlace place)
    {
        if (frame.Kind != FrameKind.Open)
        {
            if (frame.Kind == FrameKind.Closed && place.OpenMs <= frame.OpenMs)
            {
                place.Open = null;
            }

            return Enqueue(Pack(frame), weight: 1, frame.IsQuote);
        }

        if (_phase != OutboxPhase.Open)
        {
            return false;
        }

        _content.AddOpen(Pack(frame), frame.OpenMs, place);
        return Flag();
    }

    private byte[] Pack(in OutboundFrame frame)
    {
        _window.Leave();
        return frame.Message.For(Packing);
    }

    private bool Enqueue(byte[] frame, int weight, bool isQuote)
    {
        if (_phase != OutboxPhase.Open)
        {
            return false;
        }

        if (_content.Waiting + weight > capacity)
        {
            CutOff(isQuote ? 1 : 0);
        }
        else
        {
            _content.Add(frame, weight, isQuote);
        }

        return Flag();
    }

    /// <summary>Cuts a slow client off: everything that waits is dropped but the frame that is partly written; the client is told, and may resume.</summary>
    private void CutOff(int more)
    {
        counters.CutOff(_content.Clear() + more);
        _isSlow = true;
        BeginClosing();
        foreach (var frame in slowConsumer())
        {
            _content.Add(frame, weight: 0, isQuote: false);
        }
    }

    private void BeginClosing()
    {
        _phase = _phase == OutboxPhase.Open ? OutboxPhase.Closing : _phase;
        _closingBegan.TrySetResult();
    }

    private bool Flag()
    {
        if (_activity != OutboxActivity.Idle)
        {
            return false;
        }

        _activity = OutboxActivity.Flagged;
        return true;
    }
}
