using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Feed;

namespace OhlcvConnector.Infrastructure.Diagnostics;

/// <summary>Reads a market's counters into a snapshot.</summary>
internal static class AccessDiagnosis
{
    /// <summary>The snapshot of a market and its running feeds.</summary>
    public static MarketDiagnostics Diagnose(this VenueAccess access, IEnumerable<VenueFeed> feeds)
    {
        var counters = access.Counters;
        var (closedDepth, openDepth, followed, without) = (0, 0, 0, 0);
        foreach (var feed in feeds.Where(feed => !feed.IsDisposed))
        {
            var (closed, open) = feed.Depths;
            followed += feed.SeriesCount;
            without += feed.SymbolsWithoutTrades;
            closedDepth += closed;
            openDepth += open;
        }

        return new MarketDiagnostics
        {
            Exchange = access.Venue.Name,
            Market = access.Market.Market,
            OmitsQuietCandles = access.Market.OmitsQuietCandles,
            FollowedSeries = followed,
            ActiveConnections = counters.ActiveConnections,
            LastMessageAt = counters.LastMessageAt,
            OpenQuotes = counters.Open,
            ClosedQuotes = counters.Closed,
            Duplicates = counters.Duplicates,
            ConflatedUpdates = counters.ConflatedUpdates,
            ConnectionErrors = counters.ConnectionErrors,
            MalformedFrames = counters.Malformed,
            RefusedCandles = counters.Refused,
            Reconnections = counters.Reconnections,
            BackfillsOk = counters.BackfillsOk,
            BackfillsFailed = counters.BackfillsFailed,
            GapsFound = counters.GapsFound,
            GapsFilled = counters.GapsFilled,
            GapsUnfilled = counters.GapsUnfilled,
            Trades = counters.Trades,
            ClosedByTrades = counters.ClosedByTrades,
            SymbolsWithoutTrades = without,
            TradesLate = counters.TradesLate,
            TradeDisagreements = counters.TradeDisagreements,
            TradesDistrusted = counters.TradesDistrusted,
            QueueBlocks = counters.QueueBlocks,
            ClosedQueueDepth = closedDepth,
            OpenQueueDepth = openDepth,
            Circuit = (CircuitState)access.StreamCircuitBreaker.State,
            ConsecutiveFailures = access.StreamCircuitBreaker.ConsecutiveFailures,
            RequestBudgetUsed = access.Weight.UsedShare,
        };
    }
}
