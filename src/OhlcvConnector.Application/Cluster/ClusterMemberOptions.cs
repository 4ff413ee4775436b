namespace OhlcvConnector.Application.Cluster;

/// <summary>Who a node of a cluster is, and what it may.</summary>
public sealed record ClusterMemberOptions
{
    /// <summary>The node.</summary>
    public required ClusterNode Node { get; init; }

    /// <summary>What exchanges allow one address; a market without a budget has no limits.</summary>
    public IReadOnlyCollection<VenueBudget> Budgets { get; init; } = [];

    /// <summary>The number of nodes that carry each series; the same for all nodes.</summary>
    public int Redundancy { get; init; } = 1;

    /// <summary>Where series begin of which the bus has nothing, UTC; null for now.</summary>
    public DateTimeOffset? Begin { get; init; }

    /// <summary>The version of the program, for others to read; null for none.</summary>
    public string? Program { get; init; }

    /// <summary>The process, for others to read; null for none.</summary>
    public string? Process { get; init; }
}
