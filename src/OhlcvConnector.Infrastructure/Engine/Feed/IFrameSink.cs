using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Receives what a connection brings. Called on the connection's thread.</summary>
internal interface IFrameSink
{
    /// <summary>A candle came.</summary>
    void OnQuote(Arrival arrival, in PriceQuote quote);

    /// <summary>A trade came.</summary>
    void OnTrade(Arrival arrival, in TapedTrade trade);

    /// <summary>The venue sends the trades of a series' symbol from now on.</summary>
    void OnTradesBegin(Arrival arrival, Series series);

    /// <summary>The venue does not send the trades of a series' symbol: it refused, or ended the connection when it was asked.</summary>
    void OnTradesRefused(Series series, string venueMessage);

    /// <summary>A connection has ended.</summary>
    void OnEnded(Arrival arrival);

    /// <summary>The venue refused a series.</summary>
    /// <returns>How long to wait before it is asked for again; null when it is given up.</returns>
    TimeSpan? OnRejected(Series series, string venueMessage);

    /// <summary>Whether a repeated fault may be logged now: once a minute.</summary>
    bool MayLogFault();
}
