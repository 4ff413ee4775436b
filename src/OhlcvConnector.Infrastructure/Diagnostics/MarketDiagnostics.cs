using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Diagnostics;

/// <summary>Diagnostics of one market of an exchange: what it did since the connector was created, as of one moment. Counts only grow.</summary>
public sealed record MarketDiagnostics
{
    /// <summary>The exchange, such as <c>binance</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required Market Market { get; init; }

    /// <summary>True when the exchange publishes nothing for a candle without trades, so that a missing one is no gap.</summary>
    public required bool OmitsQuietCandles { get; init; }

    /// <summary>Series that running streams follow now; without one no connection is wanted.</summary>
    public required int FollowedSeries { get; init; }

    /// <summary>Connections open now.</summary>
    public required long ActiveConnections { get; init; }

    /// <summary>Time at which the last frame came, by the local clock, UTC; null before the first.</summary>
    public required DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>Updates of open candles that were delivered.</summary>
    public required long OpenQuotes { get; init; }

    /// <summary>Closed candles that were delivered.</summary>
    public required long ClosedQuotes { get; init; }

    /// <summary>Closed candles that came again, and were dropped.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Updates of open candles that were replaced by a newer one before they were read.</summary>
    public required long ConflatedUpdates { get; init; }

    /// <summary>Connections that could not be made or were lost.</summary>
    public required long ConnectionErrors { get; init; }

    /// <summary>Frames that are not what the exchange's protocol promises.</summary>
    public required long MalformedFrames { get; init; }

    /// <summary>Candles that break a rule of possible candles, and were refused.</summary>
    public required long RefusedCandles { get; init; }

    /// <summary>Connections made again after one was lost.</summary>
    public required long Reconnections { get; init; }

    /// <summary>Pages of history read to repair a series.</summary>
    public required long BackfillsOk { get; init; }

    /// <summary>Pages of history that could not be read.</summary>
    public required long BackfillsFailed { get; init; }

    /// <summary>Holes in a series that history was asked about.</summary>
    public required long GapsFound { get; init; }

    /// <summary>Holes that history filled.</summary>
    public required long GapsFilled { get; init; }

    /// <summary>Holes that history could not fill, and that were announced.</summary>
    public required long GapsUnfilled { get; init; }

    /// <summary>Trades that came, each once; none where candles are not closed by them.</summary>
    public long Trades { get; init; }

    /// <summary>Closed candles that were closed by their trades.</summary>
    public long ClosedByTrades { get; init; }

    /// <summary>Symbols whose trades are not followed, for the exchange allows no more subscriptions: history closes their candles.</summary>
    public int SymbolsWithoutTrades { get; init; }

    /// <summary>Trades that came after their candle had been closed without them.</summary>
    public long TradesLate { get; init; }

    /// <summary>Candles of which the stream or history said something else than their trades.</summary>
    public long TradeDisagreements { get; init; }

    /// <summary>Times that a symbol's candles were left to history again, because its trades do not make them.</summary>
    public long TradesDistrusted { get; init; }

    /// <summary>Times that a connection was held up because the reader was slow.</summary>
    public required long QueueBlocks { get; init; }

    /// <summary>Closed candles that wait for the reader now.</summary>
    public required int ClosedQueueDepth { get; init; }

    /// <summary>Open candles that wait for the reader now.</summary>
    public required int OpenQueueDepth { get; init; }

    /// <summary>The circuit breaker of the market's connections.</summary>
    public required CircuitState Circuit { get; init; }

    /// <summary>Connection attempts that failed since the last one that succeeded.</summary>
    public required int ConsecutiveFailures { get; init; }

    /// <summary>Share of the requests that the exchange allows which are spent at present, 0 to 1; 1 while it has said to wait.</summary>
    public double RequestBudgetUsed { get; init; }
}

/// <summary>State of a circuit breaker: what it does with attempts.</summary>
public enum CircuitState
{
    /// <summary>Closed circuit: every attempt is made.</summary>
    Closed = 0,

    /// <summary>Open circuit: no attempt is made for a while.</summary>
    Open = 1,

    /// <summary>Half-open circuit: one attempt is let through, and decides.</summary>
    HalfOpen = 2,
}
