
namespace OhlcvConnector.Infrastructure.Engine.Diagnostics;

/// <summary>Counters of one market of a venue, kept in plain fields: counting costs a few nanoseconds, and only who reads them pays more.</summary>
internal sealed class FeedCounters
{
    private long _open;
    private long _closed;
    private long _duplicates;
    private long _stale;
    private long _revisions;
    private long _malformed;
    private long _refused;
    private long _conflated;
    private long _queueBlocked;
    private long _reconnections;
    private long _connectionErrors;
    private long _gapsFound;
    private long _gapsFilled;
    private long _gapsUnfilled;
    private long _backfillsOk;
    private long _backfillsFailed;
    private long _trades;
    private long _tradesDoubled;
    private long _tradesLate;
    private long _tradeDisagreements;
    private long _tradesDistrusted;
    private long _closedByTrades;
    private long _activeConnections;
    private long _lastMessageTicks;

    /// <summary>Open candles handed on.</summary>
    public long Open => Volatile.Read(ref _open);

    /// <summary>Closed candles handed on.</summary>
    public long Closed => Volatile.Read(ref _closed);

    /// <summary>Closed candles that had been delivered before.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Open updates older than what had been delivered.</summary>
    public long Stale => Volatile.Read(ref _stale);

    /// <summary>Closed candles that came again with other values.</summary>
    public long Revisions => Volatile.Read(ref _revisions);

    /// <summary>Frames that are not what the protocol promises.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <summary>Candles that break a rule.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Open updates replaced by a newer one before they were read.</summary>
    public long ConflatedUpdates => Volatile.Read(ref _conflated);

    /// <summary>Times that a connection was held up by a slow reader.</summary>
    public long QueueBlocks => Volatile.Read(ref _queueBlocked);

    /// <summary>Connections made again after one was lost.</summary>
    public long Reconnections => Volatile.Read(ref _reconnections);

    /// <summary>Connections that could not be made or were lost.</summary>
    public long ConnectionErrors => Volatile.Read(ref _connectionErrors);

    /// <summary>Holes in a series that history was asked about.</summary>
    public long GapsFound => Volatile.Read(ref _gapsFound);

    /// <summary>Holes that history filled.</summary>
    public long GapsFilled => Volatile.Read(ref _gapsFilled);

    /// <summary>Holes that were announced, because history could not fill them.</summary>
    public long GapsUnfilled => Volatile.Read(ref _gapsUnfilled);

    /// <summary>Pages of history read for holes.</summary>
    public long BackfillsOk => Volatile.Read(ref _backfillsOk);

    /// <summary>Pages of history that could not be read.</summary>
    public long BackfillsFailed => Volatile.Read(ref _backfillsFailed);

    /// <summary>Connections open now.</summary>
    public long ActiveConnections => Volatile.Read(ref _activeConnections);

    /// <summary>Time at which the last frame came, UTC; null before the first.</summary>
    public DateTimeOffset? LastMessageAt => Volatile.Read(ref _lastMessageTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Trades that came, each once.</summary>
    public long Trades => Volatile.Read(ref _trades);

    /// <summary>Trades that came again.</summary>
    public long TradesDoubled => Volatile.Read(ref _tradesDoubled);

    /// <summary>Trades that came after their candle had been closed without them.</summary>
    public long TradesLate => Volatile.Read(ref _tradesLate);

    /// <summary>Candles of which the stream or history says something else than their trades.</summary>
    public long TradeDisagreements => Volatile.Read(ref _tradeDisagreements);

    /// <summary>Times that a symbol was closed by history again, because its trades did not make its candles.</summary>
    public long TradesDistrusted => Volatile.Read(ref _tradesDistrusted);

    /// <summary>Candles that were closed by their trades.</summary>
    public long ClosedByTrades => Volatile.Read(ref _closedByTrades);

    public void Trade() => Interlocked.Increment(ref _trades);

    public void TradeDoubled() => Interlocked.Increment(ref _tradesDoubled);

    public void TradeLate() => Interlocked.Increment(ref _tradesLate);

    public void TradesDisagree() => Interlocked.Increment(ref _tradeDisagreements);

    public void TradesDistrust() => Interlocked.Increment(ref _tradesDistrusted);

    public void CloseByTrades() => Interlocked.Increment(ref _closedByTrades);

    public void Delivered(bool isClosed)
    {
        if (isClosed)
        {
            Interlocked.Increment(ref _closed);
        }
        else
        {
            Interlocked.Increment(ref _open);
        }
    }

    public void Duplicate() => Interlocked.Increment(ref _duplicates);

    public void StaleUpdate() => Interlocked.Increment(ref _stale);

    public void Revision() => Interlocked.Increment(ref _revisions);

    public long MalformedFrame() => Interlocked.Increment(ref _malformed);

    public long RefusedCandles(int count) => Interlocked.Add(ref _refused, count);

    public void Conflated() => Interlocked.Increment(ref _conflated);

    public void QueueBlocked() => Interlocked.Increment(ref _queueBlocked);

    public void Reconnected() => Interlocked.Increment(ref _reconnections);

    public void ConnectionFailed() => Interlocked.Increment(ref _connectionErrors);

    public void GapFound() => Interlocked.Increment(ref _gapsFound);

    public void GapFilled() => Interlocked.Increment(ref _gapsFilled);

    public void GapUnfilled() => Interlocked.Increment(ref _gapsUnfilled);

    public void Backfill(bool ok) => Interlocked.Increment(ref ok ? ref _backfillsOk : ref _backfillsFailed);

    public void Connections(int change) => Interlocked.Add(ref _activeConnections, change);

    public void MessageAt(long utcTicks) => Volatile.Write(ref _lastMessageTicks, utcTicks);
}
