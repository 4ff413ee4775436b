using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>Counts what a placement takes of the venues' budgets, by address.</summary>
/// <param name="budgets">The budgets; a market without one has no limits.</param>
internal sealed class PlacementBudget(IReadOnlyCollection<VenueBudget> budgets)
{
    private readonly Dictionary<(string, Market), VenueBudget> _budgets = budgets.ToDictionary(one => (one.Exchange, one.Market));
    private readonly Dictionary<(string Node, string, Market), int> _seriesOfNode = [];
    private readonly Dictionary<(string Address, string Streams), long> _series = [];
    private readonly Dictionary<(string Address, string Streams), long> _connections = [];
    private readonly Dictionary<(string Address, string Requests), double> _weight = [];

    /// <summary>True when the exchange allows it.</summary>
    public bool HasRoom(ClusterNode node, ClusterShard shard) => Find(shard) is not { } budget
        || (_series.GetValueOrDefault((node.Address, budget.Streams)) + shard.Series.Count <= budget.Series
            && _connections.GetValueOrDefault((node.Address, budget.Streams)) + FurtherConnections(budget, node, shard) <= budget.Connections);

    /// <summary>True when all that the address carries could still be resumed within a minute.</summary>
    public bool IsComfortable(ClusterNode node, ClusterShard shard) => Find(shard) is not { } budget
        || _weight.GetValueOrDefault((node.Address, budget.Requests)) + (shard.Series.Count * budget.WeightPerSeries) <= budget.WeightPerMinute;

    /// <summary>Books a shard.</summary>
    public void Take(ClusterNode node, ClusterShard shard)
    {
        if (Find(shard) is { } budget)
        {
            Add(_connections, (node.Address, budget.Streams), FurtherConnections(budget, node, shard));
            Add(_series, (node.Address, budget.Streams), shard.Series.Count);
            Add(_weight, (node.Address, budget.Requests), shard.Series.Count * budget.WeightPerSeries);
            Add(_seriesOfNode, (node.Id, shard.Exchange, shard.Market), shard.Series.Count);
        }
    }

    private VenueBudget? Find(ClusterShard shard) => _budgets.GetValueOrDefault((shard.Exchange, shard.Market));

    private long FurtherConnections(VenueBudget budget, ClusterNode node, ClusterShard shard)
    {
        var series = _seriesOfNode.GetValueOrDefault((node.Id, shard.Exchange, shard.Market));
        return Connections(series + shard.Series.Count) - Connections(series);

        long Connections(int count) => ((long)count + budget.SeriesPerConnection - 1) / budget.SeriesPerConnection;
    }

    private static void Add<TKey, TValue>(Dictionary<TKey, TValue> sums, TKey key, TValue value)
        where TKey : notnull
        where TValue : struct, System.Numerics.IAdditionOperators<TValue, TValue, TValue> => sums[key] = sums.GetValueOrDefault(key) + value;
}
