using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Rest;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <content>Takes what history says of the closes that the stream did not bring, and decides what follows when it says nothing.</content>
internal sealed partial class SeriesSequencer
{
    private const int MaxUnconfirmed = 16;
    private const long LastMomentsMs = 5_000; // of a candle: who was silent in them may have been mute before, and not only quiet
    private const long QuietAfterMs = 30_000; // the farthest that a history has been seen behind is 9 s
    private const long LastTradesMs = 2_000;  // of a candle: their update may have been held back, and never sent

    private const long StaleMs = 120_000;     // after a candle's end: its row may still be of a backend that is behind
    private const decimal Rounding = 0.9999m; // of a volume that stream and history count alike

    private List<PriceQuote>? _unconfirmed;

    /// <summary>What the last walk through history found that nothing followed; only of whoever asks history at present.</summary>
    public UnfollowedRow? Unfollowed { get; set; }

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

    /// <summary>Whether nothing has been delivered yet, so that the series may begin with what comes first.</summary>
    public bool IsBeginning
    {
        get
        {
            lock (_gate)
            {
                return !HasDelivered;
            }
        }
    }

    /// <summary>Whether the stream has shown the candle that is due next.</summary>
    public bool IsShown
    {
        get
        {
            lock (_gate)
            {
                return _hasCurrent;
            }
        }
    }

    /// <summary>
    /// Takes candles of history, ascending, with no hole before them that is not settled. Call only after <see cref="QuoteQueue.WaitForRoomAsync"/>.
    /// </summary>
    /// <param name="rows">The candles.</param>
    /// <param name="venueNowMs">A time at the venue at which it surely had not answered yet: what ended by then is final.</param>
    /// <returns>Whether it took them all.</returns>
    public bool OnHistory(ReadOnlySpan<PriceQuote> rows, long venueNowMs)
    {
        lock (_gate)
        {
            foreach (ref readonly var row in rows)
            {
                if (IsRemoved)
                {
                    return false;
                }

                if (row.OpenMs < _nextMs)
                {
                    Confirm(row);
                }
                else if (row.OpenMs > _nextMs && _rules.OmitsQuietCandles)
                {
                    Skip(row.OpenMs, reason: null, mayBeQuiet: true);
                }

                if (row.OpenMs < _nextMs)
                {
                    continue;
                }

                var isDue = row.OpenMs < Series.Interval.NextMs(_nextMs); // some venues count candles of several days from another day
                if (!isDue || !row.IsClosed || row.CloseMs + (long)_rules.Settle.TotalMilliseconds > venueNowMs || IsStale(row, venueNowMs))
                {
                    Release();
                    return false; // not final yet; what comes after it is newer still
                }

                _quietMs = row.TradeCount == 0 ? Math.Max(_quietMs, row.CloseMs - row.OpenMs) : _quietMs;
                Deliver(row);
            }

            Release();
            return true;
        }
    }

    /// <summary>Moves past candles that history lacks for good; what the stream has brought of them is delivered.</summary>
    /// <param name="toMs">Where they end.</param>
    /// <param name="reason">Why they are a gap; null when they cannot exist, because nothing was listed yet.</param>
    public void Pass(long toMs, string? reason)
    {
        lock (_gate)
        {
            while (_nextMs < toMs && !IsRemoved)
            {
                var untilMs = _held is { Count: > 0 } ? Math.Clamp(_held[0].OpenMs, _nextMs, toMs) : toMs;
                Skip(untilMs, reason, mayBeQuiet: false);
                Release();
            }
        }
    }

    /// <summary>
    /// Moves past candles of which history says nothing, if the stream says that they had no trades: where such candles are not published, it went on to a
    /// later one without anything being missed, and history has had time to show them. Neither is believed alone: a stream that stood still for a minute and a
    /// history that is a candle behind look the same.
    /// </summary>
    /// <param name="toMs">Where they end, as far as history knows.</param>
    /// <param name="nowMs">The venue's clock.</param>
    /// <returns>Whether the series is past them.</returns>
    public bool TryPassQuiet(long toMs, long nowMs)
    {
        lock (_gate)
        {
            if (QuietUntilMs is { } quietMs && nowMs - Math.Min(toMs, quietMs) >= QuietAfter(Math.Min(toMs, quietMs)))
            {
                Skip(Math.Min(toMs, quietMs), reason: null, mayBeQuiet: true);
                Release();
            }

            return _nextMs >= toMs;
        }
    }

    /// <summary>Up to where the stream had no trades, where it went on without a break; null where it says nothing of the kind.</summary>
    private long? QuietUntilMs =>
        _rules.OmitsQuietCandles && !_hasCurrent && _ahead is not null && (MayBeginLater || (HasDelivered && _currentFrom == _wentOnIn)) ? _wentOnToMs : null;

    private long QuietAfter(long toMs) => toMs <= _quietToMs ? QuietByTradesAfterMs : QuietAfterMs;

    /// <summary>Ends what <see cref="TryClaim"/> began: decides when to ask again.</summary>
    /// <param name="moved">Whether any page moved the series on.</param>
    /// <param name="answered">Whether the venue answered at all.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void Finish(bool moved, bool answered, long nowMs)
    {
        lock (_gate)
        {
            var isAbsent = _patience.Learn(moved, answered, nowMs);
            if (!moved && answered && isAbsent && EvidenceMs() is { } evidence)
            {
                Skip(evidence, "the venue's history has no candle here, though its stream went on", mayBeQuiet: false);
                Release();
            }

            long? quietAtMs = QuietUntilMs is { } quietMs && answered && nowMs < quietMs + QuietAfter(quietMs) ? quietMs + QuietAfter(quietMs) : null;
            _patience.End(nowMs, hasEvidence: EvidenceMs() is not null, quietAtMs);
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
            if (!_rules.MayInfer
                || nowMs < Volatile.Read(ref _inferAfterMs)
                || !_hasCurrent
                || _ahead is null
                || _current.OpenMs != _nextMs
                || _current.CloseMs > nowMs)
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
            if (_unconfirmed.Count > MaxUnconfirmed)
            {
                _unconfirmed.RemoveAt(0);
            }

            Deliver(inferred);
            Release();
            return true;
        }
    }

    /// <summary>Whether the stream has shown a later state of the candle than this row is.</summary>
    private bool IsStale(in PriceQuote row, long venueNowMs)
    {
        if (!_hasCurrent || _current.OpenMs != row.OpenMs || venueNowMs - row.CloseMs > StaleMs)
        {
            return false;
        }

        return row.TradeCount is { } trades && _current.TradeCount is { } seen ? trades < seen : row.Volume < _current.Volume * Rounding;
    }

    private void Confirm(in PriceQuote row)
    {
        var openMs = row.OpenMs;
        _ = row.IsClosed && TellIfPassed(row);
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

    /// <summary>Moves past candles that do not exist, or will not come: a gap where there is a reason, or where the stream had trades in them.</summary>
    private void Skip(long toMs, string? reason, bool mayBeQuiet)
    {
        if (toMs <= _nextMs)
        {
            return;
        }

        _quietMs = mayBeQuiet && reason is null ? Math.Max(_quietMs, toMs - _nextMs) : _quietMs;
        var wasSeen = _hasCurrent && _current.OpenMs >= _nextMs && _current.OpenMs < toMs;
        var isWanted = _isExact || HasDelivered; // what nobody asked for is not missed
        var why = reason ?? (wasSeen ? "the venue's history has no candle here, though its stream had" : null);
        var to = DateTimeOffset.FromUnixTimeMilliseconds(toMs);
        if (_gap is { } pending && (why is not null || mayBeQuiet))
        {
            _gap = new Gap(
                pending.From, to, why is null || pending.Reason.Contains(why, StringComparison.Ordinal) ? pending.Reason : $"{pending.Reason}; {why}");
        }
        else if (why is not null && isWanted)
        {
            _gap = new Gap(DateTimeOffset.FromUnixTimeMilliseconds(_nextMs), to, why);
        }

        _hasCurrent = false;
        MoveTo(toMs);
    }

    private long? EvidenceMs() =>
        _held is { Count: > 0 } ? _held[0].OpenMs
        : _ahead is not null ? _ahead.Quote.OpenMs
        : null;
}
