namespace OhlcvConnector.Application.Cluster;

/// <summary>A node of a cluster as the placement sees it.</summary>
/// <param name="Id">The name, one of its own for each node.</param>
/// <param name="Address">The address that exchanges see; nodes behind one address share its budgets.</param>
/// <param name="Weight">How much it carries beside others: a node of 2 gets twice as much as one of 1. More than 0.</param>
public sealed record ClusterNode(string Id, string Address, double Weight = 1);
