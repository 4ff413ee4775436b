using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Queue;

namespace OhlcvConnector.Infrastructure.Common.Sequence;

/// <content>What history says of the closes that the stream did not bring, and what follows when it says nothing.</content>
internal sealed partial class SeriesSequencer
{
    private const int MostUnconfirmed = 16;
    private const long LastMomentsMs = 5_000; // of a candle: who was silent in them may have been mute before, and not only quiet
    private const long LastTradesMs = 2_000;  // of a candle: their update may have been held back, and never sent

    private List<PriceQuote>? _unconfirmed;

    /// <summary>From where on history is to be asked: the close due next, or an inferred one before it that nobody confirmed.</summary>
    public long AskFromMs
    {
        get
        {
            lock (_gate)
            {
                return _unconfirmed is { Count: > 0 } ? _unconfirmed[0].OpenMs : _nextMs;
            }
        }
    }

    /// <summary>
    /// Takes a page of history, ascending, that starts at the close due next or before. Call only after <see cref="QuoteQueue.WaitForRoomAsync"/>.
    /// </summary>
    /// <param name="rows">The candles; the open one may be among them.</param>
    /// <param name="venueNowMs">A time at the venue at which it surely had not answered yet: what ended by then is final.</param>
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

                if (row.OpenMs < _nextMs)
                {
                    Confirm(row);
                }
                else if (row.OpenMs > _nextMs)
                {
                    if (!holesAreReal)
                    {
                        return true;
                    }

                    Skip(row.OpenMs, "the venue's history has no candle here", venueNowMs, mayBeQuiet: _rules.OmitsQuietCandles);
                }

                if (row.OpenMs == _nextMs)
                {
                    if (!row.IsClosed || row.CloseMs + (long)_rules.Settle.TotalMilliseconds > venueNowMs)
                    {
                        break; // not final yet; what comes after it is newer still
                    }

                    Deliver(row);
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
            if (!moved && answered && EvidenceMs() is { } evidence && IsAbsent(nowMs))
            {
                Skip(evidence, "the venue's history has no candle here, though its stream went on", nowMs, mayBeQuiet: false);
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
    /// Where the stream never says closed and history does not answer: takes the stream's last state of the candle for its close, if the stream went on to
    /// the very next candle, nothing can have been missed between the two, and the state is of the candle's last moments. Whether it did. History confirms or
    /// revises it when it answers again.
    /// </summary>
    /// <param name="nowMs">The venue's clock.</param>
    /// <param name="isPatienceOver">Whether a state of the candle's last moments will do, too, after which the venue may have held a trade back.</param>
    public bool TryInfer(long nowMs, bool isPatienceOver)
    {
        lock (_gate)
        {
            if (!_rules.MayInfer || !_hasCurrent || _ahead is null || _current.OpenMs != _nextMs || _current.CloseMs > nowMs)
            {
                return false;
            }

            if (_currentFrom != _wentOnIn || _wentOnToMs != _current.CloseMs || _currentAtMs < _current.CloseMs - LastMomentsMs)
            {
                return false; // something lies between that state and the end, and nobody here knows what
            }

            if (!isPatienceOver && _currentAtMs > _current.CloseMs - LastTradesMs)
            {
                return false;
            }

            var inferred = _current.AsClosed(QuoteSource.Inferred);
            _unconfirmed ??= [];
            _unconfirmed.Add(inferred);
            if (_unconfirmed.Count > MostUnconfirmed)
            {
                _unconfirmed.RemoveAt(0);
            }

            Deliver(inferred);
            Release();
            return true;
        }
    }

    private void Confirm(in PriceQuote row)
    {
        var openMs = row.OpenMs;
        if (_unconfirmed?.FindIndex(quote => quote.OpenMs == openMs) is not (>= 0 and var place))
        {
            return;
        }

        var differs = !row.Agrees(_unconfirmed[place]);
        _unconfirmed.RemoveRange(0, place + 1);
        if (differs)
        {
            _counters.Revision();
            if (_rules.DeliverRevisions)
            {
                _queue.PushClosed(_slot, row.AsRevision());
            }
        }
    }

    private bool IsAbsent(long nowMs)
    {
        _absentSinceMs = _absentSinceMs == 0 ? nowMs : _absentSinceMs;
        return _attempts >= AttemptsBeforeAbsent && nowMs - _absentSinceMs >= AbsentAfterMs;
    }

    /// <summary>Gives up on everything before a moment: it becomes one gap, announced with the next candle.</summary>
    public void GiveUp(long toMs, string reason, long nowMs)
    {
        lock (_gate)
        {
            Skip(toMs, reason, nowMs, mayBeQuiet: false);
            Release();
        }
    }

    /// <summary>Moves past candles that do not exist, or will not come: a gap, unless the venue leaves out quiet ones as a rule and these may be such.</summary>
    private void Skip(long toMs, string reason, long nowMs, bool mayBeQuiet)
    {
        if (toMs <= _nextMs)
        {
            return;
        }

        var isFirst = _lastClosed.Series is null;
        var isBeyondReach = _rules.HistoryReach is { } reach && Series.Interval.CountBetween(_nextMs, nowMs) > reach;
        var wasSeen = _hasCurrent && _current.OpenMs >= _nextMs && _current.OpenMs < toMs; // the stream had trades in it
        if (isBeyondReach || wasSeen || (!mayBeQuiet && !isFirst))
        {
            var why = isBeyondReach ? $"the venue keeps only its newest {_rules.HistoryReach} candles" : reason;
            var from = _gap?.From ?? DateTimeOffset.FromUnixTimeMilliseconds(_nextMs);
            _gap = new Gap(from, DateTimeOffset.FromUnixTimeMilliseconds(toMs), why);
        }

        _hasCurrent = false;
        MoveTo(toMs);
    }

    private long? EvidenceMs() =>
        _held is { Count: > 0 } ? _held[0].OpenMs
        : _ahead is not null ? _ahead.Quote.OpenMs
        : null;
}
