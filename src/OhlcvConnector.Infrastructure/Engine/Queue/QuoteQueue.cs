using System.Threading.Tasks.Sources;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;

namespace OhlcvConnector.Infrastructure.Engine.Queue;

/// <summary>
/// The dual-channel queue between the connections and one reader: closed candles wait in order and are never dropped, open ones have one slot a series where
/// the newest wins. The reader gets closed candles first, and is woken on the thread that signals, without a change of thread, unless told otherwise.
/// </summary>
/// <param name="capacity">Closed candles that may wait before a writer is held up.</param>
/// <param name="dispatch">The thread on which the reader runs.</param>
/// <param name="counters">The counters of conflation and hold-ups.</param>
internal sealed class QuoteQueue(int capacity, Dispatch dispatch, FeedCounters counters) : IValueTaskSource<bool>
{
    private readonly object _gate = new(); // a monitor, for its Wait and Pulse
    private readonly Queue<PriceQuote> _closed = new();
    private readonly Queue<OpenSlot> _open = new();
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = dispatch == Dispatch.ThreadPool };
    private TaskCompletionSource? _room;
    private Exception? _failure;
    private bool _readerWaits;
    private bool _completed;
    private int _blockedWriters;

    /// <summary>Closed candles that wait.</summary>
    public int ClosedDepth
    {
        get
        {
            lock (_gate)
            {
                return _closed.Count;
            }
        }
    }

    /// <summary>Open candles that wait.</summary>
    public int OpenDepth
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>
    /// Holds up a connection's thread while the queue is full: first its buffers fill, then the venue's. Call before a candle is put in order, and hold no
    /// lock: who else wants it, on a thread of the pool perhaps, must not be held up too. Returns at once after <see cref="Complete"/>.
    /// </summary>
    public void WaitWhileFull()
    {
        while (true)
        {
            lock (_gate)
            {
                while (!_completed && _closed.Count >= capacity && !_readerWaits)
                {
                    counters.QueueBlocked();
                    _blockedWriters++;
                    Monitor.Wait(_gate);
                    _blockedWriters--;
                }

                if (_completed || _closed.Count < capacity)
                {
                    return;
                }
            }

            Signal(); // the reader waits for the signal that is due after this batch
        }
    }

    /// <summary>
    /// Adds a closed candle, and drops what waits of the same candle's open states. Never waits: who brings candles has awaited <see cref="WaitWhileFull"/> or
    /// <see cref="WaitForRoomAsync"/> before.
    /// </summary>
    public void PushClosed(OpenSlot slot, in PriceQuote quote)
    {
        lock (_gate)
        {
            if (!_completed)
            {
                slot.IsWaiting &= slot.Quote.OpenMs > quote.OpenMs;
                _closed.Enqueue(quote);
            }
        }
    }

    /// <summary>Replaces the series' open candle by its newest state.</summary>
    public void PushOpen(OpenSlot slot, in PriceQuote quote)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            if (slot.IsWaiting)
            {
                counters.Conflated();
            }

            slot.Quote = quote;
            slot.IsWaiting = true;
            if (!slot.IsQueued)
            {
                slot.IsQueued = true;
                _open.Enqueue(slot);
            }
        }
    }

    /// <summary>Wakes the reader if it waits and there is something for it. Call once after several pushes.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            if (!_readerWaits || (_closed.Count == 0 && _open.Count == 0))
            {
                return;
            }

            _readerWaits = false;
        }

        _wake.SetResult(true);
    }

    /// <summary>Takes the next candle, closed ones first. For the reader only.</summary>
    public bool TryTake(out PriceQuote quote)
    {
        lock (_gate)
        {
            if (_closed.TryDequeue(out quote))
            {
                MakeRoom();
                return true;
            }

            while (_open.TryDequeue(out var slot))
            {
                slot.IsQueued = false;
                if (slot.IsWaiting)
                {
                    slot.IsWaiting = false;
                    quote = slot.Quote;
                    return true;
                }
            }
        }

        quote = default;
        return false;
    }

    /// <summary>Waits until there may be something to take; false at the end, an exception if it ended with one. For the reader only.</summary>
    /// <param name="cancellationToken">
    /// Looked at once more under the lock, for who cancels calls <see cref="CancelWait"/> and finds nobody waiting if the reader is only about to.
    /// </param>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<bool>(cancellationToken);
            }

            if (_closed.Count > 0 || _open.Count > 0)
            {
                return new ValueTask<bool>(true);
            }

            if (_completed)
            {
                return _failure is null ? new ValueTask<bool>(false) : ValueTask.FromException<bool>(_failure);
            }

            _readerWaits = true;
            _wake.Reset();
            return new ValueTask<bool>(this, _wake.Version);
        }
    }

    /// <summary>Ends the reader's wait, if it waits, as cancelled.</summary>
    public void CancelWait(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_readerWaits)
            {
                return;
            }

            _readerWaits = false;
        }

        _wake.SetException(new OperationCanceledException(cancellationToken));
    }

    /// <summary>Ends the queue: the reader still gets what waits, then the end or the failure. Later pushes are ignored.</summary>
    public void Complete(Exception? failure = null)
    {
        bool wake;
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
            _failure = failure;
            wake = _readerWaits;
            _readerWaits = false;
            MakeRoom();
        }

        if (wake && failure is not null)
        {
            _wake.SetException(failure);
        }
        else if (wake)
        {
            _wake.SetResult(false);
        }
    }

    /// <summary>Waits until less than half of the room is taken. Those who fill gaps wait here, page by page, so that no thread is held.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_completed || _closed.Count <= capacity / 2)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    private void MakeRoom()
    {
        if (_blockedWriters > 0)
        {
            Monitor.PulseAll(_gate);
        }

        if (_room is not null && (_completed || _closed.Count <= capacity / 2))
        {
            _room.SetResult();
            _room = null;
        }
    }
}
