using Microsoft.AspNetCore.Builder;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Server.Bus;
using OhlcvConnector.Server.Cluster;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Server.Signals;

namespace OhlcvConnector.Server.Health;

/// <summary>How the server is, in numbers, for a page that people look at: <c>/api/v1/health</c>.</summary>
internal sealed class HealthDetails(
    Hub hub, HealthEndpoint health, SignalMonitor signals, ServerOptions options, RestGuard guard, ICandleArchive? archive = null, KeepingFeeds? keeping = null,
    BusPublishing? publishing = null, NatsQuoteSource? source = null, ClusterService? cluster = null)
{
    private readonly long _startedAt = options.TimeProvider.GetTimestamp();

    /// <summary>The path.</summary>
    public static RestRoute Route { get; } = new(
        "/api/v1/health", "healthDetails", "How the server is, in numbers", "Connections, circuits, budgets, gaps, repairs, clients, archive, bus, cluster.", typeof(HealthDetailsAnswer))
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
            Bus = publishing is not null ? Row("publishes", publishing.Location, publishing.Problem, publishing.Counts)
                : cluster is not null ? Row("publishes", cluster.Location, cluster.Problem, cluster.Published)
                : source is not null ? Row("reads", source.Location, source.IsConnected ? null : "it is not connected", counts: null)
                : null,
            Cluster = cluster is null ? null : Row(cluster),
            WatchedSeries = signals.Watched,
        };
    }

    private static BusDetailsRow Row(string role, string? location, string? problem, PublishingCounts? counts) => new()
    {
        Role = role,
        Location = location,
        Problem = problem,
        Series = counts?.Series,
        Published = counts?.Published,
        AlreadyThere = counts?.AlreadyThere,
        Fenced = counts?.Fenced,
        Gaps = counts?.Gaps,
        FailedAttempts = counts?.FailedAttempts,
        Waiting = counts?.Waiting,
        LagSeconds = counts is null ? null : Math.Round((decimal)counts.Lag.TotalSeconds, 3),
    };

    private static ClusterDetailsRow Row(ClusterService cluster)
    {
        var counts = cluster.Counts;
        return new ClusterDetailsRow
        {
            Node = cluster.Node,
            Problem = cluster.Problem,
            Nodes = counts?.Nodes ?? 0,
            WantedSeries = counts?.WantedSeries ?? 0,
            UnplacedSeries = counts?.UnplacedSeries ?? 0,
            UnknownSeries = counts?.UnknownSeries ?? 0,
            CarriedSeries = counts?.CarriedSeries ?? 0,
            Shards = counts?.Shards ?? 0,
            CarriedShards = counts?.CarriedShards ?? 0,
            Taken = counts?.Taken ?? 0,
            Given = counts?.Given ?? 0,
            Lost = counts?.Lost ?? 0,
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
