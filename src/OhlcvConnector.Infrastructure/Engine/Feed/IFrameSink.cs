using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Receives what a connection brings. Called on the connection's thread.</summary>
internal interface IFrameSink
{
    /// <summary>Called when a candle came.</summary>
    void OnQuote(Arrival arrival, in PriceQuote quote);

    /// <summary>Called when a trade came.</summary>
    void OnTrade(Arrival arrival, in TapedTrade trade);

    /// <summary>Called when the venue sends the trades of a series' symbol from now on.</summary>
    void OnTradesBegin(Arrival arrival, Series series);

    /// <summary>Called when the venue does not send the trades of a series' symbol: it refused, or ended the connection when it was asked.</summary>
    void OnTradesRefused(Series series, string venueMessage);

    /// <summary>Called when a connection has ended.</summary>
    void OnEnded(Arrival arrival);

    /// <summary>Called when the venue refused a series.</summary>
    /// <returns>The time to wait before it is asked for again; null when it is given up.</returns>
    TimeSpan? OnRejected(Series series, string venueMessage);

    /// <summary>Returns true when a repeated fault may be logged now: once a minute.</summary>
    bool MayLogFault();
}
