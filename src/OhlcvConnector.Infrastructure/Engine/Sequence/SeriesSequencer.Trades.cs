using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <content>Takes what trades say of the closes that the stream did not bring.</content>
internal sealed partial class SeriesSequencer
{
    private const long QuietByTradesAfterMs = 10_000; // the farthest that a history has been seen behind is 9 s

    private const int MaxPassed = 32;
    private const string PassedReason = "it was taken for a candle without trades, and had some";

    private List<(long OpenMs, long ToMs, long RunMs)>? _passed; // candles without trades, as stream and trades said
    private long _inferAfterMs;
    private long _quietToMs; // up to where trades say that there was none

    /// <summary>The longest time without trades, in milliseconds, that history has confirmed.</summary>
    public long QuietMs => Volatile.Read(ref _quietMs);

    /// <summary>Whether nothing has been delivered, and nobody asked for where it begins.</summary>
    public bool MayBeginLater
    {
        get
        {
            lock (_gate)
            {
                return !_isExact && !HasDelivered;
            }
        }
    }

    /// <summary>Takes a candle that trades closed. Call only after <see cref="Queue.QuoteQueue.WaitForRoomAsync"/>.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="isRevision">Whether it was closed before, and a trade of it came later.</param>
    public void OnTrades(in PriceQuote quote, bool isRevision)
    {
        lock (_gate)
        {
            if (IsRemoved)
            {
                return;
            }

            if (quote.OpenMs == _nextMs && !isRevision)
            {
                _counters.CloseByTrades();
                Deliver(quote);
                Release();
            }
            else if (quote.OpenMs < _nextMs && isRevision)
            {
                OnLate(quote);
            }
        }
    }

    /// <summary>Moves past the candle that is due next: it had no trades. One that turns out to have had some is told as a gap, and as a revision.</summary>
    /// <param name="openMs">The candle.</param>
    /// <param name="toMs">Its end.</param>
    public void PassQuiet(long openMs, long toMs)
    {
        lock (_gate)
        {
            if (openMs != _nextMs || _hasCurrent || IsRemoved)
            {
                return;
            }

            if (MayBeginLater)
            {
                MoveTo(toMs);
            }
            else
            {
                var runMs = _passed is [.., var last] && last.ToMs == openMs ? last.RunMs + toMs - openMs : toMs - openMs;
                Skip(toMs, reason: null, mayBeQuiet: true);
                _quietMs = Math.Max(_quietMs, runMs);
                _passed ??= [];
                _passed.Add((openMs, toMs, runMs));
                if (_passed.Count > MaxPassed)
                {
                    _passed.RemoveAt(0);
                }
            }

            Release();
        }
    }

    /// <summary>Takes a candle of history that was asked for only to compare it.</summary>
    /// <param name="row">The candle, so old that it does not change any more.</param>
    public void OnSample(in PriceQuote row)
    {
        lock (_gate)
        {
            TellIfPassed(row);
        }
    }

    /// <summary>
    /// A candle that was passed because nobody had traded had trades: nothing can put it in its place any more, but nobody shall believe that it was not there.
    /// </summary>
    private bool TellIfPassed(in PriceQuote quote)
    {
        var openMs = quote.OpenMs;
        if (_passed is null
            || openMs >= _nextMs
            || (quote.TradeCount ?? quote.Volume ?? 0) == 0
            || _passed.FindIndex(one => one.OpenMs == openMs) is not (>= 0 and var place))
        {
            return false;
        }

        _passed.RemoveAt(place);
        _counters.Revision();
        var from = DateTimeOffset.FromUnixTimeMilliseconds(openMs);
        _gap = _gap is { } pending
            ? new Gap(
                pending.From < from ? pending.From : from, pending.To > quote.CloseTime ? pending.To : quote.CloseTime, $"{pending.Reason}; {PassedReason}")
            : new Gap(from, quote.CloseTime, PassedReason);
        if (quote.IsClosed && _rules.DeliverRevisions)
        {
            _queue.PushClosed(_slot, quote.AsRevision());
        }

        return true;
    }

    /// <summary>Stream and trades say that there was no trade, and both went on: history, which must agree, is asked as soon as it can.</summary>
    /// <param name="toMs">Where the candles without trades end.</param>
    public void Quiet(long toMs)
    {
        lock (_gate)
        {
            if (_quietToMs < toMs)
            {
                _quietToMs = toMs;
                _patience.AskAt(toMs + QuietByTradesAfterMs);
            }
        }
    }

    /// <summary>The stream's last state is not taken for the close before a time: trades may still come, or say that it is not.</summary>
    /// <param name="untilMs">By the venue's clock, Unix epoch milliseconds.</param>
    public void InferNothing(long untilMs) => Volatile.Write(ref _inferAfterMs, untilMs);

    /// <summary>History need not be asked before a time: nothing is known to be missing.</summary>
    /// <param name="untilMs">By the venue's clock, Unix epoch milliseconds.</param>
    public void Defer(long untilMs) => _patience.Defer(untilMs);
}
