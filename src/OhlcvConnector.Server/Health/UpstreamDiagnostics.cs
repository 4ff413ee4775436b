using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Messaging.Nats;

namespace OhlcvConnector.Server.Health;

/// <summary>
/// Translates the diagnostics of a client of another server into those of markets, as health, metrics and status ask for them: a market's connection is then
/// the one to that server.
/// </summary>
public static class UpstreamDiagnostics
{
    /// <summary>Returns every market that the server serves, in the order of its exchanges.</summary>
    /// <param name="client">The client.</param>
    public static IReadOnlyList<MarketDiagnostics> Of(ConnectorClient client)
    {
        var known = client.Diagnose().ToDictionary(one => (one.Exchange, one.Market));
        return
        [
            .. client.Exchanges.SelectMany(
                exchange => exchange.Markets, (exchange, market) => Of(exchange.Name, market, known.GetValueOrDefault((exchange.Name, market.Market)))),
        ];
    }

    /// <summary>Returns every market that a bus carries: its connection is the one to the bus.</summary>
    /// <param name="bus">The bus.</param>
    public static IReadOnlyList<MarketDiagnostics> Of(NatsQuoteSource bus) =>
    [
        .. bus.Exchanges.SelectMany(
            exchange => exchange.Markets, (exchange, market) => Of(exchange.Name, market, null) with { ActiveConnections = bus.IsConnected ? 1 : 0 }),
    ];

    private static MarketDiagnostics Of(string exchange, MarketProfile market, ClientDiagnostics? client) => new()
    {
        Exchange = exchange,
        Market = market.Market,
        OmitsQuietCandles = market.OmitsQuietCandles,
        FollowedSeries = client?.FollowedSeries ?? 0,
        ActiveConnections = client?.OpenConnections ?? 0,
        LastMessageAt = client?.LastMessageAt,
        OpenQuotes = client?.OpenQuotes ?? 0,
        ClosedQuotes = client?.ClosedQuotes ?? 0,
        Duplicates = client?.Duplicates ?? 0,
        ConflatedUpdates = client?.ConflatedUpdates ?? 0,
        ConnectionErrors = client?.ConnectionErrors ?? 0,
        MalformedFrames = client?.MalformedMessages ?? 0,
        RefusedCandles = 0,
        Reconnections = client?.Reconnections ?? 0,
        BackfillsOk = 0,
        BackfillsFailed = 0,
        GapsFound = client?.Gaps ?? 0,
        GapsFilled = 0,
        GapsUnfilled = client?.Gaps ?? 0,
        QueueBlocks = client?.SlowReaderDisconnects ?? 0,
        ClosedQueueDepth = client?.QueueDepth ?? 0,
        OpenQueueDepth = 0,
        Circuit = CircuitState.Closed,
        ConsecutiveFailures = 0,
    };
}
