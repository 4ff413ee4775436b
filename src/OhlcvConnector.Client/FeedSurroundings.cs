using Microsoft.Extensions.Logging;

namespace OhlcvConnector.Client;

/// <summary>What the feeds of a market share.</summary>
/// <param name="Options">The settings.</param>
/// <param name="History">The past.</param>
/// <param name="Listing">What trades.</param>
/// <param name="Label">Whether the servers' exchanges are simulated.</param>
/// <param name="Clock">The clock of candles.</param>
/// <param name="Counters">Where it counts.</param>
/// <param name="Logger">Where it logs.</param>
internal sealed record FeedSurroundings(
    ConnectorClientOptions Options, ServerHistory History, ServerListing Listing, ServerLabel Label, ServerClock Clock, FeedCounters Counters, ILogger Logger);
