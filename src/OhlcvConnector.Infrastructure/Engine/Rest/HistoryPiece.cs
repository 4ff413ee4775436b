using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>The kinds of a piece of history.</summary>
internal enum HistoryPieceKind
{
    /// <summary>Candles without a hole.</summary>
    Candles,

    /// <summary>Candles that should exist and will not come.</summary>
    Gap,

    /// <summary>Candles that cannot exist: the instrument was not listed yet.</summary>
    BeforeListing,

    /// <summary>Candles that may still come: it is too early to tell, or the venue is in trouble.</summary>
    Unsettled,
}

/// <summary>A piece of a range of history; pieces follow each other without overlap, and what none of them names had no trades.</summary>
/// <param name="Kind">The kind of the piece.</param>
/// <param name="FromMs">Open time of its first candle, Unix epoch milliseconds.</param>
/// <param name="ToMs">The exclusive end.</param>
internal sealed record HistoryPiece(HistoryPieceKind Kind, long FromMs, long ToMs)
{
    /// <summary>The candles, ascending; empty for other kinds.</summary>
    public ArraySegment<PriceQuote> Candles { get; init; } = [];

    /// <summary>A time at the venue at which it surely had not said these candles yet.</summary>
    public long VenueNowMs { get; init; }

    /// <summary>Reason why candles are missing, for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>True when a later row was seen, so that the venue has surely gone past these candles.</summary>
    public bool IsFollowed { get; init; }

    /// <summary>True when a row of the unsettled candle was seen that is not final, so that it surely had trades.</summary>
    public bool IsShown { get; init; }
}
