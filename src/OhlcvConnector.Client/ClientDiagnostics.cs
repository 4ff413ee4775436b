using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Diagnostics of one market: what its feeds did since the client was made, as of one moment. Counts only grow.</summary>
public sealed record ClientDiagnostics
{
    /// <summary>The exchange, such as <c>binance</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required Market Market { get; init; }

    /// <summary>Series that running feeds follow now.</summary>
    public required int FollowedSeries { get; init; }

    /// <summary>Followed series that the server says are not live: its exchange is not connected, or a close is overdue.</summary>
    public required int DisturbedSeries { get; init; }

    /// <summary>Connections to a server that are open now.</summary>
    public required int OpenConnections { get; init; }

    /// <summary>The server of the newest connection; null before the first.</summary>
    public required Uri? Server { get; init; }

    /// <summary>Time at which the last message came, by the local clock, UTC; null before the first.</summary>
    public required DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>Closed candles that were delivered.</summary>
    public required long ClosedQuotes { get; init; }

    /// <summary>States of open candles that were delivered.</summary>
    public required long OpenQuotes { get; init; }

    /// <summary>Closed candles that came again, and were dropped.</summary>
    public required long Duplicates { get; init; }

    /// <summary>States of open candles that a newer one replaced before they were read.</summary>
    public required long ConflatedUpdates { get; init; }

    /// <summary>Gaps that were delivered.</summary>
    public required long Gaps { get; init; }

    /// <summary>Connections that could not be made or were lost.</summary>
    public required long ConnectionErrors { get; init; }

    /// <summary>Connections that were made after the first one of a feed.</summary>
    public required long Reconnections { get; init; }

    /// <summary>Messages that are not what the protocol promises; each ended its connection.</summary>
    public required long MalformedMessages { get; init; }

    /// <summary>Times that a connection was ended because the reader was slow, to be resumed when it had caught up.</summary>
    public required long SlowReaderDisconnects { get; init; }

    /// <summary>Closed candles and notices that wait for readers now.</summary>
    public required int QueueDepth { get; init; }
}
