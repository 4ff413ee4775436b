namespace OhlcvConnector.Domain;

/// <summary>How a quote is known.</summary>
public enum QuoteSource
{
    /// <summary>The venue's stream said it, closed flag included.</summary>
    Stream,

    /// <summary>The venue's REST history said it.</summary>
    History,

    /// <summary>The values came from the stream; that the candle is closed was inferred, because the venue sends no closing message.</summary>
    Inferred,

    /// <summary>The venue's trades said it: they all came on one unbroken stretch of the stream, and add up to the candle. For venues that send no closing message, or not always.</summary>
    Trades,
}
