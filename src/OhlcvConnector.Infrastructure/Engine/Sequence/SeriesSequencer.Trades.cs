using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <content>Takes what trades say of the closes that the stream did not bring.</content>
internal sealed partial class SeriesSequencer
{
    private const long QuietByTradesAfterMs = 10_000; // the farthest that a history has been seen behind is 9 s

    private long _inferAfterMs;
    private long _quietToMs; // up to where trades say that there was none

    /// <summary>Takes a candle that trades closed. Call only after <see cref="Queue.QuoteQueue.WaitForRoomAsync"/>.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="isRevision">True when the candle was closed before, and a trade of it came later.</param>
    public void OnTrades(in PriceQuote quote, bool isRevision)
    {
        lock (_gate)
        {
            if (IsRemoved)
            {
                return;
            }

            if (quote.OpenMs == _order.NextMs && !isRevision)
            {
                _order.DeliverByTrades(quote);
            }
            else if (quote.OpenMs < _order.NextMs && isRevision)
            {
                _order.OnLate(quote);
            }
        }
    }

    /// <summary>Moves past the candle that is due next: it had no trades. One that turns out to have had some is told as a gap, and as a revision.</summary>
    /// <param name="openMs">The candle.</param>
    /// <param name="toMs">The end of the candle, Unix epoch milliseconds.</param>
    public void PassQuiet(long openMs, long toMs)
    {
        lock (_gate)
        {
            if (openMs != _order.NextMs || _order.Open.HasDue || IsRemoved)
            {
                return;
            }

            if (MayBeginLater)
            {
                _order.MoveTo(toMs);
            }
            else
            {
                _order.PassQuiet(toMs);
            }

            _order.Release();
        }
    }

    /// <summary>Takes a candle of history that was asked for only to compare it.</summary>
    /// <param name="row">The candle, so old that it does not change any more.</param>
    public void OnSample(in PriceQuote row)
    {
        lock (_gate)
        {
            _order.TellIfPassed(row);
        }
    }

    /// <summary>Stream and trades say that there was no trade, and both went on: history, which must agree, is asked as soon as it can.</summary>
    /// <param name="toMs">The end of the candles without trades, Unix epoch milliseconds.</param>
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

    /// <summary>Forbids taking the stream's last state for the close before a time: trades may still come, or say that it is not.</summary>
    /// <param name="untilMs">By the venue's clock, Unix epoch milliseconds.</param>
    public void InferNothing(long untilMs) => Volatile.Write(ref _inferAfterMs, untilMs);

    /// <summary>History need not be asked before a time: nothing is known to be missing.</summary>
    /// <param name="untilMs">By the venue's clock, Unix epoch milliseconds.</param>
    public void Defer(long untilMs) => _patience.Defer(untilMs);
}
