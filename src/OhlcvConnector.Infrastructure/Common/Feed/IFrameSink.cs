using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>What a connection tells its feed. Called on the connection's thread.</summary>
internal interface IFrameSink
{
    /// <summary>A candle came.</summary>
    void OnQuote(FeedConnection connection, in PriceQuote quote);

    /// <summary>The venue refused a series.</summary>
    /// <returns>How long to wait before it is asked for again; null when it is given up.</returns>
    TimeSpan? OnRejected(Series series, string venueMessage);

    /// <summary>Whether a repeated fault may be logged now: once a minute.</summary>
    bool MayLogFault();
}
