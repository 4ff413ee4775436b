using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Common.Sequence;

/// <content>What trades say of the closes that the stream did not bring.</content>
internal sealed partial class SeriesSequencer
{
    private const long QuietByTradesAfterMs = 10_000; // the farthest that a history has been seen behind is 9 s

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
                return !_isExact && _lastClosed.Series is null;
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
            if (Volatile.Read(ref _removed))
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

    /// <summary>Moves past the candle that is due next: it had no trades, and nobody asked for what would come first.</summary>
    /// <param name="openMs">The candle.</param>
    /// <param name="toMs">Its end.</param>
    public void PassQuiet(long openMs, long toMs)
    {
        lock (_gate)
        {
            if (openMs == _nextMs && MayBeginLater && !_hasCurrent && !Volatile.Read(ref _removed))
            {
                MoveTo(toMs);
                Release();
            }
        }
    }

    /// <summary>Stream and trades say that there was no trade, and both went on: history, which must agree, is asked as soon as it can.</summary>
    /// <param name="toMs">Where the candles without trades end.</param>
    public void Quiet(long toMs)
    {
        lock (_gate)
        {
            if (_quietToMs < toMs)
            {
                (_quietToMs, _deferredToMs) = (toMs, 0);
                _retryAtMs = toMs + QuietByTradesAfterMs;
                DueMs = DueAfter(_nextMs);
            }
        }
    }

    /// <summary>The stream's last state is not taken for the close before a time: trades may still come, or say that it is not.</summary>
    /// <param name="untilMs">By the venue's clock, Unix epoch milliseconds.</param>
    public void InferNothing(long untilMs) => Volatile.Write(ref _inferAfterMs, untilMs);

    /// <summary>History need not be asked before a time: nothing is known to be missing.</summary>
    /// <param name="untilMs">By the venue's clock, Unix epoch milliseconds.</param>
    public void Defer(long untilMs) => Volatile.Write(ref _deferredToMs, untilMs);
}
