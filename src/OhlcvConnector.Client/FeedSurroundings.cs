using Microsoft.Extensions.Logging;

namespace OhlcvConnector.Client;

/// <summary>Surroundings that the feeds of a market share.</summary>
/// <param name="Options">The settings.</param>
/// <param name="History">The past.</param>
/// <param name="Listing">The listing: what trades.</param>
/// <param name="Label">Knows whether the servers' exchanges are simulated.</param>
/// <param name="Clock">The clock of candles.</param>
/// <param name="Counters">The counters of the market.</param>
/// <param name="Logger">The log of the feeds.</param>
internal sealed record FeedSurroundings(
    ConnectorClientOptions Options, ServerHistory History, ServerListing Listing, ServerLabel Label, ServerClock Clock, FeedCounters Counters, ILogger Logger);
