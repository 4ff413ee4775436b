using Microsoft.AspNetCore.Builder;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Server.Signals;

namespace OhlcvConnector.Server.Health;

/// <summary>How the server is, in numbers, for a page that people look at: <c>/api/v1/health</c>.</summary>
internal sealed class HealthDetails(
    Hub hub, HealthEndpoint health, SignalMonitor signals, ServerOptions options, RestGuard guard, ICandleArchive? archive = null, KeepingFeeds? keeping = null)
{
    private readonly long _startedAt = options.TimeProvider.GetTimestamp();

    /// <summary>The path.</summary>
    public static RestRoute Route { get; } = new(
        "/api/v1/health", "healthDetails", "How the server is, in numbers", "Connections, circuits, budgets, gaps, repairs, clients, archive.", typeof(HealthDetailsAnswer))
    { HasTag = false };

    /// <summary>Adds the path.</summary>
    public void Map(WebApplication application) => guard.Map(application, Route, query => guard.WriteFreshAsync(query, Answer()));

    private HealthDetailsAnswer Answer()
    {
        var states = hub.Channels.GroupBy(channel => V1Encoding.Name(channel.Status.State)).ToDictionary(group => group.Key, group => group.Count());
        return new HealthDetailsAnswer
        {
            Version = ServerIdentity.Version,
            Time = options.TimeProvider.GetUtcNow(),
            MarketTime = hub.Now,
            UptimeSeconds = Math.Round((decimal)options.TimeProvider.GetElapsedTime(_startedAt).TotalSeconds, 3),
            MemoryBytes = Environment.WorkingSet,
            Degraded = health.Degraded(),
            Series = states,
            Markets = [.. hub.DiagnoseFollowed().Select(Row)],
            Clients = Row(hub.Counters),
            Archive = archive is null || keeping is null ? null : Row(archive.Location, keeping.Counts),
            WatchedSeries = signals.Watched,
        };
    }

    private static MarketDetailsRow Row(MarketDiagnostics market) => new()
    {
        Exchange = market.Exchange,
        Market = market.Market.Name(),
        FollowedSeries = market.FollowedSeries,
        Connections = market.ActiveConnections,
        LastMessage = market.LastMessageAt,
        Circuit = HealthEndpoint.Name(market.Circuit),
        ConsecutiveFailures = market.ConsecutiveFailures,
        RequestBudgetUsed = Math.Round(market.RequestBudgetUsed, 4),
        OpenQuotes = market.OpenQuotes,
        ClosedQuotes = market.ClosedQuotes,
        Duplicates = market.Duplicates,
        ConnectionErrors = market.ConnectionErrors,
        Reconnections = market.Reconnections,
        MalformedFrames = market.MalformedFrames,
        RefusedCandles = market.RefusedCandles,
        GapsFound = market.GapsFound,
        GapsFilled = market.GapsFilled,
        GapsUnfilled = market.GapsUnfilled,
        Repairs = market.BackfillsOk,
        RepairsFailed = market.BackfillsFailed,
        ClosedWaiting = market.ClosedQueueDepth,
    };

    private static ClientDetailsRow Row(ServerCounters counters) => new()
    {
        Connected = counters.Clients,
        Subscriptions = counters.Subscriptions,
        Accepted = counters.Accepted,
        Refused = counters.Refused,
        Deliveries = counters.Deliveries,
        Conflated = counters.Conflated,
        SlowClosed = counters.SlowClosed,
        Dropped = counters.Dropped,
        Lost = counters.Lost,
        BytesOut = counters.BytesOut,
        RateLimited = counters.RateLimited,
        GapsAnnounced = counters.GapsAnnounced,
    };

    private static ArchiveDetailsRow Row(string location, KeepingCounts counts) => new()
    {
        Location = location,
        Kept = counts.Kept,
        Revised = counts.Revised,
        Missing = counts.Missing,
        FailedWrites = counts.FailedWrites,
        Waiting = counts.Waiting,
    };
}
