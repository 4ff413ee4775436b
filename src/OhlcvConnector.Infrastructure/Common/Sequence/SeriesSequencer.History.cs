using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Queue;

namespace OhlcvConnector.Infrastructure.Common.Sequence;

/// <content>What history says of the closes that the stream did not bring, and what follows when it says nothing.</content>
internal sealed partial class SeriesSequencer
{
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

                    Skip(row.OpenMs, "the venue's history has no candle here", venueNowMs, mayBeQuiet: _rules.OmitsQuietCandles);
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
            if (!moved && answered && EvidenceMs() is { } evidence && _attempts >= AttemptsBeforeAbsent)
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
            _counters.GapUnfilled();
        }

        _hasCurrent = false;
        MoveTo(toMs);
    }

    private long? EvidenceMs() =>
        _held is { Count: > 0 } ? _held[0].OpenMs
        : _hasAhead ? _ahead.OpenMs
        : null;
}
