using System.ComponentModel;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Server.Rest;

/// <summary>What both say, for the description; the names are the Python connector's.</summary>
internal abstract record StateAnswer
{
    [Description("healthy; ok without Legacy. Of /ready: ready or not_ready.")]
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    [JsonPropertyName("timestamp")]
    public required DateTimeOffset Timestamp { get; init; }

    [Description("How the sources of prices are; absent when none is polled.")]
    [JsonPropertyName("prices")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PricesHealth? Prices { get; init; }

    [Description("True when the exchanges are simulated, else absent.")]
    [JsonPropertyName("sandbox")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Sandbox { get; init; }
}

/// <summary>What <c>/health</c> answers, for the description.</summary>
internal sealed record HealthAnswer : StateAnswer;

/// <summary>What <c>/ready</c> answers, for the description.</summary>
internal sealed record ReadyAnswer : StateAnswer
{
    [Description("Why not; null when it is ready.")]
    [JsonPropertyName("reason")]
    public required string? Reason { get; init; }

    [Description("What does not work as it should, in words.")]
    [JsonPropertyName("degraded")]
    public required IReadOnlyList<string> Degraded { get; init; }

    [JsonPropertyName("exchanges")]
    public required IReadOnlyList<MarketHealth> Exchanges { get; init; }

    [Description("How the server is that this one reads from; absent when it reads from the exchanges.")]
    [JsonPropertyName("upstream")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UpstreamHealth? Upstream { get; init; }

    [Description("What this node of a cluster carries; absent where it is none.")]
    [JsonPropertyName("cluster")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterHealth? Cluster { get; init; }
}

/// <summary>What this node of a cluster carries.</summary>
internal sealed record ClusterHealth
{
    [JsonPropertyName("node")]
    public required string Node { get; init; }

    [Description("The nodes that live, as this one sees it.")]
    [JsonPropertyName("nodes")]
    public required int Nodes { get; init; }

    [JsonPropertyName("carried_shards")]
    public required int CarriedShards { get; init; }

    [JsonPropertyName("carried_series")]
    public required int CarriedSeries { get; init; }
}

/// <summary>How the connections to the server are that this one reads from.</summary>
internal sealed record UpstreamHealth
{
    [Description("Its addresses, as they are set.")]
    [JsonPropertyName("servers")]
    public required string Servers { get; init; }

    [Description("The one that is connected; null for none.")]
    [JsonPropertyName("connected_to")]
    public required string? ConnectedTo { get; init; }

    [Description("One for each market that is followed.")]
    [JsonPropertyName("connections")]
    public required int Connections { get; init; }

    [JsonPropertyName("followed_series")]
    public required int FollowedSeries { get; init; }

    [Description("Of these, those that it says are not live.")]
    [JsonPropertyName("disturbed_series")]
    public required int DisturbedSeries { get; init; }
}

/// <summary>How a market is that is followed.</summary>
internal sealed record MarketHealth
{
    [JsonPropertyName("exchange")]
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    [JsonPropertyName("contract_type")]
    public required string ContractType { get; init; }

    [JsonPropertyName("active_connections")]
    public required int ActiveConnections { get; init; }

    [JsonPropertyName("last_message_time")]
    public required DateTimeOffset? LastMessageTime { get; init; }

    [JsonPropertyName("total_quotes")]
    public required long TotalQuotes { get; init; }

    [JsonPropertyName("total_errors")]
    public required long TotalErrors { get; init; }

    [JsonPropertyName("consecutive_failures")]
    public required int ConsecutiveFailures { get; init; }

    [Description("closed, open or half_open.")]
    [JsonPropertyName("circuit_state")]
    public required string CircuitState { get; init; }

    [JsonPropertyName("healthy")]
    public required bool Healthy { get; init; }
}

/// <summary>How the sources of prices are.</summary>
internal sealed record PricesHealth
{
    [Description("When all that are polled had last answered; null for never.")]
    [JsonPropertyName("last_update")]
    public required DateTimeOffset? LastUpdate { get; init; }

    [Description("Rounds of asking them that failed.")]
    [JsonPropertyName("failed_updates")]
    public required long FailedUpdates { get; init; }

    [JsonPropertyName("sources")]
    public required IReadOnlyList<PriceSourceHealth> Sources { get; init; }
}

/// <summary>How a source of prices is.</summary>
internal sealed record PriceSourceHealth
{
    [JsonPropertyName("source")]
    public required string Source { get; init; }

    [Description("Whether it is not asked now, because it said so.")]
    [JsonPropertyName("resting")]
    public required bool Resting { get; init; }

    [Description("Its last failure in words; null once it succeeded again.")]
    [JsonPropertyName("problem")]
    public required string? Problem { get; init; }
}
