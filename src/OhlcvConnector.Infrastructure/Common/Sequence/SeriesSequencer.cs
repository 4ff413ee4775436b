using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Diagnostics;
using OhlcvConnector.Infrastructure.Common.Queue;

namespace OhlcvConnector.Infrastructure.Common.Sequence;

/// <summary>
/// One series' order: whatever comes from streams and history, in whatever order and however often, each closed candle leaves once, in open-time order,
/// and no open state leaves after its own close or before an older candle's. Safe from several threads; does no I/O and never waits but for a full queue.
/// </summary>
/// <remarks>
/// It knows the open time of the close that is due next. An earlier candle is a duplicate. That very candle is delivered. A later one is held, or its newest
/// open state kept aside, until history has said what lies between: see <see cref="IsDue"/>.
/// </remarks>
internal sealed class SeriesSequencer
{
    private const int MostHeld = 64;                 // what is beyond comes again from history
    private const int FarAhead = 1_000;              // candles: the clock was wrong about where the series is
    private const int AttemptsBeforeAbsent = 5;
    private const int AttemptsBeforeQuiet = 2;
    private const long LongestRetryMs = 300_000;
    private const long LongestRetryWithEvidenceMs = 60_000;

    private readonly object _gate = new(); // a monitor: the reader may run inside a delivery, and deliver again on the same thread
    private readonly SequencerRules _rules;
    private readonly QuoteQueue _queue;
    private readonly FeedCounters _counters;
    private readonly OpenSlot _slot = new();
    private List<PriceQuote>? _held;
    private PriceQuote _current;    // the newest open state of the candle that is due next
    private PriceQuote _ahead;      // the newest open state of a later candle
    private PriceQuote _lastClosed;
    private bool _hasCurrent;
    private bool _hasAhead;
    private bool _anchored;         // a message or the user fixed where the series starts; before, it is the clock's guess
    private bool _removed;
    private int _claimed;
    private int _attempts;
    private long _nextMs;
    private long _retryAtMs;
    private Gap? _gap;

    /// <summary>Creates the order of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="rules">Its market's rules.</param>
    /// <param name="queue">Where candles leave to.</param>
    /// <param name="counters">Where it is counted.</param>
    /// <param name="startMs">Open time of the first close to deliver.</param>
    /// <param name="isExact">Whether the user asked for this start; else it is the clock's guess, and the first message knows better.</param>
    public SeriesSequencer(Series series, SequencerRules rules, QuoteQueue queue, FeedCounters counters, long startMs, bool isExact)
    {
        Series = series;
        _rules = rules;
        _queue = queue;
        _counters = counters;
        _nextMs = startMs;
        _anchored = isExact;
        DueMs = DueAfter(startMs);
    }

    /// <summary>The series.</summary>
    public Series Series { get; }

    /// <summary>When history is to be asked for the next close, if it has not come by then; Unix epoch milliseconds by the venue's clock.</summary>
    public long DueMs { get; private set; }

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
                return _lastClosed.Series is not null && (_lastClosed.TradeCount ?? _lastClosed.Volume ?? _lastClosed.QuoteVolume) > 0;
            }
        }
    }

    /// <summary>Whether it is time to ask history and nobody does yet; then the caller must ask, and end with <see cref="Finish"/>.</summary>
    public bool IsDue(long nowMs) => nowMs >= DueMs && !_removed && Interlocked.CompareExchange(ref _claimed, 1, 0) == 0;

    /// <summary>Nothing leaves any more. Takes no lock, so that it can be called from wherever the reader runs.</summary>
    public void Remove() => Volatile.Write(ref _removed, true);

    /// <summary>Takes a candle from a stream.</summary>
    public void OnStream(in PriceQuote quote)
    {
        lock (_gate)
        {
            if (Volatile.Read(ref _removed))
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
                OnOpen(quote);
            }
        }
    }

    /// <summary>
    /// Takes a page of history, ascending, that starts at the close due next. Call only after <see cref="QuoteQueue.WaitForRoomAsync"/>.
    /// </summary>
    /// <param name="rows">The candles; the open one may be among them.</param>
    /// <param name="venueNowMs">The venue's clock when it answered.</param>
    /// <param name="holesAreReal">Whether what the page leaves out does not exist. A venue in trouble answers short, so a hole is asked for twice.</param>
    /// <returns>Whether it met a hole that it must not skip.</returns>
    public bool OnHistory(ReadOnlySpan<PriceQuote> rows, long venueNowMs, bool holesAreReal)
    {
        lock (_gate)
        {
            foreach (ref readonly var row in rows)
            {
                if (Volatile.Read(ref _removed))
                {
                    return false;
                }

                if (row.OpenMs > _nextMs)
                {
                    if (!holesAreReal)
                    {
                        return true;
                    }

                    Skip(row.OpenMs, "the venue's history has no candle here", venueNowMs);
                }

                if (row.OpenMs == _nextMs)
                {
                    if (!row.IsClosed || row.CloseMs + (long)_rules.Settle.TotalMilliseconds > venueNowMs)
                    {
                        break; // not final yet; what comes after it is newer still
                    }

                    Deliver(row, fromHistory: true);
                }
            }

            Release();
            return false;
        }
    }

    /// <summary>Ends what <see cref="IsDue"/> began: decides when to ask again.</summary>
    /// <param name="moved">Whether any page moved the series on.</param>
    /// <param name="answered">Whether the venue answered at all.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void Finish(bool moved, bool answered, long nowMs)
    {
        lock (_gate)
        {
            _attempts = moved ? 0 : _attempts + 1;
            if (!moved && answered && EvidenceMs() is { } evidence && _attempts >= (_rules.OmitsQuietCandles ? AttemptsBeforeQuiet : AttemptsBeforeAbsent))
            {
                Skip(evidence, "the venue's history has no candle here, though its stream went on", nowMs);
                Release();
                _attempts = 0;
            }

            var longest = EvidenceMs() is null ? LongestRetryMs : LongestRetryWithEvidenceMs;
            var wait = Math.Min(longest, (long)Math.Max(1_000, _rules.Deadline.TotalMilliseconds) << Math.Min(_attempts, 10));
            _retryAtMs = _attempts == 0 ? 0 : nowMs + wait;
            DueMs = DueAfter(_nextMs);
            Volatile.Write(ref _claimed, 0);
        }
    }

    /// <summary>
    /// Where the stream never says closed and history does not answer: takes the stream's last state of the candle for its close.
    /// Whether it did.
    /// </summary>
    public bool TryInfer(long nowMs)
    {
        lock (_gate)
        {
            if (!_rules.MayInfer || !_hasCurrent || _current.OpenMs != _nextMs || _current.CloseMs > nowMs)
            {
                return false;
            }

            Deliver(_current.AsClosed(QuoteSource.Inferred), fromHistory: false);
            Release();
            return true;
        }
    }

    /// <summary>Gives up on everything before a moment: it becomes one gap, announced with the next candle.</summary>
    public void GiveUp(long toMs, string reason, long nowMs)
    {
        lock (_gate)
        {
            Skip(toMs, reason, nowMs);
            Release();
        }
    }

    private void Anchor(in PriceQuote first)
    {
        if (_anchored)
        {
            return;
        }

        _anchored = true;
        if (first.OpenMs < _nextMs || Series.Interval.CountBetween(_nextMs, first.OpenMs) > FarAhead)
        {
            _nextMs = first.OpenMs;
            DueMs = DueAfter(_nextMs);
        }
    }

    private void OnLate(in PriceQuote quote)
    {
        if (!quote.IsClosed)
        {
            _counters.StaleUpdate();
        }
        else if (quote.OpenMs == _lastClosed.OpenMs && _lastClosed.Series is not null && !quote.SameValues(_lastClosed))
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
            Deliver(quote, fromHistory: false);
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
        else if (place < MostHeld)
        {
            _held.Insert(place, quote);
            if (_held.Count > MostHeld)
            {
                _held.RemoveAt(MostHeld);
            }
        }

        if (_hasAhead && _ahead.OpenMs <= quote.OpenMs)
        {
            _hasAhead = false;
        }

        HurryAfterEvidence();
    }

    private void OnOpen(in PriceQuote quote)
    {
        if (quote.OpenMs > _nextMs)
        {
            if (!_hasAhead || quote.OpenMs > _ahead.OpenMs || (quote.OpenMs == _ahead.OpenMs && !IsOlder(quote, _ahead)))
            {
                if (_held is not { Count: > 0 } || quote.OpenMs > _held[^1].OpenMs)
                {
                    _ahead = quote;
                    _hasAhead = true;
                }
            }

            HurryAfterEvidence();
            return;
        }

        if (_hasCurrent && _current.OpenMs == quote.OpenMs && IsOlder(quote, _current))
        {
            _counters.StaleUpdate();
            return;
        }

        _current = quote;
        _hasCurrent = true;
        _counters.Delivered(isClosed: false);
        _queue.PushOpen(_slot, quote);
    }

    /// <summary>A series that was thought to be quiet is not: a long wait before the next question ends.</summary>
    private void HurryAfterEvidence()
    {
        if (_attempts > AttemptsBeforeAbsent)
        {
            _attempts = AttemptsBeforeQuiet;
            _retryAtMs = 0;
            DueMs = DueAfter(_nextMs);
        }
    }

    private void Deliver(in PriceQuote quote, bool fromHistory)
    {
        _lastClosed = quote;
        _hasCurrent = false;
        MoveTo(quote.CloseMs);
        _counters.Delivered(isClosed: true);
        if (_gap is null)
        {
            Push(quote, fromHistory);
            return;
        }

        var gap = _gap;
        _gap = null;
        Push(quote with { GapBefore = gap }, fromHistory);
    }

    private void Push(in PriceQuote quote, bool fromHistory)
    {
        if (fromHistory)
        {
            _queue.PushPast(_slot, quote);
        }
        else
        {
            _queue.PushClosed(_slot, quote);
        }
    }

    /// <summary>Delivers what was held for this moment, and at last the open state that was kept aside.</summary>
    private void Release()
    {
        while (_held is { Count: > 0 } && _held[0].OpenMs <= _nextMs)
        {
            var first = _held[0];
            _held.RemoveAt(0);
            if (first.OpenMs == _nextMs)
            {
                Deliver(first, fromHistory: false);
            }
        }

        if (_hasAhead && _ahead.OpenMs <= _nextMs)
        {
            _hasAhead = false;
            if (_ahead.OpenMs == _nextMs)
            {
                OnOpen(_ahead);
            }
        }
    }

    /// <summary>Moves past candles that do not exist, or will not come; unless the venue leaves out quiet ones as a rule, that is a gap.</summary>
    private void Skip(long toMs, string reason, long nowMs)
    {
        if (toMs <= _nextMs)
        {
            return;
        }

        var isFirst = _lastClosed.Series is null;
        var isBeyondReach = _rules.HistoryReach is { } reach && Series.Interval.CountBetween(_nextMs, nowMs) > reach;
        if (isBeyondReach || (!_rules.OmitsQuietCandles && !isFirst))
        {
            var why = isBeyondReach ? $"the venue keeps only its newest {_rules.HistoryReach} candles" : reason;
            var from = _gap?.From ?? DateTimeOffset.FromUnixTimeMilliseconds(_nextMs);
            _gap = new Gap(from, DateTimeOffset.FromUnixTimeMilliseconds(toMs), why);
            _counters.GapUnfilled();
        }

        _hasCurrent = false;
        MoveTo(toMs);
    }

    private void MoveTo(long nextMs)
    {
        _nextMs = nextMs;
        _anchored = true; // from here on only forwards
        _attempts = 0;
        _retryAtMs = 0;
        DueMs = DueAfter(nextMs);
    }

    private long? EvidenceMs() =>
        _held is { Count: > 0 } ? _held[0].OpenMs
        : _hasAhead ? _ahead.OpenMs
        : null;

    private long DueAfter(long nextMs) => Math.Max(_retryAtMs, Series.Interval.NextMs(nextMs) + (long)_rules.Deadline.TotalMilliseconds);

    /// <summary>Of two states of one candle: fewer trades, or else less volume, or else an earlier clock.</summary>
    private static bool IsOlder(in PriceQuote quote, in PriceQuote than)
    {
        if (quote.TradeCount != than.TradeCount)
        {
            return quote.TradeCount < than.TradeCount;
        }

        return quote.Volume != than.Volume ? quote.Volume < than.Volume : quote.EventTime < than.EventTime;
    }
}
