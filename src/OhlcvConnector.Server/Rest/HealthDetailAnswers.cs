using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>How the server is, in numbers.</summary>
internal sealed record HealthDetailsAnswer : RestAnswer
{
    public required string Version { get; init; }

    [Description("By the server's clock.")]
    public required DateTimeOffset Time { get; init; }

    [Description("By the market's clock, which runs faster in some sandboxes.")]
    public required DateTimeOffset MarketTime { get; init; }

    public required decimal UptimeSeconds { get; init; }

    [Description("Memory that the program has of the machine.")]
    public required long MemoryBytes { get; init; }

    [Description("What does not work as it should, in words; as of /ready.")]
    public required IReadOnlyList<string> Degraded { get; init; }

    [Description("Series that are followed, by their state.")]
    public required IReadOnlyDictionary<string, int> Series { get; init; }

    [Description("Markets of which a series was ever followed. Counts are since the start.")]
    public required IReadOnlyList<MarketDetailsRow> Markets { get; init; }

    public required ClientDetailsRow Clients { get; init; }

    [Description("Null without an archive.")]
    public required ArchiveDetailsRow? Archive { get; init; }

    [Description("The bus that this server publishes to or reads from; null without one.")]
    public required BusDetailsRow? Bus { get; init; }

    [Description("The cluster of which this server is a node; null where it is none.")]
    public required ClusterDetailsRow? Cluster { get; init; }

    [Description("Series that are watched for signals.")]
    public required int WatchedSeries { get; init; }
}

/// <summary>What a market did.</summary>
internal sealed record MarketDetailsRow
{
    public required string Exchange { get; init; }

    [Description("spot, usdm or coinm.")]
    public required string Market { get; init; }

    public required int FollowedSeries { get; init; }

    [Description("Open now.")]
    public required long Connections { get; init; }

    public required DateTimeOffset? LastMessage { get; init; }

    [Description("closed: every attempt to connect is made; open: none for a while; half_open: one is, and decides.")]
    public required string Circuit { get; init; }

    [Description("Attempts to connect that failed since the last one that succeeded.")]
    public required int ConsecutiveFailures { get; init; }

    [Description("Share of the requests that the exchange allows which are spent now, 0 to 1; 1 while it has said to wait.")]
    public required double RequestBudgetUsed { get; init; }

    public required long OpenQuotes { get; init; }

    public required long ClosedQuotes { get; init; }

    [Description("Closed candles that came again, and were dropped.")]
    public required long Duplicates { get; init; }

    public required long ConnectionErrors { get; init; }

    public required long Reconnections { get; init; }

    public required long MalformedFrames { get; init; }

    public required long RefusedCandles { get; init; }

    [Description("Holes that history was asked about.")]
    public required long GapsFound { get; init; }

    public required long GapsFilled { get; init; }

    [Description("Holes that history could not fill; each was announced.")]
    public required long GapsUnfilled { get; init; }

    [Description("Pages of history that were read to repair a series.")]
    public required long Repairs { get; init; }

    public required long RepairsFailed { get; init; }

    [Description("Closed candles that wait for the fan-out now.")]
    public required int ClosedWaiting { get; init; }
}

/// <summary>What was done for clients.</summary>
internal sealed record ClientDetailsRow
{
    [Description("Connected now.")]
    public required long Connected { get; init; }

    [Description("Subscriptions to series now.")]
    public required long Subscriptions { get; init; }

    public required long Accepted { get; init; }

    public required long Refused { get; init; }

    public required long Deliveries { get; init; }

    [Description("States of open candles that a newer one replaced before the client took them.")]
    public required long Conflated { get; init; }

    [Description("Clients that were cut off because they read too slowly.")]
    public required long SlowClosed { get; init; }

    [Description("Closed candles that those did not get.")]
    public required long Dropped { get; init; }

    public required long Lost { get; init; }

    public required long BytesOut { get; init; }

    public required long RateLimited { get; init; }

    public required long GapsAnnounced { get; init; }
}

/// <summary>What was kept in the archive since the start.</summary>
internal sealed record ArchiveDetailsRow
{
    [Description("A file, or an address without its password.")]
    public required string Location { get; init; }

    public required long Kept { get; init; }

    public required long Revised { get; init; }

    [Description("Gaps that the exchanges' history cannot fill.")]
    public required long Missing { get; init; }

    public required long FailedWrites { get; init; }

    [Description("Candles that wait to be written.")]
    public required int Waiting { get; init; }
}

/// <summary>A bus, and what this server did with it since the start.</summary>
internal sealed record BusDetailsRow
{
    [Description("publishes or reads.")]
    public required string Role { get; init; }

    [Description("An address without its password; null until it was reached once.")]
    public required string? Location { get; init; }

    [Description("Why nothing goes over it now, in words; null while something can.")]
    public required string? Problem { get; init; }

    [Description("Series that are published; of a server that reads, null, as what follows.")]
    public required int? Series { get; init; }

    public required long? Published { get; init; }

    [Description("Closed candles that the bus had already, such as another publisher's.")]
    public required long? AlreadyThere { get; init; }

    [Description("Refusals because the bus has something else than this publisher believed; each time it went on where the bus ends.")]
    public required long? Fenced { get; init; }

    public required long? Gaps { get; init; }

    [Description("Attempts that failed, each made again.")]
    public required long? FailedAttempts { get; init; }

    [Description("Closed candles that wait for the bus now.")]
    public required int? Waiting { get; init; }

    [Description("How long the oldest of them has waited.")]
    public required decimal? LagSeconds { get; init; }
}

/// <summary>What this node is and carries, as it sees it.</summary>
internal sealed record ClusterDetailsRow
{
    public required string Node { get; init; }

    [Description("Why it carries nothing, in words; null while it is well.")]
    public required string? Problem { get; init; }

    [Description("Nodes that live, this one included.")]
    public required int Nodes { get; init; }

    [Description("Series that the cluster is to carry.")]
    public required int WantedSeries { get; init; }

    [Description("Series that fewer nodes carry than wanted.")]
    public required int UnplacedSeries { get; init; }

    [Description("Series that were to be carried here, and that the exchange does not have.")]
    public required int UnknownSeries { get; init; }

    [Description("Series that this node publishes.")]
    public required int CarriedSeries { get; init; }

    public required int Shards { get; init; }

    public required int CarriedShards { get; init; }

    [Description("Shards that were taken since it joined.")]
    public required long Taken { get; init; }

    [Description("Shards that were given back.")]
    public required long Given { get; init; }

    [Description("Shards that were lost, because their lease could not be renewed in time.")]
    public required long Lost { get; init; }
}
