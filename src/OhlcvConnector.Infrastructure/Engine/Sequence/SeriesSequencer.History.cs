using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Rest;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <content>Takes what history says of the closes that the stream did not bring, and decides what follows when it says nothing.</content>
internal sealed partial class SeriesSequencer
{
    private const long QuietAfterMs = 30_000; // the farthest that a history has been seen behind is 9 s

    /// <summary>Row that nothing followed in the last walk through history; null for none. Only for the caller that asks history at present.</summary>
    public UnfollowedRow? Unfollowed { get; set; }

    /// <summary>
    /// Takes candles of history, ascending, with no hole before them that is not settled. Call only after <see cref="QuoteQueue.WaitForRoomAsync"/>.
    /// </summary>
    /// <param name="rows">The candles.</param>
    /// <param name="venueNowMs">A time at the venue at which it surely had not answered yet: what ended by then is final.</param>
    /// <returns>True when it took them all.</returns>
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

                if (row.OpenMs < _order.NextMs)
                {
                    _order.Confirm(row);
                }
                else if (row.OpenMs > _order.NextMs && _order.Rules.OmitsQuietCandles)
                {
                    _order.Skip(row.OpenMs, reason: null, mayBeQuiet: true);
                }

                if (row.OpenMs < _order.NextMs)
                {
                    continue;
                }

                var isDue = row.OpenMs < Series.Interval.NextMs(_order.NextMs); // some venues count candles of several days from another day
                if (!isDue || !row.IsClosed || row.CloseMs + (long)_order.Rules.Settle.TotalMilliseconds > venueNowMs || _order.Open.IsAfter(row, venueNowMs))
                {
                    _order.Release();
                    return false; // not final yet; what comes after it is newer still
                }

                if (row.TradeCount == 0)
                {
                    _order.LearnQuiet(row.CloseMs - row.OpenMs);
                }

                _order.Deliver(row);
            }

            _order.Release();
            return true;
        }
    }

    /// <summary>Moves past candles that history lacks for good; what the stream has brought of them is delivered.</summary>
    /// <param name="toMs">The end of the candles, Unix epoch milliseconds.</param>
    /// <param name="reason">The reason why they are a gap; null when they cannot exist, because nothing was listed yet.</param>
    public void Pass(long toMs, string? reason)
    {
        lock (_gate)
        {
            while (_order.NextMs < toMs && !IsRemoved)
            {
                var untilMs = _order.HeldMs is { } heldMs ? Math.Clamp(heldMs, _order.NextMs, toMs) : toMs;
                _order.Skip(untilMs, reason, mayBeQuiet: false);
                _order.Release();
            }
        }
    }

    /// <summary>
    /// Moves past candles of which history says nothing, if the stream says that they had no trades: where such candles are not published, it went on to a
    /// later one without anything being missed, and history has had time to show them. Neither is believed alone: a stream that stood still for a minute and a
    /// history that is a candle behind look the same.
    /// </summary>
    /// <param name="toMs">The end of the candles, as far as history knows, Unix epoch milliseconds.</param>
    /// <param name="askedMs">The venue's clock when history was asked: it has had time to show them by then, or not.</param>
    /// <returns>True when the series is past them.</returns>
    public bool TryPassQuiet(long toMs, long askedMs)
    {
        lock (_gate)
        {
            if (QuietUntilMs is { } quietMs && askedMs - Math.Min(toMs, quietMs) >= QuietAfter(Math.Min(toMs, quietMs)))
            {
                _order.Skip(Math.Min(toMs, quietMs), reason: null, mayBeQuiet: true);
                _order.Release();
            }

            return _order.NextMs >= toMs;
        }
    }

    /// <summary>Open time up to which the stream had no trades, where it went on without a break; null where it says nothing of the kind.</summary>
    private long? QuietUntilMs =>
        _order.Rules.OmitsQuietCandles && (MayBeginLater || (_order.HasDelivered && _order.Open.IsUnbroken)) ? _order.Open.NothingUntilMs : null;

    private long QuietAfter(long toMs) => toMs <= _quietToMs ? QuietByTradesAfterMs : QuietAfterMs;

    /// <summary>Ends what <see cref="TryClaim"/> began: decides when to ask again.</summary>
    /// <param name="moved">True when any page moved the series on.</param>
    /// <param name="answered">True when the venue answered at all.</param>
    /// <param name="askedMs">The venue's clock when it was asked: the answer may have waited long for a reader, and says nothing of that time.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void Finish(bool moved, bool answered, long askedMs, long nowMs)
    {
        lock (_gate)
        {
            var isAbsent = _patience.Learn(moved, answered, askedMs);
            if (!moved && answered && isAbsent && EvidenceMs() is { } evidence)
            {
                _order.Skip(evidence, "the venue's history has no candle here, though its stream went on", mayBeQuiet: false);
                _order.Release();
            }

            long? quietAtMs = QuietUntilMs is { } quietMs && answered && nowMs < quietMs + QuietAfter(quietMs) ? quietMs + QuietAfter(quietMs) : null;
            _patience.End(nowMs, hasEvidence: EvidenceMs() is not null, quietAtMs);
        }
    }

    /// <summary>
    /// Takes the stream's last state of the candle for its close, where the stream never says closed and history does not answer: if the stream went on to the
    /// very next candle, nothing can have been missed between the two, and the state is of the candle's last moments. Returns true when it did. History
    /// confirms or revises the close when it answers again.
    /// </summary>
    /// <param name="nowMs">The venue's clock.</param>
    /// <param name="isPatienceOver">True when a state of the candle's last moments will do, too, after which the venue may have held a trade back.</param>
    public bool TryInfer(long nowMs, bool isPatienceOver)
    {
        lock (_gate)
        {
            if (!_order.Rules.MayInfer || nowMs < Volatile.Read(ref _inferAfterMs) || !_order.Open.MayBeClose(_order.NextMs, nowMs, isPatienceOver))
            {
                return false;
            }

            _order.Infer();
            return true;
        }
    }

    private long? EvidenceMs() => _order.HeldMs ?? _order.Open.LaterOpenMs;
}
