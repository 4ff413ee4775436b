using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Prices;
using OhlcvConnector.Server.Bus;
using OhlcvConnector.Server.Cluster;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Notifications;
using OhlcvConnector.Server.Paper;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Server.Signals;

namespace OhlcvConnector.Server.Health;

/// <summary>
/// Endpoints for health and readiness: <c>/health</c> tells whether the program lives, <c>/ready</c> whether it can serve. What is degraded stands in the body:
/// an exchange that is down is down for every server alike, and taking all of them out of a balancer helps nobody. <see cref="ServerOptions.StrictReadiness"/>
/// is for those who want that.
/// </summary>
internal sealed class HealthEndpoint(
    Hub hub, Preloads preloads, ServerIdentity identity, ServerOptions options, ClientRegistry clients, ConnectionGate gate, PriceTracker prices,
    NoticeDesk notices, SignalRuleDesk rules, ConnectorClient? upstream = null, PaperService? paper = null, PaperSection? wishes = null,
    ClusterService? cluster = null, BusPublishing? publishing = null)
{
    private static readonly TimeSpan PatienceWithBus = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PatienceWithNotices = TimeSpan.FromHours(12); // longer than quiet hours

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        OpenApi.Describe(
            application.MapGet("/health", (RequestDelegate)HealthAsync), "health", "Whether the program lives", "application/json",
            (StatusCodes.Status200OK, "It does.", typeof(HealthAnswer)));
        OpenApi.Describe(
            application.MapGet("/ready", (RequestDelegate)ReadyAsync), "ready", "Whether this server can serve", "application/json",
            (StatusCodes.Status200OK, "It can; what is degraded stands in the answer.", typeof(ReadyAnswer)),
            (StatusCodes.Status503ServiceUnavailable, "Why not, under reason.", typeof(ReadyAnswer)));
    }

    /// <summary>What does not work as it should, in words.</summary>
    public IReadOnlyList<string> Degraded()
    {
        var (channels, markets) = Followed();
        return [.. Degraded(channels, markets)];
    }

    /// <summary>The word for a circuit's state.</summary>
    public static string Name(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        _ => "half_open",
    };

    private (SeriesChannel[] Channels, List<MarketDiagnostics> Markets) Followed()
    {
        var channels = hub.Channels;
        var followed = channels.Select(channel => (channel.Series.Exchange, channel.Series.Market)).ToHashSet();
        return (channels, [.. hub.Diagnose().Where(market => followed.Contains((market.Exchange, market.Market)))]);
    }

    private Task HealthAsync(HttpContext context) => JsonAnswer.WriteAsync(context, identity, StatusCodes.Status200OK, json =>
    {
        json.WriteString("status"u8, options.Legacy ? "healthy" : "ok");
        json.WriteString("timestamp"u8, JsonFields.Time(options.TimeProvider.GetUtcNow()));
        WritePrices(json);
    });

    private Task ReadyAsync(HttpContext context)
    {
        var (channels, markets) = Followed();
        var degraded = Degraded(channels, markets).ToList();
        var problem = clients.IsStopping ? "the server stops"
            : cluster?.Problem is { } apart ? $"the node {cluster.Node} takes no part in its cluster: {apart}"
            : options.StrictReadiness && degraded.Count > 0 ? degraded[0] : null;
        return JsonAnswer.WriteAsync(context, identity, problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteString("status"u8, problem is null ? "ready" : options.Legacy ? "not_ready" : "not ready");
            json.WriteString("reason"u8, problem);
            json.WriteStrings("degraded"u8, degraded);
            json.WriteString("timestamp"u8, JsonFields.Time(options.TimeProvider.GetUtcNow()));
            json.WriteStartArray("exchanges"u8);
            foreach (var market in markets)
            {
                Write(json, market);
            }

            json.WriteEndArray();
            WritePrices(json);
            if (upstream is not null)
            {
                WriteUpstream(json, upstream.Diagnose());
            }

            if (cluster is not null)
            {
                WriteCluster(json, cluster);
            }
        });
    }

    /// <summary>How the sources of prices are; nothing where none is polled, for streams stand under the exchanges.</summary>
    private void WritePrices(Utf8JsonWriter json)
    {
        if (PriceSources.Polled(options).Count == 0)
        {
            return;
        }

        var counts = prices.Counts;
        json.WriteStartObject("prices"u8);
        json.WriteString("last_update"u8, counts.LastUpdate is { } last ? JsonFields.Time(last) : null);
        json.WriteNumber("failed_updates"u8, counts.FailedUpdates);
        json.WriteStartArray("sources"u8);
        foreach (var source in prices.Providers)
        {
            json.WriteStartObject();
            json.WriteString("source"u8, source.Provider);
            json.WriteBoolean("resting"u8, source.IsResting);
            json.WriteString("problem"u8, source.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the state of the server that this one reads from.</summary>
    private void WriteUpstream(Utf8JsonWriter json, IReadOnlyList<ClientDiagnostics> markets)
    {
        json.WriteStartObject("upstream"u8);
        json.WriteString("servers"u8, options.Upstream);
        json.WriteString("connected_to"u8, markets.LastOrDefault(market => market.OpenConnections > 0)?.Server?.OriginalString);
        json.WriteNumber("connections"u8, markets.Sum(market => market.OpenConnections));
        json.WriteNumber("followed_series"u8, markets.Sum(market => market.FollowedSeries));
        json.WriteNumber("disturbed_series"u8, markets.Sum(market => market.DisturbedSeries));
        json.WriteEndObject();
    }

    /// <summary>Writes what this node of a cluster carries.</summary>
    private static void WriteCluster(Utf8JsonWriter json, ClusterService cluster)
    {
        var counts = cluster.Counts;
        json.WriteStartObject("cluster"u8);
        json.WriteString("node"u8, cluster.Node);
        json.WriteNumber("nodes"u8, counts?.Nodes ?? 0);
        json.WriteNumber("carried_shards"u8, counts?.CarriedShards ?? 0);
        json.WriteNumber("carried_series"u8, counts?.CarriedSeries ?? 0);
        json.WriteEndObject();
    }

    /// <summary>Returns what does not work as it should, in words.</summary>
    private IEnumerable<string> Degraded(SeriesChannel[] channels, List<MarketDiagnostics> markets)
    {
        if (gate.KeysProblem is { } keys)
        {
            yield return $"the API keys cannot be read, and those that were valid before stay valid: {keys}";
        }

        foreach (var backlog in notices.Backlogs.Where(backlog => options.TimeProvider.GetUtcNow() - backlog.Oldest > PatienceWithNotices))
        {
            yield return $"{backlog.Waiting} notices wait for the channel {backlog.Channel}, the oldest since {JsonFields.Time(backlog.Oldest!.Value)}";
        }

        foreach (var stopped in rules.Guard.Stopped)
        {
            yield return $"the rule {stopped.Rule} was stopped: {stopped.Reason}";
        }

        foreach (var (preload, reason) in preloads.Waiting)
        {
            yield return $"{preload} is not followed yet: {reason}";
        }

        foreach (var market in markets.Where(market => !IsLive(market)))
        {
            yield return $"{market.Exchange} {market.Market.Name()} is not connected{(upstream is null ? "" : $" to the upstream {options.Upstream}")}";
        }

        foreach (var market in upstream?.Diagnose().Where(market => market.DisturbedSeries > 0) ?? [])
        {
            yield return $"{market.Exchange} {market.Market.Name()}: the upstream says of {market.DisturbedSeries} series that they are not live";
        }

        if (cluster?.Counts is { UnplacedSeries: > 0 and var unplaced })
        {
            yield return $"{unplaced} series of the cluster are carried by fewer nodes than wanted";
        }

        if (cluster?.Counts is { UnknownSeries: > 0 and var unknown })
        {
            yield return $"{unknown} series of the cluster are not carried, for their exchange does not have them";
        }

        if (publishing?.Problem is { } unpublished)
        {
            yield return $"nothing is published to the bus: {unpublished}";
        }

        if ((publishing?.Counts ?? cluster?.Published) is { } published && published.Lag > PatienceWithBus)
        {
            yield return $"{published.Waiting} candles wait for the bus, the oldest for {published.Lag.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)} s";
        }

        foreach (var account in paper?.Desk.Accounts() ?? [])
        {
            if ((account.Problem ?? account.State.StrategyError) is { } problem)
            {
                yield return $"the paper account {account.Record.Definition.Name} {(account.Problem is null ? "trades without its strategy" : "does not go on")}: {problem}";
            }
        }

        foreach (var (account, problem) in wishes?.Problems ?? new Dictionary<string, string>())
        {
            yield return $"the paper account {account} is not as {options.SignalRules} wishes for it: {problem}";
        }

        foreach (var channel in channels.Where(channel => channel is { IsPreloaded: true, Status.State: not SeriesState.Live }))
        {
            yield return $"{channel.Series} is {V1Encoding.Name(channel.Status.State)}: {channel.Status.Reason}";
        }
    }

    private static bool IsLive(MarketDiagnostics market) => market.ActiveConnections > 0 && market.Circuit != CircuitState.Open;

    private static void Write(Utf8JsonWriter json, MarketDiagnostics market)
    {
        json.WriteStartObject();
        json.WriteString("exchange"u8, market.Exchange);
        json.WriteString("contract_type"u8, market.Market.Name());
        json.WriteNumber("active_connections"u8, market.ActiveConnections);
        json.WriteString("last_message_time"u8, market.LastMessageAt is { } last ? JsonFields.Time(last) : null);
        json.WriteNumber("total_quotes"u8, market.OpenQuotes + market.ClosedQuotes);
        json.WriteNumber("total_errors"u8, market.ConnectionErrors + market.MalformedFrames + market.RefusedCandles + market.BackfillsFailed);
        json.WriteNumber("consecutive_failures"u8, market.ConsecutiveFailures);
        json.WriteString("circuit_state"u8, Name(market.Circuit));
        json.WriteBoolean("healthy"u8, IsLive(market));
        json.WriteEndObject();
    }
}
