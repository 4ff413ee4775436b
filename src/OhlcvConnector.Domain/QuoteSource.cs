namespace OhlcvConnector.Domain;

/// <summary>The sources of a quote.</summary>
public enum QuoteSource
{
    /// <summary>The venue's stream said it, closed flag included.</summary>
    Stream,

    /// <summary>The venue's REST history said it.</summary>
    History,

    /// <summary>The values came from the stream; that the candle is closed was inferred, because the venue sends no closing message.</summary>
    Inferred,

    /// <summary>
    /// The venue's trades said it: they came on one unbroken stretch of the stream, and add up to what it said of the candle, or with that to the candle. For
    /// venues that send no closing message, or not always.
    /// </summary>
    Trades,

    /// <summary>
    /// Built from the venue's trades alone, for the venue has no such candle (<c>IntervalFromTrades</c>). Neither a candle of the stream nor history stands
    /// behind it.
    /// </summary>
    BuiltFromTrades,

    /// <summary>
    /// Nobody said it: nothing was traded, and it stands at the last close so that the candles lie on a regular grid. Only for who asks for it; never kept in
    /// an archive.
    /// </summary>
    Flat,
}
