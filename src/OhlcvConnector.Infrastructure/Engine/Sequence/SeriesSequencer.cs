using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The deduplicator and order of one series: whatever comes from streams and history, in whatever order and however often, each closed candle leaves once, in
/// open-time order, and no open state leaves after its own close or before an older candle's. Safe from several threads; does no I/O, and waits only for a full
/// queue, without its lock.
/// </summary>
/// <remarks>
/// It knows the open time of the close that is due next. An earlier candle is a duplicate. That very candle is delivered. A later one is held, or its newest
/// open state kept aside, until history has said what lies between: see <see cref="TryClaim"/>.
/// </remarks>
internal sealed partial class SeriesSequencer
{
    private const int MaxHeld = 64;                 // what is beyond comes again from history

    private readonly Lock _gate = new();
    private readonly SequencerRules _rules;
    private readonly QuoteQueue _queue;
    private readonly FeedCounters _counters;
    private readonly Action<Series, Gap>? _announced;
    private readonly Func<long>? _started;
    private readonly OpenSlot _slot = new();
    private readonly HistoryPatience _patience;
    private List<PriceQuote>? _held;
    private OpenAhead? _ahead;      // rare, so that thousands of series do not each keep room for it
    private PriceQuote _current;    // the newest open state of the candle that is due next
    private PriceQuote _lastClosed;
    private bool _hasCurrent;
    private readonly bool _isExact; // whether the user asked for where it starts
    private int _state;             // a SequenceState; changed by Enter alone
    private long _currentFrom;      // the generation of the stream, and the time, that it came with,
    private long _currentAtMs;
    private long _wentOnIn;         // and the generation in which a later candle first came,
    private long _wentOnToMs;       // and which
    private long _nextMs;
    private long _quietMs;
    private Gap? _gap;

    /// <summary>Creates the order of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="rules">Its market's rules.</param>
    /// <param name="queue">Where candles leave to.</param>
    /// <param name="counters">Where it is counted.</param>
    /// <param name="startMs">Open time of the first close to deliver.</param>
    /// <param name="isExact">Whether the user asked for this start; else it is the clock's guess, and the first message knows better.</param>
    /// <param name="announced">Told of each gap when it is announced; null for nobody.</param>
    /// <param name="started">
    /// When it was added, as the venue's clock is known by now: until a message or history fixes the start, it goes where that says. Null where it was asked
    /// for.
    /// </param>
    public SeriesSequencer(
        Series series, SequencerRules rules, QuoteQueue queue, FeedCounters counters, long startMs, bool isExact, Action<Series, Gap>? announced = null,
        Func<long>? started = null)
    {
        _started = started;
        Series = series;
        _rules = rules;
        _queue = queue;
        _counters = counters;
        _announced = announced;
        _patience = new HistoryPatience(rules.Deadline);
        _isExact = isExact;
        _state = (int)(isExact ? SequenceState.Anchored : SequenceState.Guessed);
        StartAt(startMs);
    }

    /// <summary>The series.</summary>
    public Series Series { get; }

    /// <summary>When history is to be asked for the next close, if it has not come by then; Unix epoch milliseconds by the venue's clock.</summary>
    public long DueMs => _patience.DueMs;

    /// <summary>How far it has come.</summary>
    public SequenceState State => (SequenceState)Volatile.Read(ref _state);

    /// <summary>Whether a candle without trades is simply not published.</summary>
    public bool OmitsQuietCandles => _rules.OmitsQuietCandles;

    /// <summary>Open time of the close that is due next.</summary>
    public long NextMs
    {
        get
        {
            lock (_gate)
            {
                return _nextMs;
            }
        }
    }

    /// <summary>Open time of the last closed candle; 0 before the first.</summary>
    public long LastClosedMs
    {
        get
        {
            lock (_gate)
            {
                return _lastClosed.OpenMs;
            }
        }
    }

    /// <summary>Whether the last closed candle had any trade, as far as the venue says.</summary>
    public bool LastClosedHadTrades
    {
        get
        {
            lock (_gate)
            {
                return HasDelivered && (_lastClosed.TradeCount ?? _lastClosed.Volume ?? _lastClosed.QuoteVolume) > 0;
            }
        }
    }

    /// <summary>Whether it was removed.</summary>
    public bool IsRemoved => State == SequenceState.Removed;

    /// <summary>Whether it is time to ask history and nobody does yet; then the caller must ask, and end with <see cref="Finish"/>.</summary>
    public bool TryClaim(long nowMs)
    {
        if (_patience.IsAbsurd(nowMs))
        {
            lock (_gate)
            {
                _patience.Forget();
            }
        }

        if (_started is not null && State == SequenceState.Guessed)
        {
            lock (_gate)
            {
                GuessAgain();
            }
        }

        return !IsRemoved && _patience.TryClaim(nowMs);
    }

    /// <summary>Nothing leaves any more. Takes no lock, so that it can be called from wherever the reader runs.</summary>
    public void Remove() => Enter(SequenceState.Removed);

    /// <summary>Takes a candle from a stream.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="generation">The generation of the stream that it belongs to: within one, no message was missed.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void OnStream(in PriceQuote quote, long generation, long nowMs)
    {
        if (quote.IsClosed)
        {
            _queue.WaitWhileFull(); // without the lock: who fills gaps needs it, and must hold no thread of the pool
        }

        lock (_gate)
        {
            if (IsRemoved)
            {
                return;
            }

            Anchor(quote);
            if (quote.OpenMs < _nextMs)
            {
                OnLate(quote);
            }
            else if (quote.IsClosed)
            {
                OnClosed(quote);
            }
            else
            {
                OnOpen(quote, generation, nowMs);
            }
        }
    }

    private bool HasDelivered => State >= SequenceState.Delivering;

    /// <summary>
    /// Goes on to a later state; from one that is as late or later it stays where it is. Takes no lock, for the reader may remove the series at any time.
    /// </summary>
    private void Enter(SequenceState state)
    {
        int known;
        do
        {
            known = Volatile.Read(ref _state);
        }
        while (known < (int)state && Interlocked.CompareExchange(ref _state, (int)state, known) != known);
    }

    private void OnLate(in PriceQuote quote)
    {
        if (TellIfPassed(quote))
        {
            return;
        }

        if (!quote.IsClosed)
        {
            _counters.StaleUpdate();
        }
        else if (quote.OpenMs == _lastClosed.OpenMs && HasDelivered && !quote.Agrees(_lastClosed))
        {
            _counters.Revision();
            if (_rules.DeliverRevisions)
            {
                _lastClosed = quote;
                _queue.PushClosed(_slot, quote.AsRevision());
            }
        }
        else
        {
            _counters.Duplicate();
        }
    }

    private void OnClosed(in PriceQuote quote)
    {
        if (quote.OpenMs == _nextMs)
        {
            Deliver(quote);
            Release();
            return;
        }

        _held ??= [];
        var place = 0;
        while (place < _held.Count && _held[place].OpenMs < quote.OpenMs)
        {
            place++;
        }

        if (place < _held.Count && _held[place].OpenMs == quote.OpenMs)
        {
            _counters.Duplicate();
        }
        else if (place < MaxHeld)
        {
            _held.Insert(place, quote);
            if (_held.Count > MaxHeld)
            {
                _held.RemoveAt(MaxHeld);
            }
        }

        if (_ahead?.Quote.OpenMs <= quote.OpenMs)
        {
            _ahead = null;
        }

        _patience.Hurry();
    }

    private void OnOpen(in PriceQuote quote, long generation, long nowMs)
    {
        if (quote.OpenMs > _nextMs)
        {
            if (_ahead is null || quote.OpenMs > _ahead.Quote.OpenMs || (quote.OpenMs == _ahead.Quote.OpenMs && !IsOlder(quote, _ahead.Quote)))
            {
                if (_held is not { Count: > 0 } || quote.OpenMs > _held[^1].OpenMs)
                {
                    (_wentOnIn, _wentOnToMs) = _ahead is null ? (generation, quote.OpenMs) : (_wentOnIn, _wentOnToMs);
                    _ahead ??= new OpenAhead();
                    _ahead.Quote = quote;
                    (_ahead.Generation, _ahead.AtMs) = (generation, nowMs);
                }
            }

            _patience.Hurry();
            return;
        }

        if (_hasCurrent && _current.OpenMs == quote.OpenMs)
        {
            if (IsOlder(quote, _current))
            {
                _counters.StaleUpdate();
                return;
            }

            if (quote.EventTime == _current.EventTime && quote.SameValues(_current))
            {
                _counters.Duplicate();
                return;
            }
        }

        _current = quote;
        (_currentFrom, _currentAtMs) = (generation, nowMs);
        _hasCurrent = true;
        _counters.Delivered(isClosed: false);
        _queue.PushOpen(_slot, quote);
    }
}
