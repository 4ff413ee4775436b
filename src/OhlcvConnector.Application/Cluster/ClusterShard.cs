using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>A shard: series of one exchange's market that are carried, and moved, together.</summary>
public sealed class ClusterShard
{
    /// <summary>Series that a shard has on average at most: few enough that a move is over soon, enough that leases stay few.</summary>
    public const int Size = 50;

    private const int LeastOfMarket = 8; // so that a small market is spread over nodes, too

    private ClusterShard(string exchange, Market market, string name, IReadOnlyList<ClusterSeries> series) =>
        (Exchange, Market, Name, Series) = (exchange, market, name, series);

    /// <summary>The exchange.</summary>
    public string Exchange { get; }

    /// <summary>The market.</summary>
    public Market Market { get; }

    /// <summary>The name, such as <c>binance.spot.3-of-8</c>.</summary>
    public string Name { get; }

    /// <summary>The series; at least one.</summary>
    public IReadOnlyList<ClusterSeries> Series { get; }

    /// <summary>
    /// Divides series into shards: those of a market into a power of two, by a hash of each, so that who reads the same set divides it alike, and a series that
    /// comes or goes leaves the others where they are, until their number has doubled.
    /// </summary>
    /// <param name="series">The series; doubles count once.</param>
    /// <returns>The shards that have series, in the order of their names.</returns>
    public static IReadOnlyList<ClusterShard> Divide(IEnumerable<ClusterSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return
        [
            .. series.Distinct().GroupBy(one => (one.Exchange, one.Market)).SelectMany(Divide).OrderBy(shard => shard.Name, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<ClusterShard> Divide(IGrouping<(string Exchange, Market Market), ClusterSeries> market)
    {
        var count = LeastOfMarket;
        while (count * Size < market.Count())
        {
            count *= 2;
        }

        return market
            .GroupBy(one => (int)(StableHash.Of(one.ToString()) % (ulong)count))
            .Select(shard => new ClusterShard(
                market.Key.Exchange, market.Key.Market,
                string.Create(CultureInfo.InvariantCulture, $"{market.Key.Exchange}.{market.Key.Market.Name()}.{shard.Key}-of-{count}"),
                [.. shard.OrderBy(one => one.ToString(), StringComparer.Ordinal)]));
    }

    /// <summary>Returns <see cref="Name"/>.</summary>
    public override string ToString() => Name;
}
