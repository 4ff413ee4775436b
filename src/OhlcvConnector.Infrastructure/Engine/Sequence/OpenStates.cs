using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The open states of one series that its stream has shown, the newest of the candle that is due next and the newest of a later one, and what the two say
/// together of the close between them. Used under the lock of its <see cref="SeriesSequencer"/>.
/// </summary>
internal sealed class OpenStates
{
    private const long LastMomentsMs = 5_000; // of a candle: who was silent in them may have been mute before, and not only quiet
    private const long LastTradesMs = 2_000;  // of a candle: their update may have been held back, and never sent
    private const long StaleMs = 120_000;     // after a candle's end: its row may still be of a backend that is behind
    private const decimal Rounding = 0.9999m; // of a volume that stream and history count alike

    private PriceQuote _due;
    private long _dueIn;      // the generation of the stream, and the time, that it came with
    private long _dueAtMs;
    private LaterState? _later; // rare, so that thousands of series do not each keep room for it
    private long _wentOnIn;   // the generation in which a later candle first came,
    private long _wentOnToMs; // and which

    /// <summary>Fate of a state that was taken.</summary>
    public enum Fate
    {
        /// <summary>The state is the newest now.</summary>
        Newest,

        /// <summary>A newer state has been seen.</summary>
        Older,

        /// <summary>The same state was seen before.</summary>
        Same,
    }

    /// <summary>True when the candle that is due next has been shown.</summary>
    public bool HasDue { get; private set; }

    /// <summary>Open time of the candle that is due next, as it was shown; without meaning where <see cref="HasDue"/> is false.</summary>
    public long DueOpenMs => _due.OpenMs;

    /// <summary>The state of the candle that is due next, taken for its close.</summary>
    public PriceQuote DueAsClosed => _due.AsClosed(QuoteSource.Inferred);

    /// <summary>Open time of the later candle that has been shown; null for none.</summary>
    public long? LaterOpenMs => _later?.Quote.OpenMs;

    /// <summary>True when no message was missed between the last state of the candle that is due and the first of a later one.</summary>
    public bool IsUnbroken => _dueIn == _wentOnIn;

    /// <summary>Open time up to which nothing was shown, though a later candle was; null where the candle that is due was shown, or no later one.</summary>
    public long? NothingUntilMs => !HasDue && _later is not null ? _wentOnToMs : null;

    /// <summary>Takes a state of the candle that is due next.</summary>
    public Fate Take(in PriceQuote quote, long generation, long nowMs)
    {
        if (HasDue && _due.OpenMs == quote.OpenMs)
        {
            if (IsOlder(quote, _due))
            {
                return Fate.Older;
            }

            if (quote.EventTime == _due.EventTime && quote.SameValues(_due))
            {
                return Fate.Same;
            }
        }

        _due = quote;
        (_dueIn, _dueAtMs) = (generation, nowMs);
        HasDue = true;
        return Fate.Newest;
    }

    /// <summary>Keeps a state of a later candle, if it is the newest.</summary>
    public void KeepLater(in PriceQuote quote, long generation, long nowMs)
    {
        if (_later is not null && (quote.OpenMs < _later.Quote.OpenMs || (quote.OpenMs == _later.Quote.OpenMs && IsOlder(quote, _later.Quote))))
        {
            return;
        }

        (_wentOnIn, _wentOnToMs) = _later is null ? (generation, quote.OpenMs) : (_wentOnIn, _wentOnToMs);
        _later ??= new LaterState();
        (_later.Quote, _later.Generation, _later.AtMs) = (quote, generation, nowMs);
    }

    /// <summary>Takes out the state of a later candle that is later no more.</summary>
    /// <param name="nextMs">Open time of the close that is due next.</param>
    /// <returns>The state, of the candle that is due or of one before it; null for none.</returns>
    public LaterState? TakeLater(long nextMs)
    {
        if (_later is not { } later || later.Quote.OpenMs > nextMs)
        {
            return null;
        }

        _later = null;
        return later;
    }

    /// <summary>Forgets the candle that was due: it was delivered, or passed.</summary>
    public void ForgetDue() => HasDue = false;

    /// <summary>Forgets the later candle, if it opens no later than this: its close is known.</summary>
    public void ForgetLater(long openMs)
    {
        if (_later?.Quote.OpenMs <= openMs)
        {
            _later = null;
        }
    }

    /// <summary>Returns true when a candle that opens in <c>[fromMs, toMs)</c> was shown and not delivered.</summary>
    public bool HasShown(long fromMs, long toMs) => HasDue && _due.OpenMs >= fromMs && _due.OpenMs < toMs;

    /// <summary>Returns true when the stream has shown a later state of the candle than this row of history is.</summary>
    public bool IsAfter(in PriceQuote row, long venueNowMs)
    {
        if (!HasDue || _due.OpenMs != row.OpenMs || venueNowMs - row.CloseMs > StaleMs)
        {
            return false;
        }

        return row.TradeCount is { } trades && _due.TradeCount is { } seen ? trades < seen : row.Volume < _due.Volume * Rounding;
    }

    /// <summary>
    /// Returns true when the last state of the candle that is due can be its close: the stream went on to the very next candle, nothing can have been missed
    /// between the two, and the state is of the candle's last moments.
    /// </summary>
    /// <param name="nextMs">Open time of the close that is due next.</param>
    /// <param name="nowMs">The venue's clock.</param>
    /// <param name="isPatienceOver">True when a state of the candle's last moments will do, too, after which the venue may have held a trade back.</param>
    public bool MayBeClose(long nextMs, long nowMs, bool isPatienceOver) =>
        HasDue && _later is not null && _due.OpenMs == nextMs && _due.CloseMs <= nowMs
        && IsUnbroken && _wentOnToMs == _due.CloseMs && _dueAtMs >= _due.CloseMs - LastMomentsMs
        && (isPatienceOver || _dueAtMs <= _due.CloseMs - LastTradesMs);

    /// <summary>Returns true when a state of a candle is older than another: fewer trades, or else less volume, or else an earlier clock.</summary>
    private static bool IsOlder(in PriceQuote quote, in PriceQuote than)
    {
        if (quote.TradeCount != than.TradeCount)
        {
            return quote.TradeCount < than.TradeCount;
        }

        return quote.Volume != than.Volume ? quote.Volume < than.Volume : quote.EventTime < than.EventTime;
    }

    /// <summary>The newest state of a later candle than the one that is due, and the generation of the stream, and the time, that it came with.</summary>
    internal sealed class LaterState
    {
        public PriceQuote Quote;
        public long Generation;
        public long AtMs;
    }
}
